//! What clients get from us, byte for byte.

use crate::{Era, Json, error_reply, result_reply, tool_denial};

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn errors_carry_the_id_as_it_was_written() {
    assert_eq!(
        text(error_reply(Some(r#""\u00e9""#), -32602, "Unknown tool: x", None)),
        r#"{"jsonrpc":"2.0","id":"\u00e9","error":{"code":-32602,"message":"Unknown tool: x"}}"#
    );
    let supported = Json::List(vec!["2026-07-28".into()]);
    assert_eq!(
        text(error_reply(None, -32022, "say \"2.0\"\u{202e}", Some(&[("supported", supported)]))),
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32022,"message":"say \"2.0\"\u202e","data":{"supported":["2026-07-28"]}}}"#
    );
}

#[test]
fn a_result_is_passed_on_as_its_text() {
    assert_eq!(
        text(result_reply("7", r#"{ "tools":[] , "x":1e2}"#)),
        r#"{"jsonrpc":"2.0","id":7,"result":{ "tools":[] , "x":1e2}}"#
    );
}

#[test]
fn a_denial_is_a_result_that_models_and_programs_can_read() {
    let decision = [("decision", Json::from("deny")), ("retry_after_ms", Json::from(1500_u64))];
    let tail = concat!(
        r#""content":[{"type":"text","text":"Too many calls."}],"isError":true,"#,
        r#""_meta":{"floorwalker/decision":{"decision":"deny","retry_after_ms":1500}}}}"#,
    );
    let legacy = text(tool_denial(Era::Legacy, "1", "Too many calls.", &decision));
    assert_eq!(legacy, format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{{tail}"#));
    let modern = text(tool_denial(Era::Modern, "1", "Too many calls.", &decision));
    assert_eq!(modern, format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"resultType":"complete",{tail}"#));
}
