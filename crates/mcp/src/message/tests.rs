//! What was understood is what is sent on.

use proptest::prelude::*;

use crate::{Message, Reply, Request, decode, decode_reply};

fn request(body: &str) -> Request<'_> {
    match decode(body.as_bytes()) {
        Ok(Message::Request(request)) => request,
        other => panic!("{other:?}"),
    }
}

fn rebuilt(body: &str) -> String {
    let message = match decode(body.as_bytes()).unwrap() {
        Message::Request(request) => request.rebuilt(),
        Message::Notification(notification) => notification.rebuilt(),
        Message::Response(answer) => answer.rebuilt(),
    };
    String::from_utf8(message).unwrap()
}

#[test]
fn the_envelope_is_written_anew_and_values_survive() {
    let table = [
        (
            " {\n \"params\" : { } , \"method\" : \"ping\", \"id\" : 1, \"jsonrpc\" : \"2.0\" } ",
            r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{}}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        ),
        (
            r#"{"\u006dethod":"tools\/call","id":"\u0061","jsonrpc":"2.0","params":{"n\u0061me":"\u0078"}}"#,
            r#"{"jsonrpc":"2.0","id":"\u0061","method":"tools/call","params":{"name":"\u0078"}}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"z":1e2,"a":1.10,"b":12345678901234567890123,"c":-0.0}}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"z":1e2,"a":1.10,"b":12345678901234567890123,"c":-0.0}}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"arguments":{ "z" : [1, 2], "a":"\u00e9é\/" }}}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"arguments":{ "z" : [1, 2], "a":"\u00e9é\/" }}}"#,
        ),
        (
            r#"{"x":{"y":1e2},"jsonrpc":"2.0","id":1,"method":"a","é":[ ]}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"a","x":{"y":1e2},"\u00e9":[ ]}"#,
        ),
        (
            r#"{"result":{"b":1.0,"a":2},"x":1,"id":"q","jsonrpc":"2.0"}"#,
            r#"{"jsonrpc":"2.0","id":"q","result":{"b":1.0,"a":2}}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"m"}}"#,
            r#"{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"m"}}"#,
        ),
    ];
    for (body, expected) in table {
        assert_eq!(rebuilt(body), expected);
    }
}

#[test]
fn an_error_of_an_upstream_that_answers_nothing_keeps_a_null_id() {
    let body = br#"{"jsonrpc":"2.0","error":{"code":-32700,"message":"x"}}"#;
    let Ok(Reply::Answer(answer)) = decode_reply(body) else { panic!("refused") };
    assert_eq!(answer.rebuilt(), br#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}"#);
    assert!(!answer.answers(request(r#"{"jsonrpc":"2.0","id":1,"method":"a"}"#).id()));
}

#[test]
fn an_answer_answers_the_id_of_its_type_and_value() {
    let table = [("1", "1", true), ("1", r#""1""#, false), (r#""a""#, r#""\u0061""#, true), ("1", "2", false)];
    for (asked, answered, expected) in table {
        let question = format!(r#"{{"jsonrpc":"2.0","id":{asked},"method":"a"}}"#);
        let body = format!(r#"{{"jsonrpc":"2.0","id":{answered},"result":{{}}}}"#);
        let Ok(Reply::Answer(answer)) = decode_reply(body.as_bytes()) else { panic!("refused: {body}") };
        assert_eq!(answer.answers(request(&question).id()), expected, "{asked} {answered}");
    }
}

#[test]
fn a_call_has_a_name_and_perhaps_arguments() {
    let read = |params: &str| {
        let body = format!(r#"{{"jsonrpc":"2.0","id":5,"method":"tools/call"{params}}}"#);
        let request = request(&body);
        let call = request.tool_call().map_err(|error| (error.code, error.id))?;
        Ok((call.name.to_owned(), call.arguments.map(|node| node.span.text(&body).to_owned())))
    };
    let refused = || Err((-32602, Some(String::from("5"))));
    assert_eq!(read(r#","params":{"name":"x"}"#), Ok((String::from("x"), None)));
    let arguments = Some(String::from(r#"{"b":1e2}"#));
    assert_eq!(read(r#","params":{"name":"\u0078","arguments":{"b":1e2}}"#), Ok((String::from("x"), arguments)));
    for name in ["null", "7", "{}", "[]", "true"] {
        assert_eq!(read(&format!(r#","params":{{"name":{name}}}"#)), refused(), "{name}");
    }
    for arguments in ["null", "7", "\"x\"", "[]", "true"] {
        let params = format!(r#","params":{{"name":"x","arguments":{arguments}}}"#);
        assert_eq!(read(&params), refused(), "{arguments}");
    }
    assert_eq!(read(""), refused());
    assert_eq!(read(r#","params":{"arguments":{}}"#), refused());
}

#[test]
fn the_version_is_read_from_meta() {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#;
    assert_eq!(request(body).protocol_version(), Some("2026-07-28"));
    assert_eq!(request(r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{}}"#).protocol_version(), None);
    assert_eq!(request(r#"{"jsonrpc":"2.0","id":1,"method":"a"}"#).protocol_version(), None);
}

/// JSON values as people and programs write them, spelling included.
fn value_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just(String::from("null")),
        Just(String::from("true")),
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,5})?([eE][+-]?[0-9]{1,2})?",
        any::<String>().prop_map(|text| crate::quote(&text)),
        Just(String::from(r#""\u0041\/ é""#)),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(" ,"))),
            prop::collection::btree_map("[a-z]{1,6}", inner, 0..4).prop_map(|members| {
                let members: Vec<String> =
                    members.iter().rev().map(|(key, value)| format!("\"{key}\" : {value}")).collect();
                format!("{{ {} }}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn decoding_what_was_rebuilt_gives_the_same_message(
        method in any::<String>(),
        number in any::<i64>(),
        params in prop::collection::btree_map("[a-z]{1,3}_[a-z]{1,3}", value_text(), 0..5),
        unknown in prop::option::of(value_text()),
    ) {
        let members: Vec<String> = params.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        let unknown = unknown.map_or(String::new(), |value| format!(",\"x-unknown\": {value}"));
        let body = format!(
            r#"{{"params": {{ {} }}, "id":{number}, "method":{}, "jsonrpc":"2.0"{unknown}}}"#,
            members.join(" , "),
            crate::quote(&method),
        );
        let once = rebuilt(&body);
        let (sent, kept) = (request(&once), request(&body));
        prop_assert_eq!(sent.id(), kept.id());
        prop_assert_eq!(sent.method(), method);
        let texts = |request: &Request<'_>| -> Vec<(String, String)> {
            let members = request.params().unwrap().as_object().unwrap().iter();
            let text = |node: &floorwalker_json::Node<'_>| node.span.text(request.source()).to_owned();
            members.map(|member| (member.key.to_string(), text(&member.value))).collect()
        };
        prop_assert_eq!(texts(&sent), texts(&kept));
        prop_assert_eq!(rebuilt(&once), once);
    }
}
