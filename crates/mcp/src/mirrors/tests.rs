//! Headers agree with the body or are refused, and every text survives the way through a header.

use proptest::prelude::*;

use crate::{Message, MirrorError, Mirrors, decode, from_header_value, to_header_value};

const METHOD: &str = "Mcp-Method";
const NAME: &str = "Mcp-Name";

fn agree(method: &str, params: &str, said_method: Option<&str>, said_name: Option<&str>) -> Result<(), MirrorError> {
    let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
    let Ok(Message::Request(request)) = decode(body.as_bytes()) else { panic!("refused: {body}") };
    Mirrors::of(request.method(), request.params()).agree(said_method.map(str::as_bytes), said_name.map(str::as_bytes))
}

#[test]
fn the_body_says_what_the_headers_must_say() {
    use MirrorError::{Different, Missing, Unreadable};
    let call = ("tools/call", r#"{"name":"x","uri":"y"}"#);
    let read = ("resources/read", r#"{"name":"x","uri":"y"}"#);
    let prompt = ("prompts/get", r#"{"name":"é"}"#);
    let list = ("tools/list", r#"{"name":"x"}"#);
    let table = [
        (call, Some("tools/call"), Some("x"), Ok(())),
        (call, Some("tools/call"), Some("=?base64?eA==?="), Ok(())),
        (call, Some("tools/call"), Some("y"), Err(Different(NAME))),
        (call, Some("tools/call"), Some("X"), Err(Different(NAME))),
        (call, Some("tools/call"), Some("=?base64?eQ==?="), Err(Different(NAME))),
        (call, Some("tools/call"), Some("=?base64?eA?="), Err(Unreadable(NAME))),
        (call, Some("tools/call"), Some("=?base64?/w==?="), Err(Unreadable(NAME))),
        (call, Some("tools/call"), None, Err(Missing(NAME))),
        (call, Some("tools/list"), Some("x"), Err(Different(METHOD))),
        (call, Some("Tools/Call"), Some("x"), Err(Different(METHOD))),
        (call, None, Some("x"), Err(Missing(METHOD))),
        (read, Some("resources/read"), Some("y"), Ok(())),
        (read, Some("resources/read"), Some("x"), Err(Different(NAME))),
        (prompt, Some("prompts/get"), Some("=?base64?w6k=?="), Ok(())),
        (prompt, Some("prompts/get"), Some("é"), Err(Unreadable(NAME))),
        (list, Some("tools/list"), None, Ok(())),
        (list, Some("tools/list"), Some("x"), Err(Different(NAME))),
    ];
    for ((method, params), said_method, said_name, expected) in table {
        assert_eq!(agree(method, params, said_method, said_name), expected, "{method} {said_method:?} {said_name:?}");
    }
}

#[test]
fn a_name_that_is_no_string_has_no_mirror() {
    assert_eq!(agree("tools/call", r#"{"name":7}"#, Some("tools/call"), None), Ok(()));
}

#[test]
fn only_what_cannot_travel_bare_is_encoded() {
    let table = [
        ("get_plan", "get_plan"),
        ("a b", "a b"),
        ("", ""),
        (" a", "=?base64?IGE=?="),
        ("a ", "=?base64?YSA=?="),
        ("a\n", "=?base64?YQo=?="),
        ("é", "=?base64?w6k=?="),
        ("=?base64?eA==?=", "=?base64?PT9iYXNlNjQ/ZUE9PT89?="),
        ("=?base64?", "=?base64?"),
    ];
    for (text, expected) in table {
        assert_eq!(to_header_value(text), expected);
    }
}

proptest! {
    #[test]
    fn every_text_survives_a_header(text in any::<String>()) {
        let value = to_header_value(&text);
        prop_assert!(value.bytes().all(|byte| matches!(byte, b' '..=b'~')));
        prop_assert_eq!(value.trim(), &*value);
        prop_assert_eq!(from_header_value(value.as_bytes()), Some(text));
    }
}
