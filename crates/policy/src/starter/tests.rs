//! What a starting policy says, and that it means it.

use floorwalker_json::{Document, Format};
use serde_json::{Value, json};

use super::{Origin, Scanned, quoted, starting_policy};
use crate::{Policy, Published, classify, review};

fn scanned(definition: &Value) -> Scanned {
    let tool = Published::of(definition);
    Scanned { classified: classify(&tool), tool }
}

fn draft(definitions: &[Value]) -> String {
    let tools: Vec<Scanned> = definitions.iter().map(scanned).collect();
    starting_policy(Origin { server: "a shop", profile: None }, &tools)
}

#[track_caller]
fn load(text: &str) -> Policy {
    let document =
        Document::parse("policy.yaml", text, Format::Yaml).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    let policy = Policy::load(&document).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    assert_eq!(review(&policy, &[]), [], "{text}");
    policy
}

#[test]
fn each_category_has_its_rule() {
    let names = ["get_user", "update_user", "run_job", "delete_user", "create_charge"];
    let text = draft(&names.map(|name| json!({ "name": name })));
    let policy = load(&text);
    for name in names {
        assert_eq!(policy.hides(name), name == "delete_user", "{name}");
        assert_eq!(policy.tool(name).is_some(), name != "delete_user", "{name}");
    }
    for line in [
        "  get_user: {}",
        "    limits: [{ counter: update_user_rate, window: minute, max: 30, scope: grant }]",
        "    limits: [{ counter: run_job_rate, window: minute, max: 10, scope: grant }]",
        "  - delete_user",
        "    deny_if: [{ conditions: [], on_deny: \"This moves money, so a person has to approve it.\" }]",
        "  # financial: its name says `create` of `charge`.",
    ] {
        assert!(text.lines().any(|written| written == line), "no line `{line}` in\n{text}");
    }
}

#[test]
fn what_reads_and_may_pay_has_a_limit() {
    let properties = json!({ "amount": {}, "currency": {}, "card_number": {} });
    let text = draft(&[json!({ "name": "get_order_now", "inputSchema": { "properties": properties } })]);
    load(&text);
    let limit = "    limits: [{ counter: get_order_now_rate, window: minute, max: 30, scope: grant }]";
    assert!(text.lines().any(|line| line == limit), "{text}");
    assert!(text.contains("it takes `amount` and `currency`, as a payment does"), "{text}");
}

#[test]
fn nothing_but_hidden_tools_is_still_a_policy() {
    for definitions in [vec![], vec![json!({ "name": "delete_user" })]] {
        let text = draft(&definitions);
        load(&text);
        assert!(text.contains("\ntools: {}\n"), "{text}");
    }
}

#[test]
fn a_cap_is_shown_and_loads_when_it_is_taken() {
    let properties = json!({ "amount": { "type": "number" }, "a.mount amount": {}, "currency": {} });
    let text = draft(&[json!({ "name": "create_charge", "inputSchema": { "properties": properties } })]);
    let taken = text.replace("    # require:", "    require:");
    assert_ne!(taken, text);
    assert_eq!(taken.matches("require: [").count(), 1);
    load(&taken);
}

#[test]
fn a_hostile_description_stays_a_comment() {
    let hostile = "Reads.\n  delete_all: {}\r  x: {}\u{85}y: {}\u{2028}z: {}\u{202E}\u{0}\u{FEFF}\u{FFFE} \" ` #";
    let text = draft(&[json!({ "name": "get_user", "description": hostile })]);
    let policy = load(&text);
    assert!(["delete_all", "x", "y", "z"].iter().all(|name| policy.tool(name).is_none()));
    assert!(text.chars().all(|character| character == '\n' || !character.is_control()));
    assert!(!text.contains(['\u{2028}', '\u{202E}', '\u{FEFF}', '\u{FFFE}']));
}

#[test]
fn what_no_policy_can_name_stays_denied_and_is_mentioned() {
    let long = "x".repeat(508);
    for name in ["*", "", "a\nb", long.as_str(), "$serde_json::private::Number"] {
        let text = draft(&[json!({ "name": name }), json!({ "name": "get_user" })]);
        let policy = load(&text);
        assert!(policy.tool(name).is_none() && policy.tool("get_user").is_some(), "{name}");
        assert!(text.contains("left out, and so denied"), "{text}");
    }
    for long in ["x".repeat(507), "🛒".repeat(126)] {
        assert!(load(&draft(&[json!({ "name": long })])).tool(&long).is_some());
        assert!(load(&draft(&[json!({ "name": long, "description": "Reads it." })])).tool(&long).is_some());
    }
    let hides_all = draft(&[json!({ "name": "*", "description": "Deletes everything." })]);
    assert!(!load(&hides_all).hides("get_user"));
}

#[test]
fn names_that_can_be_taken_for_each_other_are_both_left_out() {
    let text = draft(&[json!({ "name": "Get" }), json!({ "name": "get" }), json!({ "name": "read" })]);
    let policy = load(&text);
    assert!(policy.tool("Get").is_none() && policy.tool("get").is_none() && policy.tool("read").is_some());
    assert_eq!(text.matches("can be taken for").count(), 2);
}

#[test]
fn scalars_mean_themselves() {
    for (text, written) in [
        ("get_user", "get_user"),
        ("policies.remove", "\"policies.remove\""),
        ("destroy()", "\"destroy()\""),
        ("null", "\"null\""),
        ("No", "\"No\""),
        ("42", "\"42\""),
        ("a\"b\\c", "\"a\\\"b\\\\c\""),
        ("ä", "\"\\u00E4\""),
        ("🛒", "\"\\U0001F6D2\""),
        ("", "\"\""),
    ] {
        assert_eq!(quoted::scalar(text), written);
    }
}
