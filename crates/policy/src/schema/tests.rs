//! What a schema lets through, what it says of the rest, and that a hostile one does no harm.

use floorwalker_json::{Keys, scan};

use crate::ArgumentSchema;

fn schema(text: &str) -> ArgumentSchema {
    ArgumentSchema::new(&scan(text.as_bytes(), Keys::Distinct).unwrap())
}

/// What the schema says of the arguments; nothing when they fit.
fn refusal(schema: &ArgumentSchema, arguments: &str) -> Option<String> {
    schema.refusal(Some(&scan(arguments.as_bytes(), Keys::Distinct).unwrap()))
}

#[test]
fn a_refusal_names_a_place_and_a_keyword_and_no_value() {
    let schema = schema(
        r#"{"type":"object","required":["sku"],"additionalProperties":false,
            "properties":{"sku":{"enum":["a"]},"buyer":{"properties":{"age":{"minimum":18}}}}}"#,
    );
    assert_eq!(refusal(&schema, r#"{"sku":"a"}"#), None);
    assert_eq!(refusal(&schema, r#"{"sku":"s3cret"}"#).unwrap(), "sku does not meet enum");
    assert_eq!(refusal(&schema, r#"{"sku":"a","buyer":{"age":17}}"#).unwrap(), "buyer/age does not meet minimum");
    assert_eq!(refusal(&schema, "{}").unwrap(), "they do not meet required");
    assert_eq!(schema.refusal(None).unwrap(), "they do not meet required");
    assert_eq!(refusal(&schema, r#"{"sku":"a","x":1}"#).unwrap(), "they do not meet additionalProperties");
}

#[test]
fn numbers_are_exact() {
    let schema = schema(r#"{"properties":{"units":{"maximum":9007199254740992}}}"#);
    assert_eq!(refusal(&schema, r#"{"units":9007199254740992}"#), None);
    assert!(refusal(&schema, r#"{"units":9007199254740993}"#).is_some());
    assert!(refusal(&schema, r#"{"units":9007199254740992.5}"#).is_some());
    assert!(refusal(&schema, r#"{"units":18446744073709551616}"#).is_some());
    assert!(refusal(&schema, r#"{"units":1e300}"#).is_some());
}

#[test]
fn nothing_is_fetched_and_nothing_backtracks() {
    for text in [
        r#"{"$ref":"https://evil.test/schema.json"}"#,
        r#"{"$ref":"file:///etc/passwd"}"#,
        r#"{"$schema":"https://evil.test/draft"}"#,
        r#"{"properties":{"a":{"pattern":"(a)\\1"}}}"#,
        r#"{"type":"no such type"}"#,
        "7",
    ] {
        let schema = schema(text);
        assert!(schema.fault().is_some(), "{text}");
        assert_eq!(refusal(&schema, "{}").unwrap(), "its schema cannot be used");
    }
}

#[test]
fn a_schema_that_refers_to_itself_ends() {
    for text in [r##"{"$ref":"#"}"##, r##"{"allOf":[{"$ref":"#"}]}"##] {
        let schema = schema(text);
        let _ = refusal(&schema, "{}");
    }
    let tree = schema(r##"{"properties":{"child":{"$ref":"#"}},"additionalProperties":false}"##);
    assert_eq!(refusal(&tree, r#"{"child":{"child":{}}}"#), None);
    assert!(refusal(&tree, r#"{"child":{"x":{}}}"#).is_some());
}
