//! Rules that deny nothing, and rules that let nothing through.

use floorwalker_json::{Document, Format};
use serde_json::json;

use super::{KnownServer, entry, limit, review, rule, server, warnings};
use crate::Policy;

#[test]
fn a_deny_if_that_holds_of_nothing_never_fires() {
    rule(
        &json!({ "deny_if": [entry(&[("lt", json!(5)), ("gt", json!(10))])] }),
        &["never-fires: `/tools/t/deny_if/args.a-lt` can never deny: its conditions contradict each other"],
    );
    rule(&json!({ "deny_if": [entry(&[("gt", json!(5)), ("lt", json!(10))])] }), &[]);
    rule(
        &json!({ "deny_if": [entry(&[("in", json!([]))])] }),
        &["never-fires: `/tools/t/deny_if/args.a-in` can never deny: its condition holds of no value"],
    );
    rule(&json!({ "deny_if": [entry(&[("in", json!([null]))])] }), &[]);
}

#[test]
fn a_deny_if_behind_another_that_denies_as_much_never_fires() {
    let behind = "never-fires: `/tools/t/deny_if/args.a-gt#2` can never deny: `/tools/t/deny_if/args.a-gt` has denied such calls before";
    let gt = |number: u64| entry(&[("gt", json!(number))]);
    rule(&json!({ "deny_if": [gt(5), gt(10)] }), &[behind]);
    rule(&json!({ "deny_if": [gt(10), gt(5)] }), &[]);
    let two = |number: u64| entry(&[("gt", json!(number)), ("neq", json!(7))]);
    rule(&json!({ "deny_if": [two(5), two(5)] }), &[behind]);
    rule(&json!({ "deny_if": [two(5), gt(5)] }), &[]);
    rule(
        &json!({ "require": [entry(&[("lte", json!(5))])], "deny_if": [gt(10)] }),
        &[
            "never-fires: `/tools/t/deny_if/args.a-gt` can never deny: `/tools/t/require/args.a-lte` has denied such calls before",
        ],
    );
    rule(&json!({ "require": [entry(&[("lte", json!(50))])], "deny_if": [gt(10)] }), &[]);
}

#[test]
fn a_require_that_is_always_met_never_fires() {
    rule(
        &json!({ "require": [entry(&[("in", json!([1, 2]))]), entry(&[("lte", json!(5))])] }),
        &[
            "never-fires: `/tools/t/require/args.a-lte` can never deny: `/tools/t/require/args.a-in` has denied such calls before",
        ],
    );
    rule(&json!({ "require": [entry(&[("in", json!([1, 20]))]), entry(&[("lte", json!(5))])] }), &[]);
    rule(&json!({ "require": [entry(&[])] }), &["no-conditions: without conditions this `require` is always met"]);
}

#[test]
fn what_lets_nothing_through_always_denies() {
    rule(
        &json!({ "require": [entry(&[("lt", json!(5)), ("gt", json!(10))])] }),
        &["always-denies: `/tools/t/require/args.a-lt` denies every call: its conditions contradict each other"],
    );
    rule(
        &json!({ "require": [entry(&[("in", json!([]))])] }),
        &["always-denies: `/tools/t/require/args.a-in` denies every call: its condition holds of no value"],
    );
    rule(
        &json!({ "require": [entry(&[("eq", json!("a"))])], "deny_if": [entry(&[("exists", json!(true))])] }),
        &[
            "always-denies: `/tools/t/deny_if/args.a-exists` denies every call: `/tools/t/require/args.a-eq` lets nothing else through",
        ],
    );
    rule(&json!({ "require": [entry(&[("neq", json!("a"))])], "deny_if": [entry(&[("regex", json!("b"))])] }), &[]);
}

#[test]
fn nothing_fires_behind_what_denies_everything() {
    rule(
        &json!({ "deny_if": [{ "conditions": [] }, entry(&[("gt", json!(5))])], "limits": [limit("c", "day", 3, "grant")] }),
        &[
            "never-fires: `/tools/t/deny_if/args.a-gt` can never deny: `/tools/t/deny_if/always` denies every call before",
            "never-fires: `/tools/t/limits/c` can never deny: `/tools/t/deny_if/always` denies every call before",
        ],
    );
    // What is denied before may have another reason to tell.
    rule(&json!({ "require": [entry(&[("eq", json!(1))])], "deny_if": [{ "conditions": [] }] }), &[]);
    rule(&json!({ "action": "deny" }), &[]);
    assert_eq!(
        warnings(
            "version: '1'\ndefault: deny\ntools:\n  t:\n    rules:\n      - { name: no, action: deny }\n      - { name: small, conditions: [{ path: args.a, op: lt, value: 5 }] }\n",
            &[]
        ),
        ["never-fires: `/tools/t/rules/small` can never deny: `/tools/t/rules/no` denies every call before"]
    );
    assert_eq!(
        warnings(
            "version: '1'\ndefault: deny\nwindows: rolling\ntools:\n  t: { rules: [{ name: n, rate_limit: 5/hour }] }\n  '*': { rules: [{ name: no, action: deny }] }\n",
            &[]
        ),
        ["never-fires: `/tools/t/rules/n` can never deny: `/tools/*/rules/no` denies every call before"]
    );
}

#[test]
fn a_limit_that_is_smaller_than_one_call_always_denies() {
    let limit = |increment: u64| json!({ "counter": "c", "window": "day", "max": 5, "increment": increment });
    rule(
        &json!({ "limits": [limit(6)] }),
        &["always-denies: `/tools/t/limits/c` denies every call: each takes more than 5"],
    );
    rule(&json!({ "limits": [limit(5)] }), &[]);
    let of_amounts = |max: u64| json!({ "counter": "c", "window": "day", "max": max, "increment_from": "args.a" });
    let at_least = json!([entry(&[("gte", json!(100))])]);
    rule(
        &json!({ "require": at_least, "limits": [of_amounts(99)] }),
        &["always-denies: `/tools/t/limits/c` denies every call: each takes more than 99"],
    );
    rule(&json!({ "require": at_least, "limits": [of_amounts(100)] }), &[]);
    rule(
        &json!({ "limits": [of_amounts(0)] }),
        &["always-denies: `/tools/t/limits/c` denies every call: each takes more than 0"],
    );
}

#[test]
fn a_limit_behind_a_tighter_one_never_fires() {
    let both = |first, second| json!({ "limits": [first, second] });
    let shadowed = "never-fires: `/tools/t/limits/a` can never deny: `/tools/t/limits/b` is full before";
    rule(&both(limit("a", "minute", 10, "grant"), limit("b", "hour", 5, "grant")), &[shadowed]);
    rule(&both(limit("a", "minute", 10, "grant"), limit("b", "minute", 5, "policy")), &[shadowed]);
    rule(&both(limit("a", "minute", 10, "grant"), limit("b", "hour", 10, "grant")), &[]);
    rule(&both(limit("a", "hour", 10, "grant"), limit("b", "minute", 5, "grant")), &[]);
    rule(&both(limit("a", "minute", 10, "policy"), limit("b", "hour", 5, "grant")), &[]);
    // A call without a session is denied by what counts in one, and another grant's policy may fill what policies share.
    rule(
        &both(limit("a", "minute", 10, "session"), limit("b", "hour", 5, "grant")),
        &["session-scope: an agent that opens a new session starts a limit of `scope` `session` anew"],
    );
    rule(&both(limit("a", "minute", 10, "policy"), limit("b", "hour", 5, "policy")), &[]);
    // What another tool adds may fill it.
    let shared = json!({ "version": "1", "default": "deny", "tools": {
        "t": both(limit("a", "minute", 10, "grant"), limit("b", "hour", 5, "grant")),
        "u": { "limits": [limit("a", "minute", 10, "grant")] },
    } });
    assert_eq!(warnings(&shared.to_string(), &[]), [""; 0]);
}

#[test]
fn asks_that_nobody_may_answer_all_of_deny_every_call() {
    let asked = |who: &[&str]| json!({ "approvers": who });
    let above = json!({ "approvers": ["bob"], "conditions": [{ "path": "args.a", "op": "gt", "value": 5 }] });
    let says = "always-denies: `/tools/t/require_approval/always` denies every call: nobody may answer it and whatever else always asks, up to `/tools/t/require_approval/always#2`";
    rule(&json!({ "require_approval": [asked(&["ann"]), asked(&["bob"])] }), &[says]);
    rule(&json!({ "require_approval": [asked(&["ann", "bob"]), asked(&["bob"])] }), &[]);
    rule(&json!({ "require_approval": [asked(&["ann"]), {}] }), &[]);
    rule(&json!({ "require_approval": [asked(&["ann"]), above] }), &[]);
    let of_every = json!({ "version": "1", "default": "deny",
        "tools": { "t": { "require_approval": [asked(&["ann"])] } },
        "all_tools": { "require_approval": [asked(&["bob"])] } });
    assert_eq!(
        warnings(&of_every.to_string(), &[]),
        [
            "always-denies: `/tools/t/require_approval/always` denies every call: nobody may answer it and whatever else always asks, up to `/all_tools/require_approval/always`"
        ]
    );
}

/// Looking at a path denies what can be mistaken for it, so that taking a rule out allows what it denied by that.
#[test]
fn what_denies_by_its_path_alone_is_not_said_to_be_of_no_use() {
    let help = |path: &str, servers: &[KnownServer]| {
        let entry = json!({ "conditions": [{ "path": path, "op": "in", "value": [] }] });
        let source = json!({ "version": "1", "default": "deny", "tools": { "t": { "deny_if": [entry] } } }).to_string();
        let document = Document::parse("p", source.as_str(), Format::Json).unwrap();
        let told = review(&Policy::load(&document).unwrap(), servers);
        told[0].problem.help.clone().unwrap()
    };
    let publishes = server(&json!({ "properties": { "a": {} } }));
    let (can_go, meant) = ("take it out, or write what it was meant to say", "write what it was meant to say");
    assert_eq!(help("args.a", &[]), meant);
    assert_eq!(help("args.a", std::slice::from_ref(&publishes)), can_go);
    assert_eq!(help("args.b", std::slice::from_ref(&publishes)), meant);
    assert_eq!(help("args.a.b", std::slice::from_ref(&publishes)), meant);
    assert_eq!(help("args.a", &[publishes, server(&json!({}))]), meant);
}

#[test]
fn a_rule_that_can_never_ask_is_told_where_it_stands() {
    let source = r#"{"version":"1","default":"deny","tools":{"t":{
        "deny_if":[{"conditions":[{"path":"args.a","op":"gt","value":5}]}],
        "require_approval":[{"conditions":[{"path":"args.a","op":"gt","value":9}]}]}}}"#;
    let document = Document::parse("p", source, Format::Json).unwrap();
    let told = review(&Policy::load(&document).unwrap(), &[]);
    let lines: Vec<String> = told.iter().map(|warning| warning.line("p", source)).collect();
    assert_eq!(
        lines,
        [
            "p:3:29: `/tools/t/require_approval/args.a-gt` can never ask: no call that its conditions hold of comes this far; write what it was meant to say [never-fires]"
        ]
    );
}

#[test]
fn a_schema_that_refuses_what_the_conditions_demand_always_denies() {
    let schema = |word: &str| json!({ "type": "object", "properties": { "a": { "type": word } } });
    let require = json!([entry(&[("lte", json!(5))])]);
    rule(
        &json!({ "require": require, "schema": schema("string") }),
        &["always-denies: `/tools/t/schema` denies every call: it refuses what the conditions demand of `args.a`"],
    );
    rule(&json!({ "require": require, "schema": schema("integer") }), &[]);
    rule(
        &json!({ "require": require, "schema": { "additionalProperties": false } }),
        &["always-denies: `/tools/t/schema` denies every call: it refuses what the conditions demand of `args.a`"],
    );
}

#[test]
fn nobody_is_asked_about_what_is_denied() {
    let asks = |op: &str, number: u64| json!([entry(&[(op, json!(number))])]);
    let require = json!([entry(&[("lte", json!(5))])]);
    rule(
        &json!({ "require": require, "require_approval": asks("gt", 10) }),
        &[
            "never-fires: `/tools/t/require_approval/args.a-gt` can never ask: no call that its conditions hold of comes this far",
        ],
    );
    rule(&json!({ "require": require, "require_approval": asks("gt", 2) }), &[]);
    rule(
        &json!({ "deny_if": [{ "conditions": [] }], "require_approval": asks("gt", 2) }),
        &[
            "never-fires: `/tools/t/require_approval/args.a-gt` can never ask: `/tools/t/deny_if/always` denies every call before",
        ],
    );
}

#[test]
fn what_is_hidden_needs_no_rule() {
    let hiding = |rule| json!({ "version": "1", "default": "deny", "hide": ["t"], "tools": { "t": rule } }).to_string();
    assert_eq!(warnings(&hiding(json!({})), &[]), ["hidden-and-allowed: `t` is hidden, so its rule never applies"]);
    assert_eq!(
        warnings(&hiding(json!({ "action": "deny" })), &[]),
        ["never-fires: `t` is hidden, so its rule never denies anything"]
    );
    assert_eq!(warnings(&hiding(json!({})).replace("\"hide\":[\"t\"]", "\"hide\":[\"u\"]"), &[]), [""; 0]);
}

#[test]
fn limits_of_all_tools_need_a_tool() {
    let all = json!({ "limits": [limit("all", "day", 5, "grant")] });
    let none = json!({ "version": "1", "default": "deny", "all_tools": all }).to_string();
    let says = "never-fires: no tool gets as far as the rules for every tool: none is allowed";
    assert_eq!(warnings(&none, &[]), [says]);
    let some = json!({ "version": "1", "default": "deny", "all_tools": all, "tools": { "t": {} } }).to_string();
    assert_eq!(warnings(&some, &[]), [""; 0]);
    assert_eq!(warnings(&none.replace("deny", "allow"), &[]), [""; 0]);
}
