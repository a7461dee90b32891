//! Whatever is said of a rule is true of every call: a rule that can never deny denies none, and one that denies every call
//! lets none through.
//!
//! Policies are random and calls are all there are of a few values, so that edges meet. Broken on purpose, the review fails
//! here: when a range of one number counts as empty, when it is forgotten that an argument that is not there is not unequal
//! either, and when a `deny_if` of two conditions is believed to deny by either.

use std::collections::BTreeSet;

use floorwalker_json::{Document, Format, Keys, scan};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use crate::{Call, Decision, Definition, GrantId, Policy, ServerName, WarningCode, decide, review};

/// What arguments can be; `None` is an argument that is not there.
const VALUES: [Option<&str>; 14] = [
    None,
    Some("null"),
    Some("true"),
    Some("false"),
    Some("4"),
    Some("5"),
    Some("5.5"),
    Some("6"),
    Some("\"a\""),
    Some("\"ab\""),
    Some("\"5\""),
    Some("[\"a\",5]"),
    Some("[]"),
    Some("{\"a\":5}"),
];

fn condition() -> impl Strategy<Value = Value> {
    let value = || {
        select(vec![
            json!(null),
            json!(true),
            json!(4),
            json!(5),
            json!(6),
            json!("a"),
            json!("b"),
            json!("5"),
            json!(["a", 5]),
        ])
    };
    let number = || select(vec![json!(4), json!(5), json!(5.5), json!(6)]);
    let asked = prop_oneof![
        (select(vec!["eq", "neq", "contains"]), value()),
        (select(vec!["lt", "lte", "gt", "gte"]), number()),
        (select(vec!["in", "not_in"]), prop::collection::vec(value(), 0..3).prop_map(Value::from)),
        (Just("exists"), any::<bool>().prop_map(Value::from)),
        (Just("regex"), select(vec![json!("^a$"), json!("^a"), json!("^.*$")])),
    ];
    (select(vec!["args.a", "args.b"]), asked)
        .prop_map(|(path, (op, value))| json!({ "path": path, "op": op, "value": value }))
}

fn entries() -> impl Strategy<Value = Vec<Value>> {
    let entry = prop::collection::vec(condition(), 1..3).prop_map(|conditions| json!({ "conditions": conditions }));
    prop::collection::vec(entry, 0..4)
}

fn policy() -> impl Strategy<Value = Value> {
    let increment = || 1_u64..4;
    let limit = (increment(), 0_u64..5)
        .prop_map(|(increment, max)| json!({ "counter": "c", "window": 60, "max": max, "increment": increment }));
    (entries(), entries(), limit).prop_map(|(require, deny_if, limit)| {
        let tool = json!({ "require": require, "deny_if": deny_if, "limits": [limit] });
        json!({ "version": "1", "default": "deny", "tools": { "t": tool } })
    })
}

/// The rules that deny some call before any state is looked at, and whether some call gets past them.
fn denying(policy: &Policy) -> (BTreeSet<String>, bool) {
    let (grant, server) = (GrantId::new("g").unwrap(), ServerName::new("s").unwrap());
    let (mut rules, mut passes) = (BTreeSet::new(), false);
    for (a, b) in VALUES.iter().flat_map(|a| VALUES.iter().map(move |b| (a, b))) {
        let members = [("a", a), ("b", b)].map(|(key, value)| value.map(|value| format!("\"{key}\":{value}")));
        let text = format!("{{{}}}", members.into_iter().flatten().collect::<Vec<_>>().join(","));
        let arguments = scan(text.as_bytes(), Keys::Unconfusable).unwrap();
        let call = Call { grant: &grant, server: &server, session: None, tool: "t", arguments: Some(&arguments) };
        match decide(Some(policy), None, Some(&Definition::default()), &call) {
            Decision::Deny(denial) => drop(rules.insert(denial.rule.to_string())),
            Decision::Allow(_) | Decision::Ask(_) => passes = true,
        }
    }
    (rules, passes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_said_of_a_rule_is_true_of_every_call(source in policy()) {
        let document = Document::parse("p", source.to_string(), Format::Json).unwrap();
        let policy = Policy::load(&document).unwrap();
        let (denying, passes) = denying(&policy);
        for warning in review(&policy, &[]) {
            let rule = warning.problem.says.split('`').nth(1).unwrap_or_default();
            let of_checks = !rule.contains("/limits/");
            match warning.code {
                WarningCode::NeverFires => prop_assert!(!denying.contains(rule), "{rule} denies: {:?}", warning),
                WarningCode::AlwaysDenies if of_checks => prop_assert!(!passes, "{rule} lets some through: {:?}", warning),
                _ => {}
            }
        }
    }
}
