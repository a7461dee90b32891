//! Whose a session is, and which one makes room.

use std::sync::Arc;

use floorwalker_policy::{GrantId, ServerName};
use http::HeaderValue;

use super::{PER_GRANT, Session, Sessions};

fn grant(name: &str) -> GrantId {
    GrantId::new(name).unwrap()
}

fn shop() -> ServerName {
    ServerName::new("shop").unwrap()
}

fn open(sessions: &Sessions, bearer: &str, holder: &str) {
    let upstream = Some(HeaderValue::from_static("up"));
    sessions.open(bearer, &grant(holder), &shop(), "2025-11-25", upstream);
}

fn find(sessions: &Sessions, bearer: &str, holder: &str) -> Option<Arc<Session>> {
    sessions.find(bearer.as_bytes(), &grant(holder), &shop())
}

#[test]
fn a_session_is_found_by_its_own_grant_on_its_own_server_only() {
    let sessions = Sessions::default();
    open(&sessions, "s", "alice");
    assert!(find(&sessions, "s", "alice").is_some());
    assert!(find(&sessions, "s", "bob").is_none());
    assert!(find(&sessions, "t", "alice").is_none());
    assert!(sessions.find(b"s", &grant("alice"), &ServerName::new("other").unwrap()).is_none());
}

#[test]
fn one_too_many_ends_the_holders_own_oldest() {
    let sessions = Sessions::default();
    open(&sessions, "bobs", "bob");
    for number in 0..=PER_GRANT {
        open(&sessions, &number.to_string(), "alice");
    }
    assert!(find(&sessions, "0", "alice").is_none());
    assert!(find(&sessions, "1", "alice").is_some());
    assert!(find(&sessions, &PER_GRANT.to_string(), "alice").is_some());
    assert!(find(&sessions, "bobs", "bob").is_some());
}

#[test]
fn a_closed_session_is_gone_and_makes_room() {
    let sessions = Sessions::default();
    for number in 0..PER_GRANT {
        open(&sessions, &number.to_string(), "alice");
    }
    let last = find(&sessions, "9", "alice").unwrap();
    sessions.close(b"9", &last);
    assert!(find(&sessions, "9", "alice").is_none());
    open(&sessions, "further", "alice");
    assert!(find(&sessions, "0", "alice").is_some());
}

#[test]
fn what_logs_call_a_session_tells_nothing_about_its_id() {
    let sessions = Sessions::default();
    open(&sessions, "secret-bearer", "alice");
    let session = find(&sessions, "secret-bearer", "alice").unwrap();
    assert!(!session.id.to_string().contains("secret") && !format!("{session:?}").contains("secret"));
}
