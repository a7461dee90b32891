//! Every way in which bytes are not a message, and what passes.

use crate::{DecodeError, Message, Reply, decode, decode_reply};

const PARSE: i64 = DecodeError::PARSE;
const REQUEST: i64 = DecodeError::REQUEST;
const PARAMS: i64 = DecodeError::PARAMS;

fn refused(body: &[u8]) -> DecodeError {
    match decode(body) {
        Err(error) => error,
        Ok(_) => panic!("accepted: {}", String::from_utf8_lossy(body)),
    }
}

/// Checks code, echoed id and a word of the message.
fn check(table: &[(&str, i64, Option<&str>, &str)]) {
    for (body, code, id, word) in table {
        let error = refused(body.as_bytes());
        assert_eq!((error.code, error.id.as_deref()), (*code, *id), "{body}");
        assert!(error.message.contains(word), "{body}: {}", error.message);
    }
}

#[test]
fn what_is_not_strict_json_is_a_parse_error() {
    check(&[
        ("", PARSE, None, "at byte"),
        ("\u{feff}{}", PARSE, None, "at byte"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping",}"#, PARSE, None, "at byte"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping"}{}"#, PARSE, None, "at byte"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"a","method":"b"}"#, PARSE, None, "at byte"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"a","Method":"b"}"#, PARSE, None, "at byte"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"name":1,"name":2}}"#, PARSE, None, "at byte"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"name":1,"NAME":2}}"#, PARSE, None, "at byte"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"a":{"b":{"c":1,"c":2}}}}"#, PARSE, None, "at byte"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"\ud800"}"#, PARSE, None, "at byte"),
        (r#"{"jsonrpc":"2.0","id":1e999,"method":"a"}"#, PARSE, None, "at byte"),
    ]);
    assert_eq!(refused(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}").code, PARSE);
}

#[test]
fn what_is_not_one_object_is_refused() {
    check(&[
        ("[]", REQUEST, None, "batch"),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, REQUEST, None, "batch"),
        (" \n[[{}]]", REQUEST, None, "batch"),
        ("null", REQUEST, None, "object"),
        ("\"x\"", REQUEST, None, "object"),
        ("7", REQUEST, None, "object"),
        ("true", REQUEST, None, "object"),
    ]);
}

#[test]
fn an_envelope_that_is_not_json_rpc_is_refused() {
    check(&[
        ("{}", REQUEST, None, "jsonrpc"),
        (r#"{"id":1,"method":"a"}"#, REQUEST, Some("1"), "jsonrpc"),
        (r#"{"jsonrpc":"1.0","id":1,"method":"a"}"#, REQUEST, Some("1"), "jsonrpc"),
        (r#"{"jsonrpc":2.0,"id":1,"method":"a"}"#, REQUEST, Some("1"), "jsonrpc"),
        (r#"{"jsonrpc":"2.00","id":"x","method":"a"}"#, REQUEST, Some("\"x\""), "jsonrpc"),
        (r#"{"jsonrpc":"2.0","id":1}"#, REQUEST, Some("1"), "method"),
        (r#"{"jsonrpc":"2.0","id":1,"method":null}"#, REQUEST, Some("1"), "method"),
        (r#"{"jsonrpc":"2.0","id":1,"method":7}"#, REQUEST, Some("1"), "method"),
        (r#"{"jsonrpc":"2.0","id":1,"method":["a"]}"#, REQUEST, Some("1"), "method"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"a","result":{}}"#, REQUEST, Some("1"), "result"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"a","error":{}}"#, REQUEST, Some("1"), "error"),
        (r#"{"jsonrpc":"2.0","id":1,"method":"a","result":null}"#, REQUEST, Some("1"), "result"),
    ]);
}

#[test]
fn an_unusable_id_is_refused_and_not_echoed() {
    for id in ["null", "1.5", "1.0", "1e2", "true", "[]", "{}", "[1]"] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"a"}}"#);
        let error = refused(body.as_bytes());
        assert_eq!((error.code, error.id), (REQUEST, None), "{id}");
    }
    let body = format!(r#"{{"jsonrpc":"2.0","id":"{}","method":"a"}}"#, "x".repeat(300));
    assert_eq!(refused(body.as_bytes()).id, None);
}

#[test]
fn a_key_that_looks_like_one_of_the_envelope_is_refused() {
    for key in ["Method", "METHOD", "ID", "Params", "Result", "Error", "JsonRpc", "ｍethod", "i\\u200bd"] {
        let body = format!(r#"{{"{key}":1}}"#);
        let error = refused(body.as_bytes());
        assert_eq!(error.code, REQUEST, "{key}");
        assert!(error.message.contains("taken for"), "{key}: {}", error.message);
    }
}

#[test]
fn parameters_that_are_no_object_are_refused() {
    for params in ["null", "[]", "[1]", "\"x\"", "7", "true"] {
        for id in [r#""id":1,"#, ""] {
            let body = format!(r#"{{"jsonrpc":"2.0",{id}"method":"a","params":{params}}}"#);
            assert_eq!(refused(body.as_bytes()).code, PARAMS, "{body}");
        }
    }
}

#[test]
fn a_key_that_looks_like_a_parameter_is_refused() {
    let keys = [
        "Name",
        "ARGUMENTS",
        "_Meta",
        "URI",
        "Cursor",
        "Task",
        "inputresponses",
        "RequestState",
        "protocolversion",
        "ｎame",
    ];
    for key in keys {
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"a","params":{{"{key}":"x"}}}}"#);
        let error = refused(body.as_bytes());
        assert_eq!((error.code, error.id.as_deref()), (PARAMS, Some("1")), "{key}");
    }
}

#[test]
fn meta_is_an_object_with_the_keys_it_may_have() {
    let version = "io.modelcontextprotocol/protocolVersion";
    let metas = [
        String::from("null"),
        String::from("[]"),
        String::from("\"x\""),
        format!(r#"{{"{version}":7}}"#),
        format!(r#"{{"{version}":null}}"#),
        format!(r#"{{"{}":"2026-07-28"}}"#, version.to_uppercase()),
        String::from(r#"{"ProgressToken":1}"#),
    ];
    for meta in metas {
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"a","params":{{"_meta":{meta}}}}}"#);
        assert_eq!(refused(body.as_bytes()).code, PARAMS, "{meta}");
    }
}

#[test]
fn an_error_never_repeats_a_value() {
    let bodies = [
        r#"{"jsonrpc":"hunter2","id":1,"method":"a"}"#,
        r#"{"jsonrpc":"2.0","id":["hunter2"],"method":"a"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":["hunter2"]}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"a","params":"hunter2"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":"hunter2"}}"#,
    ];
    for body in bodies {
        assert!(!refused(body.as_bytes()).message.contains("hunter2"), "{body}");
    }
}

#[test]
fn the_kinds_of_message_are_told_apart() {
    let request = decode(br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#).unwrap();
    assert!(matches!(request, Message::Request(request) if request.method() == "ping"));
    let notification = decode(br#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).unwrap();
    assert!(matches!(notification, Message::Notification(_)));
    for outcome in [r#""result":{}"#, r#""error":{"code":1,"message":"x"}"#] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,{outcome}}}"#);
        assert!(matches!(decode(body.as_bytes()).unwrap(), Message::Response(_)));
    }
}

const BROKEN_ANSWERS: &[&str] = &[
    r#"{"jsonrpc":"2.0","id":1,"result":{},"error":{}}"#,
    r#"{"jsonrpc":"2.0","id":1,"result":null}"#,
    r#"{"jsonrpc":"2.0","id":1,"result":[]}"#,
    r#"{"jsonrpc":"2.0","id":1,"error":"x"}"#,
    r#"{"jsonrpc":"2.0","id":1,"result":{},"params":{}}"#,
    r#"{"jsonrpc":"2.0","result":{}}"#,
    r#"{"jsonrpc":"2.0","id":null,"result":{}}"#,
    r#"{"jsonrpc":"2.0","id":1.5,"result":{}}"#,
    r#"{"jsonrpc":"2.0","id":1,"result":{},"Result":{}}"#,
    r#"{"jsonrpc":"2.0","id":1,"RESULT":{}}"#,
];

#[test]
fn a_broken_answer_is_refused_from_either_side() {
    for body in BROKEN_ANSWERS {
        assert!(decode(body.as_bytes()).is_err(), "{body}");
        assert!(decode_reply(body.as_bytes()).is_err(), "{body}");
    }
}

#[test]
fn only_an_upstream_may_leave_open_what_an_error_answers() {
    for id in ["", r#""id":null,"#] {
        let body = format!(r#"{{"jsonrpc":"2.0",{id}"error":{{"code":-32700,"message":"x"}}}}"#);
        assert_eq!(refused(body.as_bytes()).code, REQUEST);
        let Ok(Reply::Answer(answer)) = decode_reply(body.as_bytes()) else { panic!("refused: {body}") };
        assert!(answer.id().is_none() && answer.result().is_none() && answer.error().is_some());
    }
}

#[test]
fn an_upstream_sends_answers_notifications_and_requests() {
    let table = [
        (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, "answer"),
        (r#"{"jsonrpc":"2.0","method":"notifications/message","params":{"data":1}}"#, "notification"),
        (r#"{"jsonrpc":"2.0","id":"s1","method":"elicitation/create","params":{}}"#, "request"),
    ];
    for (body, expected) in table {
        let kind = match decode_reply(body.as_bytes()).unwrap() {
            Reply::Answer(_) => "answer",
            Reply::Notification(_) => "notification",
            Reply::Request(_) => "request",
        };
        assert_eq!(kind, expected);
    }
}

#[test]
fn an_upstream_may_use_any_words_inside_but_not_twice() {
    assert!(decode_reply(br#"{"jsonrpc":"2.0","id":1,"result":{"Name":1,"name":2}}"#).is_ok());
    assert!(decode_reply(br#"{"jsonrpc":"2.0","id":1,"result":{"name":1,"name":2}}"#).is_err());
    assert!(decode_reply(b"[]").is_err());
    assert!(decode_reply(br#"data: {}"#).is_err());
}

#[test]
fn a_key_that_ends_early_for_some_readers_is_no_json_for_anybody() {
    for key in ["method\\u0000", "method\\u0000x", "params\\u0000tail"] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"a","{key}":1}}"#);
        assert_eq!(refused(body.as_bytes()).code, PARSE, "{key}");
    }
}
