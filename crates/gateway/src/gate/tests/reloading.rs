//! Reloads: what they exchange, what they leave alone, and what is on record of them.

use std::sync::Arc;

use super::Turn;
use super::script::Scripted;
use super::stand::{Ask, EVERYBODY, POLICY, Stand, holds, json};
use floorwalker_json::{Document, Format};
use floorwalker_policy::Policy;
use futures_util::FutureExt as _;
use serde_json::Value;

const BUSY: &str = r#"{ "version": "1", "default": "deny", "tools": { "whoami": {},
    "list_plans": { "limits": [{ "counter": "rate", "window": "minute", "max": MAX, "scope": "grant" }] } } }"#;

fn at_most(max: u64) -> String {
    BUSY.replace("MAX", &max.to_string())
}

/// How a call of that tool ends: the verdict in the log.
fn verdict(stand: &Stand, tool: &str) -> String {
    stand.ask_when(Turn::result("{}"), &Ask::call(tool));
    stand.upstream.forget();
    let judged = stand.records().iter().rev().find_map(|record| record.get("decision").cloned()).unwrap();
    judged["verdict"].as_str().unwrap().to_owned()
}

fn verdicts(stand: &Stand, calls: usize) -> Vec<String> {
    (0..calls).map(|_| verdict(stand, "list_plans")).collect()
}

#[test]
fn a_reload_refills_nothing_and_a_lower_limit_holds_at_once() {
    let stand = Stand::started();
    stand.reload(&at_most(6), &EVERYBODY);
    assert_eq!(verdicts(&stand, 4), ["allow"; 4]);
    for _ in 0..20 {
        stand.reload(&at_most(4), &EVERYBODY);
        assert_eq!(verdicts(&stand, 1), ["deny"]);
    }
    stand.reload(&at_most(5), &EVERYBODY);
    assert_eq!(verdicts(&stand, 2), ["allow", "deny"]);
}

/// It waits for the catalogue between being understood and being decided on, and that is when the terms are exchanged.
#[test]
fn a_call_is_judged_by_the_terms_under_which_it_came_in() {
    let closed = r#"{ "version": "1", "default": "deny", "hide": ["list_plans"], "tools": {} }"#;
    let stand = Stand::new();
    stand.upstream.will(Turn::Hang);
    let mut call = Box::pin(stand.gateway.handle(Ask::call("list_plans").envelope(), &stand.inbox));
    assert!(call.as_mut().now_or_never().is_none(), "it waits");
    stand.reload(closed, &[]);
    stand.clock.rings();
    assert_eq!(call.now_or_never().unwrap().status, 200);
    let records = stand.records();
    let [reload, decision] = records.as_slice() else { panic!("{records:?}") };
    assert_eq!(reload["reload"], serde_json::json!({ "ended": "loaded" }));
    let judged = &decision["decision"];
    assert_eq!((&judged["rule"], &judged["policy"]), (&"(unknown tool)".into(), &digest(POLICY)));
    assert_eq!(stand.ask(&Ask::call("list_plans")).status, 401);
    stand.reload(closed, &EVERYBODY);
    assert_eq!(verdict(&stand, "list_plans"), "deny");
    let records = stand.records();
    let judged = &records.last().unwrap()["decision"];
    assert_eq!((&judged["rule"], &judged["policy"]), (&"(hidden)".into(), &digest(closed)));
}

fn digest(policy: &str) -> Value {
    let policy = Policy::load(&Document::parse("p", policy, Format::Json).unwrap()).unwrap();
    Value::from(policy.digest().to_string())
}

#[test]
fn sessions_end_with_their_grants_and_tokens_are_refused_at_once() {
    let stand = Stand::started();
    let (alices, bobs, carols) =
        (stand.session("alice-token"), stand.session("bob-token"), stand.session("carol-token"));
    // Alice's token is exchanged, bob is gone, and carol reaches another server.
    stand.reload(POLICY, &[("alice", &["new-token"], &["borealhost"]), ("carol", &["carol-token"], &["forage"])]);
    for revoked in ["alice-token", "bob-token"] {
        assert_eq!(stand.ask(&Ask::call("whoami").by(revoked)).status, 401, "{revoked}");
    }
    assert!(stand.lives(&alices, "new-token"), "the session is the grant's, not the token's");
    stand.reload(POLICY, &EVERYBODY);
    assert!(stand.lives(&alices, "alice-token"));
    assert!(!stand.lives(&bobs, "bob-token"), "it ended with the grant, and does not come back with it");
    assert!(!stand.lives(&carols, "carol-token"));
}

#[test]
fn what_is_known_of_an_upstream_goes_when_it_moves_and_stays_when_it_does_not() {
    let stand = Stand::started();
    let session = stand.session("alice-token");
    stand.sent();
    stand.reload(POLICY, &EVERYBODY);
    assert!(stand.lives(&session, "alice-token"));
    assert_eq!(verdict(&stand, "whoami"), "allow");
    assert_eq!(stand.sent(), ["ping", "tools/call"], "the catalogue was not read again");
    let elsewhere = Arc::new(Scripted::default());
    elsewhere.will(Turn::tools(&["whoami"], None));
    stand.reload_before(Arc::clone(&elsewhere), POLICY, &EVERYBODY);
    assert_eq!(verdict(&stand, "list_plans"), "deny", "no tool of that name was read there");
    assert!(!stand.lives(&session, "alice-token"));
}

#[test]
fn a_failed_reload_changes_nothing_and_is_on_record() {
    let stand = Stand::started();
    let session = stand.session("alice-token");
    assert_eq!(verdicts(&stand, 1), ["allow"]);
    stand.gateway.reload_failed(&"policies/p.json:1:1: ".repeat(100)).now_or_never().unwrap();
    let records = stand.records();
    let record = &records.last().unwrap()["reload"];
    assert_eq!(record["ended"], "failed");
    assert!(record["reason"].as_str().unwrap().chars().count() < 600, "{record}");
    assert_eq!(verdicts(&stand, 2), ["allow", "deny"]);
    assert!(stand.lives(&session, "alice-token"));
}

#[test]
fn what_cannot_be_recorded_is_in_force_all_the_same() {
    let stand = Stand::started();
    stand.log.takes(0);
    stand.reload(POLICY, &[]);
    stand.log.takes(usize::MAX);
    let refused = stand.ask(&Ask::call("whoami"));
    assert!(refused.status == 401 && holds(&refused, "bearer token"), "{}", json(&refused.body));
}

/// The id is one upstream's, and nothing to the one that took its place.
#[test]
fn no_session_is_opened_with_an_upstream_that_moved_meanwhile() {
    let stand = Stand::started();
    let initialize = Ask::initialize().envelope();
    stand.upstream.will(Turn::agrees("2025-11-25"));
    stand.log.parks();
    let mut opens = Box::pin(stand.gateway.handle(initialize, &stand.inbox));
    assert!(opens.as_mut().now_or_never().is_none(), "it waits for its record");
    stand.reload_before(Arc::new(Scripted::default()), POLICY, &EVERYBODY);
    let reply = opens.now_or_never().unwrap();
    assert!(!reply.headers.contains_key("mcp-session-id"), "{reply:?}");
    assert_eq!(stand.ended(), "withheld");
}

/// What a server offers may depend on whom it is shown.
#[test]
fn a_catalogue_is_read_again_under_another_credential() {
    let stand = Stand::started();
    stand.reload_shown("Bearer other/0123456789");
    stand.upstream.will(Turn::tools(&["list_plans"], None));
    assert_eq!(verdict(&stand, "whoami"), "deny");
    assert_eq!(stand.sent(), ["tools/list"]);
}
