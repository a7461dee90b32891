//! What an answer means, whoever gave it.

use bytes::Bytes;
use floorwalker_gateway::Reply;
use http::{HeaderMap, StatusCode};

use super::{Answer, Verdict};

fn reply(status: u16, body: &str) -> Reply {
    let status = StatusCode::from_u16(status).unwrap();
    Reply { status, headers: HeaderMap::new(), body: Bytes::copy_from_slice(body.as_bytes()) }
}

#[test]
fn verdicts_are_read_from_the_outside() {
    let denied = r#"{"id":1,"result":{"content":[{"type":"text","text":"no"}],"isError":true,"_meta":{"floorwalker/decision":{"decision":"deny","rule":"/r","retry_after_ms":1500}}}}"#;
    let withheld = r#"{"id":1,"result":{"isError":true,"_meta":{"floorwalker/decision":{"outcome":"withheld"}}}}"#;
    let cases = [
        (200, r#"{"id":1,"result":{"content":[{"type":"text","text":"{\"id\":\"c\"}"}]}}"#, Verdict::Allow),
        (200, r#"{"id":1,"result":{"isError":true}}"#, Verdict::Allow),
        (200, denied, Verdict::Deny),
        (200, withheld, Verdict::Withheld),
        (200, r#"{"id":1,"error":{"code":-32602,"message":"Unknown tool: x"}}"#, Verdict::Unknown),
        (200, r#"{"id":1,"error":{"code":-32602,"message":"bad arguments"}}"#, Verdict::Refused),
        (400, r#"{"id":null,"error":{"code":-32700,"message":"no JSON"}}"#, Verdict::Refused),
        (401, "", Verdict::Refused),
        (202, "", Verdict::Allow),
        (502, r#"{"id":1,"error":{"code":4002,"message":"lost"}}"#, Verdict::Lost),
    ];
    for (status, body, verdict) in cases {
        assert_eq!(Answer::of(&reply(status, body), "t").verdict, verdict, "{body}");
    }
    let answer = Answer::of(&reply(200, denied), "t");
    assert_eq!(answer.rule.as_deref(), Some("/r"));
    assert_eq!(answer.retry_after.map(|wait| wait.as_millis()), Some(1_500));
}

#[test]
fn values_are_found_by_path() {
    let body = r#"{"id":1,"result":{"content":[{"type":"text","text":"{\"a\":[{\"b\":7}]}"}]}}"#;
    let answer = Answer::of(&reply(200, body), "t");
    assert_eq!(answer.at("a.0.b").and_then(serde_json::Value::as_u64), Some(7));
    assert_eq!(answer.at("a.1.b"), None);
}

#[test]
fn answers_about_two_tools_have_one_face_unless_they_differ_elsewhere() {
    let of = |id: u64, tool: &str, says: &str| {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":-32602,"message":"{says}: {tool}"}}}}"#);
        Answer::of(&reply(200, &body), tool).face
    };
    assert_eq!(of(1, "hidden", "Unknown tool"), of(2, "invented", "Unknown tool"));
    assert_ne!(of(1, "hidden", "Unknown tool"), of(2, "invented", "No tool"));
}

#[test]
fn a_success_that_is_no_answer_to_the_call_is_garbled() {
    let result = r#"{"jsonrpc":"2.0","id":7,"result":{"content":[]}}"#;
    let cases = [
        (200, result, Verdict::Allow),
        (200, r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32602,"message":"Unknown tool: x"}}"#, Verdict::Unknown),
        (200, r#"{"jsonrpc":"2.0","id":8,"result":{"content":[]}}"#, Verdict::Garbled),
        (200, r#"{"jsonrpc":"2.0","id":"7","result":{"content":[]}}"#, Verdict::Garbled),
        (200, r#"{"jsonrpc":"2.0","result":{"content":[]}}"#, Verdict::Garbled),
        (200, r#"{"id":7,"result":{"content":[]}}"#, Verdict::Garbled),
        (200, r#"{"jsonrpc":"2.0","id":7}"#, Verdict::Garbled),
        (200, r#"{"jsonrpc":"2.0","id":7,"resu"#, Verdict::Garbled),
        (202, "", Verdict::Garbled),
        (500, r#"{"jsonrpc":"2.0","id":8,"result":{}}"#, Verdict::Garbled),
        (400, r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no JSON"}}"#, Verdict::Refused),
        (401, "", Verdict::Refused),
        (502, "", Verdict::Lost),
    ];
    for (status, body, verdict) in cases {
        assert_eq!(Answer::of_call(&reply(status, body), "t", 7).verdict, verdict, "{status} {body}");
    }
    assert_eq!(Verdict::of_word(Verdict::Garbled.word()), None);
}

#[test]
fn a_text_that_is_all_of_the_structured_content_is_read() {
    let told = |structured: &str| {
        let body = format!(r#"{{"id":1,"result":{{"content":[],"structuredContent":{structured}}}}}"#);
        Answer::of(&reply(200, &body), "t").told.map(|told| told.to_string())
    };
    for (structured, expected) in [
        (r#"{"result":"{\"id\":7}"}"#, r#"{"id":7}"#),
        (r#"{"result":"no JSON"}"#, r#"{"result":"no JSON"}"#),
        (r#"{"result":{"id":7}}"#, r#"{"result":{"id":7}}"#),
        (r#"{"result":"{}","more":1}"#, r#"{"result":"{}","more":1}"#),
    ] {
        assert_eq!(told(structured).as_deref(), Some(expected));
    }
}
