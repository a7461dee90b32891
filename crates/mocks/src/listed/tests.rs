//! Dumps in every form, replies in a row, templates, replies made from schemas, and what is said of documents that are wrong.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Listed, ListedSettings, Listing, ListingPlace, ListingProblem, ListingTexts, sample};
use crate::control::Control;
use crate::mock::{Caller, Mock, ToolReply};

const NOW: u64 = 1_768_473_000_000;

fn tool(name: &str) -> Value {
    json!({ "name": name, "inputSchema": { "type": "object" } })
}

fn read(tools: &str, replies: Option<&Value>, settings: &Value) -> Result<Listing, Vec<ListingProblem>> {
    let settings = ListedSettings::from_json(settings).expect("the settings are right");
    Listing::read("shop", ListingTexts { tools, replies }, settings)
}

fn mock(tools: Value, replies: Value) -> Listed {
    let replies = json!({ "version": 1, "replies": replies });
    let listing = read(&tools.to_string(), Some(&replies), &Value::Null).expect("the documents are right");
    Listed::new(Arc::new(listing))
}

fn call(mock: &mut Listed, tool: &str, arguments: Value) -> ToolReply {
    let caller = Caller { session: None, credential: Some("upstream-a".to_owned()), address: "127.0.0.1".to_owned() };
    mock.perform(NOW, &caller, tool, arguments.as_object().unwrap_or(&Map::new())).reply
}

fn text(reply: &ToolReply) -> &str {
    reply.content.first().map_or("", String::as_str)
}

fn told(problems: Vec<ListingProblem>) -> Vec<String> {
    problems.into_iter().map(|problem| problem.says).collect()
}

#[test]
fn a_dump_is_read_in_every_form_people_have() {
    let (a, b) = (tool("a"), tool("b"));
    let page = |tools: &[&Value], cursor: Value| json!({ "tools": tools, "nextCursor": cursor });
    let reply = json!({ "jsonrpc": "2.0", "id": 1, "result": page(&[&a, &b], Value::Null) });
    let forms = [
        json!([a, b]).to_string(),
        page(&[&a, &b], Value::Null).to_string(),
        reply.to_string(),
        format!("event: message\ndata: {reply}\n\n"),
        format!("{}\n{}", page(&[&a], json!("from-1")), json!({ "result": { "tools": [b] } })),
    ];
    for form in forms {
        let listing = read(&form, None, &Value::Null).unwrap_or_else(|problems| panic!("{form}: {problems:?}"));
        assert_eq!(listing.definitions(), [a.clone(), b.clone()], "{form}");
    }
}

#[test]
fn definitions_are_served_as_they_were_read() {
    let odd = json!({
        "inputSchema": { "properties": { "Id": {}, "id": {} }, "type": "object" }, "name": "odd", "x-vendor": 1.50,
        "_meta": { "k": [1] }, "icons": [{ "src": "data:," }], "annotations": { "readOnlyHint": true }, "title": "Odd",
    });
    let mock = mock(json!([odd]), json!({}));
    assert_eq!(mock.tools()[0].to_string(), odd.to_string());
}

#[test]
fn what_is_wrong_with_a_list_is_said_of_the_tool() {
    let cases = [
        (json!({ "tools": [] }), "there is no tool in it"),
        (json!({ "tolls": [] }), "it has no `tools`"),
        (
            json!({ "error": { "code": -1, "message": "Unauthorized" } }),
            "the server answered with an error: Unauthorized",
        ),
        (json!([{ "name": "a" }]), "tool `a` has no `inputSchema`"),
        (json!([{ "inputSchema": {} }]), "tool 1 has no `name`"),
        (json!([tool("a"), tool("a")]), "there are two tools of the name `a`"),
        (json!([{ "name": "a", "inputSchema": "x" }]), "tool `a`: `inputSchema` is a text"),
        (json!(["a"]), "tool 1 is a text"),
        (json!({ "tools": [tool("a")], "nextCursor": "x" }), "the last page has a `nextCursor`, so the list goes on"),
    ];
    for (tools, says) in cases {
        assert_eq!(told(read(&tools.to_string(), None, &Value::Null).unwrap_err()), [says]);
    }
    let found = told(read("{ \"tools\": [", None, &Value::Null).unwrap_err());
    assert!(found[0].starts_with("this is no JSON: ") && found[0].contains("line 1"), "{found:?}");
    let elsewhere = json!([{ "name": "a", "inputSchema": { "$ref": "https://example.test/schema" } }]).to_string();
    assert!(told(read(&elsewhere, None, &Value::Null).unwrap_err())[0].starts_with("tool `a`: `inputSchema` cannot"));
    assert!(read(&elsewhere, None, &json!({ "validate": "off" })).is_ok());
}

#[test]
fn replies_come_in_a_row_and_the_last_one_stays() {
    let replies = json!({ "a": [{ "text": "one", "times": 2 }, { "error": "two" }, { "json": { "n": 3 } }] });
    let mut mock = mock(json!([tool("a")]), replies);
    let mut next = || text(&call(&mut mock, "a", json!({}))).to_owned();
    assert_eq!([next(), next(), next(), next(), next()], ["one", "one", "two", r#"{"n":3}"#, r#"{"n":3}"#]);
    let counts = mock.ledger().counts();
    assert_eq!((counts["calls"], counts["errors"], mock.journal().executed("a")), (4, 1, 5));
    mock.control(NOW, &Control::Restart {}).unwrap();
    assert_eq!(text(&call(&mut mock, "a", json!({}))), "one");
    assert!(mock.control(NOW, &Control::Pay { checkout: None, by: None }).is_err());
}

#[test]
fn a_template_keeps_types_and_refuses_what_is_not_there() {
    let shape = json!({ "id": "ch_{{ count }}", "amount": "{{ arguments.amount }}", "of": "{{ arguments }}", "n": 1 });
    let mut mock = mock(
        json!([tool("a"), tool("b")]),
        json!({
            "a": { "template": shape }, "b": { "template": "{{ arguments.amount * 2 }} by {{ tool }}" },
        }),
    );
    let filled = call(&mut mock, "a", json!({ "amount": 19.5, "tags": ["x", null, true] })).structured.unwrap();
    let arguments = json!({ "amount": 19.5, "tags": ["x", null, true] });
    assert_eq!(filled, json!({ "id": "ch_1", "amount": 19.5, "of": arguments, "n": 1 }));
    assert_eq!(text(&call(&mut mock, "b", json!({ "amount": 4 }))), "8 by b");
    for tool in ["a", "b"] {
        let reply = call(&mut mock, tool, json!({}));
        assert!(reply.is_error && text(&reply).contains("arguments.amount"), "{reply:?}");
    }
}

#[test]
fn what_is_wrong_with_replies_is_said_with_the_way_to_it() {
    let cases = [
        (json!({ "version": 2, "replies": {} }), "", "the version is not known"),
        (json!({ "version": 1 }), "", "there are no `replies`"),
        (json!({ "version": 1, "replies": { "b": { "text": "x" } } }), "replies.b", "no tool is called `b`"),
        (json!({ "version": 1, "replies": { "a": {} } }), "replies.a", "a reply is exactly one of"),
        (json!({ "version": 1, "replies": { "a": [] } }), "replies.a", "the list of replies is empty"),
        (json!({ "version": 1, "replies": { "a": { "text": 1 } } }), "replies.a.text", "`text` is a number"),
        (json!({ "version": 1, "replies": { "a": { "json": [] } } }), "replies.a.json", "`json` is a list"),
        (json!({ "version": 1, "replies": { "a": { "tekst": "x" } } }), "replies.a.tekst", "key `tekst` is not known"),
        (
            json!({ "version": 1, "replies": { "a": [{ "text": "x", "times": 0 }] } }),
            "replies.a.0.times",
            "`times` is no number of calls",
        ),
        (
            json!({ "version": 1, "replies": { "a": { "template": { "x": "{{ args.y }}" } } } }),
            "replies.a.template",
            "the template is wrong: nothing is called `args`",
        ),
        (json!({ "version": 1, "replies": { "a": { "template": "{{ x" } } }), "replies.a.template", "the template"),
        (
            json!({ "version": 1, "replies": { "a": { "text": "x", "secret": { "kind": "k", "value": "x" } } } }),
            "replies.a.secret.kind",
            "the kind of secret is not known",
        ),
        (
            json!({ "version": 1, "replies": { "a": { "json": { "n": "x" } } } }),
            "replies.a",
            "the reply of `a` does not fit its `outputSchema`",
        ),
    ];
    let output = json!({ "type": "object", "properties": { "n": { "type": "integer" } } });
    let tools = json!([{ "name": "a", "inputSchema": {}, "outputSchema": output }]).to_string();
    for (replies, at, says) in cases {
        let problems = read(&tools, Some(&replies), &Value::Null).unwrap_err();
        let ListingPlace::Replies(found) = &problems[0].place else { panic!("{problems:?}") };
        assert_eq!(found.join("."), at);
        assert!(problems[0].says.starts_with(says), "{problems:?}");
    }
}

#[test]
fn arguments_that_do_not_fit_are_refused_and_not_repeated() {
    let schema = json!({ "type": "object", "properties": { "n": { "type": "integer" } }, "required": ["n"] });
    let tools = json!([{ "name": "a", "inputSchema": schema }]);
    let mut strict = mock(tools.clone(), json!({}));
    assert_eq!(text(&call(&mut strict, "a", json!({ "n": 1 }))), "a was called.");
    for arguments in [json!({}), json!({ "n": "hunter2" }), json!({ "n": 1.5 })] {
        let reply = call(&mut strict, "a", arguments);
        assert!(reply.is_error && text(&reply).starts_with("Invalid arguments for a: "), "{reply:?}");
        assert!(!text(&reply).contains("hunter2"), "{reply:?}");
    }
    assert_eq!(call(&mut strict, "b", json!({})), ToolReply::error("Unknown tool: b"));
    let lax = read(&tools.to_string(), None, &json!({ "validate": "off" })).unwrap();
    assert!(!call(&mut Listed::new(Arc::new(lax)), "a", json!({})).is_error);
}

#[test]
fn a_secret_is_known_to_the_witness_once_for_each_value() {
    let mut mock = mock(
        json!([tool("fresh"), tool("fixed")]),
        json!({
            "fresh": { "template": { "key": "sk_{{ token }}" }, "secret": { "kind": "api_key", "value": "sk_{{ token }}" } },
            "fixed": { "text": "it is 12 Sample Street", "secret": { "kind": "personal_data", "value": "12 Sample Street" } },
        }),
    );
    for _ in 0..2 {
        let shown = call(&mut mock, "fresh", json!({}));
        let secret = mock.secrets().pop().unwrap();
        assert!(text(&shown).contains(&secret.value), "{shown:?}");
        assert_eq!(secret.minted_for.as_deref(), Some("upstream-a"));
    }
    call(&mut mock, "fixed", json!({}));
    call(&mut mock, "fixed", json!({}));
    let kinds: Vec<&str> = mock.secrets().iter().map(|secret| secret.kind.as_str()).collect();
    assert_eq!(kinds, ["api_key", "api_key", "personal_data"]);
}

#[test]
fn a_reply_is_made_as_small_as_the_schema_allows() {
    let cases = [
        (json!({ "type": "object" }), json!({})),
        (json!({ "const": 7 }), json!(7)),
        (json!({ "enum": ["b", "a"] }), json!("b")),
        (json!({ "type": "string", "default": "d", "minLength": 1 }), json!("d")),
        (json!({ "type": "string", "minLength": 3 }), json!("xxx")),
        (json!({ "type": ["null", "integer"], "minimum": 2.5 }), json!(3)),
        (json!({ "type": "integer", "exclusiveMinimum": 4, "multipleOf": 5 }), json!(5)),
        (json!({ "type": "integer", "maximum": -3 }), json!(-3)),
        (json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1 }), json!(0.5)),
        (json!({ "items": { "type": "boolean" }, "minItems": 2 }), json!([false, false])),
        (json!({ "oneOf": [{ "type": "string", "format": "date" }, { "type": "null" }] }), json!("2026-01-15")),
        (
            json!({ "properties": { "a": { "type": "integer" }, "b": {} }, "required": ["a"], "minProperties": 2 }),
            json!({ "a": 0, "b": null }),
        ),
        (
            json!({
                "allOf": [{ "$ref": "#/$defs/named" }], "required": ["n"], "properties": { "n": { "type": "integer" } },
                "$defs": { "named": { "type": "object", "required": ["name"], "properties": { "name": { "const": "x" } } } },
            }),
            json!({ "n": 0, "name": "x" }),
        ),
    ];
    for (schema, expected) in cases {
        let made = sample::smallest(&schema).unwrap_or_else(|| panic!("{schema}"));
        assert_eq!(made, expected, "{schema}");
        assert!(jsonschema::is_valid(&schema, &made), "{schema}");
    }
}

#[test]
fn a_schema_that_never_ends_ends_all_the_same() {
    let itself = json!({ "type": "object", "required": ["a"], "properties": { "a": { "$ref": "#" } } });
    let twice = json!({ "allOf": [{ "$ref": "#" }, { "$ref": "#" }] });
    let wide = json!({ "type": "array", "minItems": 4_000_000, "items": { "type": "array", "minItems": 4_000_000 } });
    for schema in [itself, twice, wide] {
        assert_eq!(sample::smallest(&schema), None, "{schema}");
    }
    let tools = json!([{ "name": "a", "inputSchema": {}, "outputSchema": { "type": "object", "required": ["p"],
        "properties": { "p": { "type": "string", "pattern": "^[A-Z]{3}$" } } } }]);
    let problems = told(read(&tools.to_string(), None, &Value::Null).unwrap_err());
    assert!(problems[0].starts_with("tool `a`: no reply can be made from its `outputSchema`"), "{problems:?}");
}

proptest! {
    /// Fails for a sampler that forgets one of the bounds.
    #[test]
    fn a_whole_number_is_within_its_bounds(least in -1_000_i64..1_000, width in 0_i64..50, step in 1_i64..10) {
        let most = least + width + step;
        let schema = json!({ "type": "integer", "minimum": least, "maximum": most, "multipleOf": step });
        let made = sample::smallest(&schema).unwrap();
        prop_assert!(jsonschema::is_valid(&schema, &made), "{schema} {made}");
    }
}
