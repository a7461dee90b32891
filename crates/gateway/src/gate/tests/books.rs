//! The log and the store: nothing happens that is not on the books, and what cannot be counted does not happen.

use std::sync::atomic::Ordering;

use super::Turn;
use super::stand::{Ask, Stand, holds, json};
use crate::envelope::Reply;

fn is_closed(reply: &Reply) -> bool {
    let body = json(&reply.body);
    let outcome = body["result"]["_meta"]["floorwalker/decision"]["outcome"] == "closed";
    outcome || reply.status == 503
}

/// Calls the tool whose limit is two a minute.
fn plans(stand: &Stand, turn: Turn) -> Reply {
    stand.ask_when(turn, &Ask::call("list_plans"))
}

fn allowed(stand: &Stand) -> bool {
    let records = stand.records();
    let decision = records.iter().rev().find(|record| record.get("decision").is_some()).unwrap();
    decision["decision"]["verdict"] == "allow"
}

#[test]
fn a_decision_that_cannot_be_recorded_sends_nothing() {
    for ask in [Ask::call("whoami"), Ask::call("list_plans"), Ask::modern("prompts/list", "{}"), Ask::initialize()] {
        let stand = Stand::started();
        stand.log.takes(0);
        let reply = stand.ask_when(Turn::agrees("2025-11-25"), &ask);
        assert_eq!(stand.sent(), Vec::<String>::new(), "{ask:?}");
        assert!(holds(&reply, "log cannot be written"), "{reply:?}");
        assert!(!reply.headers.contains_key("mcp-session-id"));
    }
}

#[test]
fn a_decision_that_cannot_be_recorded_says_so() {
    let stand = Stand::started();
    stand.log.takes(0);
    assert!(is_closed(&stand.ask(&Ask::call("whoami"))));
    // A denial says nothing either, or whoever is denied could go on asking without a trace.
    let denied = stand.ask(&Ask::call("set_api_key"));
    assert!(is_closed(&denied) && !holds(&denied, "deny"), "{denied:?}");
}

#[test]
fn a_refusal_that_cannot_be_recorded_says_only_that() {
    let unknown = Ask::modern("no/such", "{}");
    let mismatch = Ask::call("whoami").with("mcp-name", "list_plans");
    for ask in
        [unknown, mismatch, Ask::call("whoami").saying("{"), Ask::call("whoami").by("bob-token").to("/forage/mcp")]
    {
        let stand = Stand::started();
        stand.log.takes(0);
        assert_eq!(stand.ask(&ask).status, 503, "{ask:?}");
        assert_eq!(stand.sent(), Vec::<String>::new());
    }
}

#[test]
fn refusals_are_recorded() {
    let stand = Stand::started();
    stand.ask(&Ask::modern("no/such", "{}"));
    let record = stand.records().pop().unwrap();
    assert_eq!((&record["decision"]["verdict"], &record["decision"]["grant"]), (&"refuse".into(), &"alice".into()));
}

#[test]
fn an_outcome_that_cannot_be_recorded_withholds_the_reply() {
    for ask in [Ask::call("whoami"), Ask::modern("prompts/list", "{}")] {
        let stand = Stand::started();
        stand.log.takes(1);
        let reply = stand.ask_when(Turn::result(r#"{"x":"should-not-arrive"}"#), &ask);
        assert_eq!(stand.upstream.sent().len(), 1);
        assert!(!holds(&reply, "should-not-arrive"), "{reply:?}");
        assert!(holds(&reply, "could not be recorded"), "{reply:?}");
    }
}

#[test]
fn a_store_that_cannot_tell_denies() {
    let stand = Stand::started();
    stand.store.broken.store(true, Ordering::Relaxed);
    let reply = plans(&stand, Turn::result("{}"));
    assert_eq!(stand.sent(), Vec::<String>::new());
    assert_eq!(json(&reply.body)["result"]["isError"], true);
    let record = stand.records().pop().unwrap();
    assert_eq!((&record["decision"]["verdict"], &record["decision"]["rule"]), (&"deny".into(), &"(closed)".into()));
}

#[test]
fn a_store_that_cannot_remember_a_secret_withholds_it() {
    let stand = Stand::started();
    stand.store.broken.store(true, Ordering::Relaxed);
    let key = format!("bh_{}", "c".repeat(48));
    let result = format!(r#"{{"structuredContent":{{"api_key":"{key}"}},"content":[]}}"#);
    let reply = stand.ask_when(Turn::result(&result), &Ask::call("whoami"));
    assert!(!holds(&reply, &key));
    assert_eq!(stand.ended(), "withheld");
}

#[test]
fn a_limit_denies_before_anything_is_sent() {
    let stand = Stand::started();
    plans(&stand, Turn::result("{}"));
    plans(&stand, Turn::result("{}"));
    stand.sent();
    plans(&stand, Turn::result("{}"));
    assert!(!allowed(&stand));
    assert_eq!(stand.sent(), Vec::<String>::new());
    // The limit is each grant's own.
    stand.ask(&Ask::call("list_plans").by("bob-token"));
    assert!(allowed(&stand));
}

#[test]
fn what_was_not_sent_is_not_charged() {
    let stand = Stand::started();
    for _ in 0..5 {
        let reply = plans(&stand, Turn::not_sent());
        assert!(holds(&reply, "not_sent"), "{reply:?}");
        assert_eq!(stand.ended(), "not_sent");
    }
    plans(&stand, Turn::result("{}"));
    assert!(allowed(&stand));
}

#[test]
fn what_was_lost_or_withheld_stays_charged() {
    let wrong = Turn::says(200, &["{"]);
    for turn in [Turn::lost(), wrong, Turn::says(500, &[])] {
        let stand = Stand::started();
        plans(&stand, turn.clone());
        plans(&stand, turn.clone());
        assert!(allowed(&stand));
        plans(&stand, Turn::result("{}"));
        assert!(!allowed(&stand), "{turn:?}");
    }
}

#[test]
fn a_record_has_a_bound() {
    let long = "n".repeat(1 << 20);
    let escaped = "\\u0001".repeat(1 << 16);
    for name in [long.as_str(), &escaped] {
        let call = Ask::call("x").edited(r#""name":"x""#, &format!(r#""name":"{name}""#));
        let call = if name == long { call.with("mcp-name", name) } else { call };
        let asks = [
            call,
            Ask::modern("x", "{}").edited(r#""method":"x""#, &format!(r#""method":"{name}""#)),
            Ask::call("whoami").edited(r#""id":7"#, &format!(r#""id":"{name}""#)),
            Ask::call("whoami").edited(r#""params":{"#, &format!(r#""params":{{"{name}":1,"{name}":2,"#)),
        ];
        for ask in asks {
            let stand = Stand::started();
            stand.ask_when(Turn::result("{}"), &ask);
            let text = stand.log.text();
            let longest = text.lines().map(str::len).max().unwrap_or(0);
            assert!((1..2_048).contains(&longest), "{longest}");
        }
    }
}
