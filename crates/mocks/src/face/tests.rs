//! The face's tests: both eras, paging, trouble on the wire, and each way of being careless.

use serde_json::{Value, json};

use crate::{Control, Mock, mock};

use super::{Delivery, FaceRequest, FaceResponse, MCP_PATH, exchange};

const NOW: u64 = 1_767_225_600_000;

fn server(settings: Value) -> Box<dyn Mock> {
    mock("borealhost", &settings).expect("the settings are right")
}

fn send(mock: &mut dyn Mock, headers: &[(&str, &str)], body: &str) -> FaceResponse {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    exchange(
        mock,
        NOW,
        &FaceRequest { method: "POST".to_owned(), path: MCP_PATH.to_owned(), headers, body: body.as_bytes().to_vec() },
    )
}

fn body(response: &FaceResponse) -> Value {
    serde_json::from_slice(&response.body).expect("a JSON body")
}

fn open(mock: &mut dyn Mock) -> String {
    let initialize = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } } });
    let response = send(mock, &[], &initialize.to_string());
    assert_eq!(body(&response)["result"]["protocolVersion"], "2025-11-25");
    response.header("mcp-session-id").expect("a session").to_owned()
}

fn legacy(mock: &mut dyn Mock, session: &str, message: &str) -> FaceResponse {
    send(mock, &[("mcp-session-id", session)], message)
}

fn modern(method: &str, mut params: Value) -> String {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    json!({ "jsonrpc": "2.0", "id": "m", "method": method, "params": params }).to_string()
}

#[test]
fn a_session_lives_from_initialize_to_delete() {
    let mut mock = server(Value::Null);
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    assert_eq!(send(mock.as_mut(), &[], ping).status, 400);
    assert_eq!(legacy(mock.as_mut(), "session-1", ping).status, 404);
    let session = open(mock.as_mut());
    assert_eq!(session, "session-1");
    let note = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    assert_eq!(legacy(mock.as_mut(), &session, note).status, 202);
    assert_eq!(body(&legacy(mock.as_mut(), &session, ping)), json!({ "jsonrpc": "2.0", "id": 1, "result": {} }));
    let delete = FaceRequest {
        method: "DELETE".to_owned(),
        path: MCP_PATH.to_owned(),
        headers: vec![("Mcp-Session-Id".to_owned(), session.clone())],
        body: Vec::new(),
    };
    assert_eq!(exchange(mock.as_mut(), NOW, &delete).status, 202);
    assert_eq!(legacy(mock.as_mut(), &session, ping).status, 404);
    assert_eq!(mock.journal().received().len(), 7, "every request is journalled");
}

#[test]
fn a_request_is_journalled_with_its_method_and_headers() {
    let mut mock = server(Value::Null);
    let headers = [("Authorization", "Bearer grant-a"), ("X-Twice", "1"), ("X-Twice", "2")];
    send(mock.as_mut(), &headers, "{");
    let received = &mock.journal().received()[0];
    let kept: Vec<(&str, &str)> = received.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(
        (received.method.as_str(), kept.as_slice(), received.bytes.as_slice()),
        ("POST", &headers[..], &b"{"[..])
    );
}

#[test]
fn tools_are_listed_and_called_in_both_eras() {
    let mut mock = server(Value::Null);
    let session = open(mock.as_mut());
    let old = body(&legacy(mock.as_mut(), &session, r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#));
    let new = body(&send(mock.as_mut(), &[], &modern("tools/list", json!({}))));
    assert_eq!(old["result"]["tools"], new["result"]["tools"]);
    assert_eq!(new["result"]["resultType"], "complete");
    assert_eq!((&new["result"]["ttlMs"], &new["result"]["cacheScope"]), (&json!(300_000), &json!("public")));
    let call = modern("tools/call", json!({ "name": "whoami", "arguments": {} }));
    let called = body(&send(mock.as_mut(), &[("authorization", "Bearer grant-a")], &call));
    assert_eq!((&called["id"], &called["result"]["isError"]), (&json!("m"), &json!(true)));
    assert_eq!(mock.journal().calls()[0].caller.credential.as_deref(), Some("grant-a"));
    let discovered = body(&send(mock.as_mut(), &[], &modern("server/discover", json!({}))));
    assert_eq!(discovered["result"]["supportedVersions"], json!(super::era::VERSIONS));
}

#[test]
fn pages_cover_the_list_once() {
    let mut mock = server(json!({ "page_size": 40 }));
    let session = open(mock.as_mut());
    let (mut names, mut cursor) = (Vec::new(), json!({}));
    loop {
        let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": cursor });
        let result = body(&legacy(mock.as_mut(), &session, &list.to_string()))["result"].clone();
        names.extend(result["tools"].as_array().unwrap().iter().map(|tool| tool["name"].clone()));
        match result.get("nextCursor") {
            Some(next) => cursor = json!({ "cursor": next }),
            None => break,
        }
    }
    let all: Vec<Value> = mock.tools().iter().map(|tool| tool["name"].clone()).collect();
    assert_eq!(names, all);
    let bad = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"from-3"}}"#;
    assert_eq!(body(&legacy(mock.as_mut(), &session, bad))["error"]["code"], -32602);
}

#[test]
fn modern_mirrors_must_agree() {
    let call = modern("tools/call", json!({ "name": "whoami" }));
    for (header, value, status) in [
        ("mcp-name", "whoami", 200),
        ("Mcp-Name", "=?base64?d2hvYW1p?=", 200),
        ("mcp-name", "register", 400),
        ("mcp-method", "tools/list", 400),
        ("mcp-protocol-version", "2025-11-25", 400),
    ] {
        let response = send(server(Value::Null).as_mut(), &[(header, value)], &call);
        assert_eq!(response.status, status, "{header}: {value}");
        if status == 400 {
            assert_eq!(body(&response)["error"]["code"], -32020);
        }
    }
    let unknown = send(server(Value::Null).as_mut(), &[], &modern("ping", json!({})));
    assert_eq!((unknown.status, &body(&unknown)["error"]["code"]), (404, &json!(-32601)));
    let bare = send(
        server(Value::Null).as_mut(),
        &[("mcp-protocol-version", "2026-07-28")],
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
    );
    assert_eq!(bare.status, 400);
    let future = modern("tools/list", json!({})).replace("2026-07-28", "2031-01-01");
    assert_eq!(body(&send(server(Value::Null).as_mut(), &[], &future))["error"]["code"], -32022);
}

#[test]
fn a_scripted_fault_reaches_the_response() {
    for (then, status, delivery, whole) in [
        ("lose_reply", 0, Delivery::Lost, false),
        ("hold_reply", 0, Delivery::Held, false),
        ("rpc_error", 200, Delivery::Sent, true),
        ("garble_reply", 200, Delivery::Sent, false),
        ("http_500", 500, Delivery::Sent, false),
        ("error_after", 200, Delivery::Sent, true),
        ("not_json", 200, Delivery::Sent, true),
    ] {
        let mut mock = server(Value::Null);
        let fault = json!({ "world": "fault", "tool": "register", "then": then });
        mock.control(NOW, &Control::from_json(&fault).unwrap()).unwrap();
        let call = modern("tools/call", json!({ "name": "register" }));
        let response = send(mock.as_mut(), &[], &call);
        assert_eq!((response.status, response.delivery), (status, delivery), "{then}");
        assert_eq!(serde_json::from_slice::<Value>(&response.body).is_ok(), whole, "{then}");
        assert_eq!(mock.ledger().counts()["accounts_registered"], 1, "{then}");
        assert_eq!(send(mock.as_mut(), &[], &call).status, 200, "{then}: once");
    }
}

/// How often each tool was executed after these bytes came in a session.
fn executed(parser: &[&str], bytes: &str) -> (usize, usize) {
    let mut mock = server(json!({ "parser": parser }));
    let session = open(mock.as_mut());
    legacy(mock.as_mut(), &session, bytes);
    (mock.journal().executed("whoami"), mock.journal().executed("register"))
}

#[test]
fn each_carelessness_executes_what_a_strict_reader_would_not() {
    let twice = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"register","name":"whoami"}}"#;
    assert_eq!(executed(&[], twice), (1, 0));
    assert_eq!(executed(&["first_key_wins"], twice), (0, 1));

    let case = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","NAME":"register"}}"#;
    assert_eq!(executed(&[], case), (1, 0));
    assert_eq!(executed(&["ignore_key_case"], case), (0, 1));
    assert_eq!(executed(&["ignore_key_case", "first_key_wins"], case), (1, 0));

    let blank = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":" Register\u0000"}}"#;
    assert_eq!(executed(&[], blank), (0, 0));
    assert_eq!(executed(&["trim_names"], blank), (0, 1));

    let silent = r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"register"}}"#;
    assert_eq!(executed(&[], silent), (0, 0));
    assert_eq!(executed(&["runs_notifications"], silent), (0, 1));

    let batch = r#"[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"register"}},
                    {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"whoami"}}]"#;
    assert_eq!(executed(&[], batch), (0, 0));
    assert_eq!(executed(&["unrolls_batches"], batch), (1, 1));
}

#[test]
fn first_key_wins_reads_everything_else_as_usual() {
    let text = r#"{"a":[1,1.50,{"b":null,"b":true}],"a":2,"c":"\u00e9"}"#;
    let super::Body::One(value) = super::lenient::read(text.as_bytes(), &[super::Leniency::FirstKeyWins]).unwrap()
    else {
        panic!("one value");
    };
    assert_eq!(value.to_string(), r#"{"a":[1,1.50,{"b":null}],"c":"é"}"#);
}

#[test]
fn what_is_no_message_is_refused() {
    for (bytes, code) in [
        ("{", -32700),
        ("[]", -32600),
        ("7", -32600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, -32602),
    ] {
        let response = send(server(Value::Null).as_mut(), &[], bytes);
        assert_eq!(body(&response)["error"]["code"], code, "{bytes}");
    }
}
