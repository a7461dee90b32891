//! What is possible and what is not, both sides of each.

use floorwalker_json::{Document, Format};
use serde_json::{Value, json};

use super::Facts;
use crate::{
    condition::{Condition, Path, Stands, allowed::Allowed, conditions},
    reading::Reading,
};

/// Conditions as one would write them in a `require`; the first word of each is `+` where it holds and `-` where it does not.
fn facts_of(written: &[(char, Value)]) -> (Vec<(char, Condition)>, bool) {
    let read = |condition: &Value| {
        let document = Document::parse("c", condition.to_string(), Format::Json).unwrap();
        let mut reading = Reading::of(&document);
        conditions(&mut reading, &[&document.root], Stands::Require).expect("it is a condition").remove(0)
    };
    let all: Vec<(char, Condition)> = written.iter().map(|(sign, condition)| (*sign, read(condition))).collect();
    let facts = all.iter().fold(Facts::default(), |facts, (sign, condition)| facts.and(condition, *sign == '+'));
    let impossible = facts.are_impossible();
    (all, impossible)
}

fn asked(op: &str, value: Value) -> Value {
    json!({ "path": "args.a", "op": op, "value": value })
}

#[track_caller]
fn check(expect_impossible: bool, written: &[(char, &str, Value)]) {
    let written: Vec<_> = written.iter().map(|(sign, op, value)| (*sign, asked(op, value.clone()))).collect();
    assert_eq!(facts_of(&written).1, expect_impossible, "{written:?}");
}

#[test]
fn what_contradicts_itself_is_impossible() {
    check(true, &[('+', "lt", json!(5)), ('+', "gt", json!(10))]);
    check(true, &[('+', "lt", json!(5)), ('+', "gte", json!(5))]);
    check(true, &[('+', "lte", json!(5)), ('+', "gte", json!(5)), ('+', "neq", json!(5.0))]);
    check(true, &[('+', "in", json!([]))]);
    check(true, &[('+', "in", json!(["a", "b"])), ('-', "in", json!(["a", "b", "c"]))]);
    check(true, &[('+', "eq", json!("5")), ('+', "lt", json!(10))]);
    check(true, &[('+', "eq", json!(1)), ('+', "eq", json!(2))]);
    check(true, &[('+', "exists", json!(false)), ('+', "eq", json!("a"))]);
    check(true, &[('-', "exists", json!(true)), ('+', "lt", json!(5))]);
    check(true, &[('+', "regex", json!("^a$")), ('+', "lt", json!(5))]);
    check(true, &[('+', "regex", json!("^a$")), ('-', "regex", json!("^a$"))]);
    check(true, &[('+', "regex", json!("^a$")), ('+', "eq", json!("b"))]);
    check(true, &[('+', "contains", json!("abc")), ('+', "regex", json!("^.*$")), ('-', "contains", json!("b"))]);
    check(true, &[('-', "lt", json!(5)), ('-', "gte", json!(5)), ('+', "gt", json!(0))]);
    check(true, &[('+', "exists", json!(true)), ('-', "not_in", json!([]))]);
}

#[test]
fn what_does_not_is_possible() {
    check(false, &[('+', "lt", json!(10)), ('+', "gt", json!(5))]);
    check(false, &[('+', "lte", json!(5)), ('+', "gte", json!(5))]);
    check(false, &[('+', "lte", json!(6)), ('+', "gte", json!(5)), ('+', "neq", json!(5))]);
    check(false, &[('-', "lt", json!(5)), ('-', "gte", json!(5))]);
    check(false, &[('+', "in", json!(["a", 5])), ('+', "lt", json!(10))]);
    check(false, &[('+', "contains", json!("abc")), ('-', "contains", json!("d"))]);
    check(false, &[('+', "contains", json!("abc")), ('-', "contains", json!("b"))]);
    check(false, &[('+', "regex", json!("^a$")), ('-', "regex", json!("^b$"))]);
    // Null is not there, and is not "a".
    check(false, &[('-', "exists", json!(true)), ('+', "neq", json!("a"))]);
    check(false, &[('-', "exists", json!(false)), ('+', "exists", json!(true))]);
    check(false, &[('+', "neq", json!("a")), ('+', "neq", json!("b"))]);
    check(false, &[('-', "eq", json!(true)), ('-', "eq", json!(false)), ('-', "eq", json!(null))]);
    check(false, &[('+', "eq", json!({"b": 1, "a": [1.0]})), ('+', "in", json!([{"a": [1], "b": 1}]))]);
}

/// A text in a list, and a list itself, hold other things than a text does.
#[test]
fn lists_contain_elements_and_texts_contain_texts() {
    check(true, &[('+', "contains", json!(5)), ('-', "contains", json!(5))]);
    check(true, &[('+', "contains", json!(5)), ('+', "regex", json!("^a$"))]);
    check(false, &[('+', "contains", json!(5)), ('-', "contains", json!("5"))]);
}

#[test]
fn other_paths_have_other_values() {
    let other = json!({ "path": "args.b", "op": "gt", "value": 10 });
    assert!(!facts_of(&[('+', asked("lt", json!(5))), ('+', other)]).1);
}

/// The schema, a path, what stands there, and whether the schema leaves it possible.
#[test]
fn a_schema_leaves_some_values() {
    let typed = |word: &str| json!({ "properties": { "a": { "type": word } } });
    let cases = [
        (typed("string"), '+', "lt", json!(5), true),
        (typed("integer"), '+', "lt", json!(5), false),
        (typed("number"), '+', "eq", json!("5"), true),
        (json!({ "properties": { "a": { "type": ["integer", "null"] } } }), '+', "eq", json!("5"), true),
        (
            json!({ "properties": { "a": { "anyOf": [{ "type": "integer" }, { "type": "string" }] } } }),
            '+',
            "eq",
            json!("5"),
            false,
        ),
        (
            json!({ "properties": { "a": { "anyOf": [{ "type": "integer" }, { "type": "null" }] } } }),
            '+',
            "eq",
            json!("5"),
            true,
        ),
        (json!({ "properties": { "a": { "enum": ["x", "y"] } } }), '+', "eq", json!("z"), true),
        (json!({ "properties": { "a": { "enum": ["x", "y"] } } }), '+', "in", json!(["z", "y"]), false),
        (json!({ "properties": { "a": { "const": 7 } } }), '+', "gt", json!(7), true),
        (json!({ "additionalProperties": false }), '+', "neq", json!("z"), true),
        (json!({ "additionalProperties": false }), '+', "exists", json!(false), false),
        (json!({ "additionalProperties": true }), '+', "neq", json!("z"), false),
        (json!({ "patternProperties": { "a": {} }, "additionalProperties": false }), '+', "neq", json!("z"), false),
        (
            json!({ "$ref": "#/$defs/t", "$defs": { "t": { "properties": { "a": { "type": "string" } } } } }),
            '+',
            "gt",
            json!(1),
            true,
        ),
        (json!({ "$ref": "#/$defs/t", "$defs": { "t": { "$ref": "#/$defs/t" } } }), '+', "gt", json!(1), false),
        (json!({ "allOf": [{ "properties": { "a": { "type": "string" } } }] }), '+', "gt", json!(1), true),
        (json!({ "required": ["a"] }), '+', "exists", json!(false), false),
        (json!({ "required": ["a"], "properties": { "a": { "type": "string" } } }), '+', "exists", json!(false), true),
        (json!(true), '+', "eq", json!(5), false),
    ];
    for (schema, sign, op, value, impossible) in cases {
        let (conditions, _) = facts_of(&[(sign, asked(op, value.clone()))]);
        let path = Path::parse("args.a").unwrap();
        let facts = Facts::default().and(&conditions[0].1, sign == '+').and_fits(&path, Allowed::at(&schema, &path));
        assert_eq!(facts.are_impossible(), impossible, "{schema} {op} {value}");
    }
}

#[test]
fn a_path_leads_through_maps_and_lists() {
    let schema = json!({ "properties": { "items": { "items": { "properties": { "price": { "type": "string" } } }, "type": "array" } } });
    let at = |path: &str| Allowed::at(&schema, &Path::parse(path).unwrap());
    assert_eq!(at("args.items.0.price").described(), "a text");
    assert_eq!(at("args.items.0.other").kinds.len(), 6);
    assert!(at("args.items.price").is_forbidden(), "a list has no keys");
}
