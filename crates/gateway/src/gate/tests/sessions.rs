//! The sessions of the older era: whose they are, how they begin and how they end.

use std::collections::BTreeSet;

use http::Method;

use super::stand::{Ask, Stand, bytes_of, holds};
use super::{Turn, script::Scripted};

const INVENTED: &str = "ffffffffffffffffffffffffffffffff";

fn version_up(upstream: &Scripted) -> Option<String> {
    let sent = upstream.sent();
    let header = sent.last().unwrap().headers.get("mcp-protocol-version");
    header.map(|version| version.to_str().unwrap().to_owned())
}

#[test]
fn a_foreign_session_is_the_same_as_none() {
    let stand = Stand::started();
    let alices = stand.session("alice-token");
    let bobs = stand.session("bob-token");
    stand.sent();
    let ping = |session: &str| Ask::in_session(session, "ping", "{}");
    for method in [Method::POST, Method::DELETE] {
        let asks = [
            ping(&alices).by("bob-token"),
            ping(&bobs),
            ping(&alices).to("/forage/mcp"),
            ping(INVENTED),
            ping("up-1"),
            ping(""),
        ];
        let replies = asks.map(|ask| bytes_of(&stand.ask(&ask.method(method.clone()))));
        assert!(replies[0].starts_with("404"), "{}", replies[0]);
        let unlike = replies.iter().find(|reply| without_id(reply) != without_id(&replies[0]));
        assert_eq!(unlike, None);
    }
    assert_eq!(stand.sent(), Vec::<String>::new());
    assert!(stand.lives(&alices, "alice-token"));
    assert!(stand.lives(&bobs, "bob-token"));
}

/// Whether an answer to a request repeats its id is the same for all of them here.
fn without_id(reply: &str) -> String {
    reply.replace("7", "")
}

#[test]
fn a_flood_of_sessions_ends_the_floods_own_oldest() {
    let stand = Stand::started();
    let bobs = stand.session("bob-token");
    let alices: Vec<String> = (0..257).map(|_| stand.session("alice-token")).collect();
    assert!(!stand.lives(&alices[0], "alice-token"));
    assert!(stand.lives(&alices[1], "alice-token"));
    assert!(stand.lives(&alices[256], "alice-token"));
    assert!(stand.lives(&bobs, "bob-token"));
}

#[test]
fn session_ids_are_unique_hex_and_not_the_upstreams() {
    let stand = Stand::started();
    let ids: BTreeSet<String> = (0..20).map(|_| stand.session("alice-token")).collect();
    assert_eq!(ids.len(), 20);
    for id in &ids {
        assert!(id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{id}");
    }
    assert!(ids.iter().all(|id| !stand.log.text().contains(id)));
}

#[test]
fn only_the_upstreams_own_session_id_goes_up() {
    let stand = Stand::started();
    let session = stand.session("alice-token");
    stand.upstream.sent();
    assert!(stand.lives(&session, "alice-token"));
    assert_eq!(stand.upstream.sent()[0].headers["mcp-session-id"], "up-1");
}

#[test]
fn without_entropy_no_session_opens() {
    let stand = Stand::started();
    stand.entropy.dry.store(true, std::sync::atomic::Ordering::Relaxed);
    let reply = stand.ask_when(Turn::agrees("2025-11-25"), &Ask::initialize());
    assert_ne!(reply.status, 200);
    assert!(!reply.headers.contains_key("mcp-session-id") && !holds(&reply, "serverInfo"));
}

#[test]
fn delete_ends_the_session_whatever_the_upstream_says() {
    let turns = [
        Turn::says(200, &[]),
        Turn::says(405, &[r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no"}}"#]),
        Turn::says(500, &[]),
        Turn::lost(),
        Turn::not_sent(),
        Turn::Hang,
    ];
    for turn in turns {
        let stand = Stand::started();
        stand.clock.rings();
        let session = stand.session("alice-token");
        stand.upstream.sent();
        let reply = stand.ask_when(turn.clone(), &Ask::end(&session));
        assert_eq!(reply.status, 204, "{turn:?}");
        let sent = stand.upstream.sent();
        assert_eq!((&sent[0].method, &sent[0].headers["mcp-session-id"]), (&Method::DELETE, &"up-1".parse().unwrap()));
        assert_eq!(stand.ask(&Ask::end(&session)).status, 404, "{turn:?}");
        assert!(!stand.lives(&session, "alice-token"), "{turn:?}");
    }
}

#[test]
fn delete_is_not_of_the_newer_era() {
    let stand = Stand::started();
    let session = stand.session("alice-token");
    stand.sent();
    for ask in [Ask::end(&session), Ask::end(&session).without("mcp-session-id")] {
        let reply = stand.ask(&ask.with("mcp-protocol-version", "2026-07-28"));
        assert_eq!(reply.status, 405);
    }
    assert_eq!(stand.sent(), Vec::<String>::new());
    assert!(stand.lives(&session, "alice-token"));
}

#[test]
fn an_upstream_that_forgot_the_session_ends_it() {
    let error = r#"{"jsonrpc":"2.0","id":$ID,"error":{"code":-32001,"message":"Session not found"}}"#;
    let anonymous = error.replace("$ID", "null");
    for messages in [&[][..], &[error], &[&anonymous]] {
        let stand = Stand::started();
        let session = stand.session("alice-token");
        let reply = stand.ask_when(Turn::says(404, messages), &Ask::in_session(&session, "ping", "{}"));
        assert_eq!(reply.status, 404, "{messages:?}");
        assert!(!stand.lives(&session, "alice-token"), "{messages:?}");
    }
}

#[test]
fn an_unknown_version_opens_no_session() {
    for version in ["1999-01-01", "2026-07-28", ""] {
        let stand = Stand::started();
        let reply = stand.ask_when(Turn::agrees(version), &Ask::initialize());
        assert!(!holds(&reply, "serverInfo") && !reply.headers.contains_key("mcp-session-id"), "{version} {reply:?}");
        assert_eq!(stand.ended(), "withheld", "{version}");
        let first_id = format!("{:032x}", 1);
        assert!(!stand.lives(&first_id, "alice-token"), "{version}");
    }
}

#[test]
fn the_agreed_version_goes_up_after_initialize_and_not_before() {
    let stand = Stand::started();
    let reply = stand.ask_when(Turn::agrees("2025-06-18"), &Ask::initialize());
    let session = reply.headers["mcp-session-id"].to_str().unwrap();
    assert_eq!(version_up(&stand.upstream), None);
    stand.ask_when(Turn::result("{}"), &Ask::in_session(session, "ping", "{}"));
    assert_eq!(version_up(&stand.upstream).as_deref(), Some("2025-06-18"));
}

#[test]
fn a_version_other_than_the_sessions_is_refused() {
    let stand = Stand::started();
    let session = stand.session("alice-token");
    stand.sent();
    let ask = Ask::in_session(&session, "ping", "{}").with("mcp-protocol-version", "2025-06-18");
    assert_eq!(stand.ask(&ask).status, 400);
    assert_eq!(stand.ask(&Ask::in_session("", "ping", "{}").without("mcp-session-id")).status, 400);
    assert_eq!(stand.sent(), Vec::<String>::new());
}

#[test]
fn nobody_is_told_anything_before_the_session_is_there() {
    let stand = Stand::started();
    let Turn::Answer { messages, .. } = Turn::agrees("2025-11-25") else { panic!("an answer") };
    let told = r#"{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"hello"}}"#;
    let answer = messages[0].clone().unwrap();
    let reply = stand.ask_when(Turn::says(200, &[told, &answer]), &Ask::initialize());
    assert!(reply.headers.contains_key("mcp-session-id"));
    assert_eq!(stand.inbox.texts(), Vec::<String>::new());
}
