//! The approvers' door: who may come in, what they see, and that nothing holds that is not on the books.

use std::sync::atomic::Ordering;

use http::Method;
use serde_json::Value;

use super::Turn;
use super::stand::{Ask, Stand, holds, json};
use crate::envelope::Reply;

const ARGUMENTS: &str = r#"{"id":"c\u202e1","of":[{"n":1.0},[],{}],"a b":null,"no":false}"#;

fn buy(stand: &Stand) -> Reply {
    stand.ask(&Ask::call_with("buy", ARGUMENTS))
}

/// The id of the ask that the call was answered with.
fn asked(stand: &Stand) -> String {
    let decision = &json(&buy(stand).body)["result"]["_meta"]["floorwalker/decision"];
    assert_eq!(decision["decision"], "ask", "{decision}");
    decision["approval"].as_str().unwrap().to_owned()
}

fn approve(stand: &Stand, id: &str) -> Reply {
    stand.at_door(Method::POST, &format!("/approvals/{id}/approve"), "hana-token")
}

fn last(stand: &Stand) -> Value {
    stand.records().pop().unwrap()
}

#[test]
fn a_call_that_waits_passes_once_after_a_yes() {
    let stand = Stand::started();
    let reply = buy(&stand);
    let result = &json(&reply.body)["result"];
    assert_eq!((&result["isError"], result.get("structuredContent")), (&true.into(), None));
    assert_eq!(result["_meta"]["floorwalker/decision"]["expires_in_ms"], 900_000);
    let id = asked(&stand);
    assert_eq!(stand.sent(), Vec::<String>::new());
    assert_eq!(approve(&stand, &id).status, 200);
    stand.upstream.will(Turn::result(r#"{"content":[]}"#));
    assert!(!holds(&buy(&stand), "floorwalker/decision"));
    assert_eq!(stand.sent(), ["tools/call"]);
    assert_ne!(asked(&stand), id);
    assert_eq!(stand.sent(), Vec::<String>::new());
}

#[test]
fn everything_is_shown_and_nothing_can_hide() {
    let stand = Stand::started();
    let id = asked(&stand);
    let shown = stand.at_door(Method::GET, &format!("/approvals/{id}"), "hana-token");
    assert!(shown.body.is_ascii());
    let shown = json(&shown.body);
    let lines = [
        "args.id = \"c\\u202e1\"",
        "args.of[0].n = 1",
        "args.of[1] = []",
        "args.of[2] = {}",
        "args.\"a b\" = null",
        "args.no = false",
    ];
    assert_eq!(shown["arguments"], Value::from(lines.to_vec()));
    assert_eq!((&shown["stands"], &shown["reason"]), (&"pending".into(), &"It costs money.".into()));
    let listed = json(&stand.at_door(Method::GET, "/approvals", "hana-token").body);
    assert_eq!(listed["approvals"][0]["id"], id.as_str());
    // What people see is for people: not a value of it is on the books.
    assert!(!stand.log.text().contains("202e"), "{}", stand.log.text());
}

#[test]
fn strangers_and_agents_learn_nothing_at_the_door() {
    let stand = Stand::started();
    let id = asked(&stand);
    let path = format!("/approvals/{id}/approve");
    let knock = || Ask::call("").method(Method::POST).to(&path).saying("");
    let unknown = [
        knock().by("alice-token").with("x-approver", "hana"),
        knock().by("wrong"),
        knock().without("authorization"),
        knock().with("authorization", "Basic aGFuYQ=="),
        knock().by("alice-token").to("/approvals"),
        knock().by("alice-token").to("/nowhere"),
    ];
    let replies: Vec<String> = unknown.iter().map(|ask| super::stand::bytes_of(&stand.door(ask))).collect();
    assert!(replies.iter().all(|reply| reply == &replies[0] && reply.starts_with("401")), "{replies:?}");
    let hana = || knock().by("hana-token");
    for (ask, status) in [
        (hana().with("host", "elsewhere"), 403),
        (hana().with("origin", "https://evil.test"), 403),
        (hana().with_another("authorization", "Bearer hana-token"), 400),
        (hana().saying("{}"), 400),
        (hana().method(Method::GET), 405),
        (hana().to("/approvals/"), 405),
        (hana().to(&format!("/approvals/{id}0/approve")), 404),
        (hana().to("/approvals//approve"), 404),
    ] {
        assert_eq!(stand.door(&ask).status, status, "{ask:?}");
    }
    // Approvers are nobody at the agents' door.
    assert_eq!(stand.ask(&Ask::call("whoami").by("hana-token")).status, 401);
    assert_eq!(stand.ask(&Ask::call("whoami").by("hana-token").to("/approvals")).status, 404);
    assert_eq!(asked(&stand), id);
}

#[test]
fn an_answer_is_on_the_books_before_it_holds_and_its_outcome_before_it_is_told() {
    for (room, told) in [(0, 1), (1, 2)] {
        let stand = Stand::started();
        let id = asked(&stand);
        stand.log.takes(room);
        assert_eq!(approve(&stand, &id).status, 503);
        stand.log.takes(9);
        assert_eq!(stand.records().len(), told, "{}", stand.log.text());
        assert_eq!(asked(&stand), id);
        assert_eq!(stand.sent(), Vec::<String>::new());
    }
    let stand = Stand::started();
    let id = asked(&stand);
    approve(&stand, &id);
    let records = stand.records();
    assert_eq!(records[1]["answer"]["says"], "yes");
    assert_eq!((&records[2]["outcome"]["of"], &records[2]["outcome"]["ended"]), (&2.into(), &"taken".into()));
    approve(&stand, &id);
    assert_eq!(last(&stand)["outcome"]["ended"], "refused");
}

#[test]
fn an_ask_that_cannot_be_recorded_is_not_open() {
    let stand = Stand::started();
    stand.log.takes(0);
    buy(&stand);
    stand.log.takes(9);
    let listed = json(&stand.at_door(Method::GET, "/approvals", "hana-token").body);
    assert_eq!(listed["approvals"], Value::Array(Vec::new()));
}

#[test]
fn a_store_that_cannot_tell_approves_nothing_and_lets_nothing_pass() {
    let stand = Stand::started();
    let id = asked(&stand);
    approve(&stand, &id);
    stand.store.broken.store(true, Ordering::Relaxed);
    assert_eq!(approve(&stand, &id).status, 503);
    assert_eq!(stand.at_door(Method::GET, "/approvals", "hana-token").status, 503);
    let reply = buy(&stand);
    assert!(holds(&reply, "(closed)"), "{reply:?}");
    assert_eq!(stand.sent(), Vec::<String>::new());
}

#[test]
fn a_yes_to_one_definition_is_none_to_another() {
    let stand = Stand::started();
    let id = asked(&stand);
    approve(&stand, &id);
    // The list that an agent fetches has the same name with another definition, so the gateway reads the catalogue anew.
    let sells = || Turn::result(r#"{"tools":[{"name":"buy","description":"Now it sells.","inputSchema":{}}]}"#);
    stand.upstream.will(sells());
    stand.ask(&Ask::modern("tools/list", "{}"));
    stand.upstream.will(sells());
    stand.sent();
    assert_ne!(asked(&stand), id);
    assert_eq!(stand.sent(), ["tools/list"]);
}

#[test]
fn a_call_that_was_not_sent_leaves_the_yes() {
    let stand = Stand::started();
    let id = asked(&stand);
    approve(&stand, &id);
    stand.upstream.will(Turn::not_sent());
    assert!(holds(&buy(&stand), "not_sent"));
    stand.upstream.will(Turn::result(r#"{"content":[]}"#));
    assert!(!holds(&buy(&stand), "floorwalker/decision"));
    assert_ne!(asked(&stand), id);
}

/// A long key is on the line of every value that it holds: a small message would fill a screen, and memory.
#[test]
fn what_would_be_too_much_to_read_is_not_asked() {
    let stand = Stand::started();
    let flood = format!(r#"{{"{}":[{}0]}}"#, "\u{10ffff}".repeat(2_040), "0,".repeat(3_999));
    let reply = stand.ask(&Ask::call_with("buy", &flood));
    let decision = &json(&reply.body)["result"]["_meta"]["floorwalker/decision"];
    assert_eq!(decision["decision"], "deny", "{decision}");
    assert!(holds(&reply, "too large"));
}

/// Also when it was answered before: whoever says yes sees what to.
#[test]
fn nobody_says_yes_to_what_the_desk_does_not_show() {
    let stand = Stand::started();
    let id = asked(&stand);
    stand.at_door(Method::POST, &format!("/approvals/{id}/deny"), "hana-token");
    stand.gateway.desk.clear();
    let records = stand.records().len();
    assert!(holds(&approve(&stand, &id), "/approvals/answered"));
    assert_eq!(stand.records().len(), records);
}
