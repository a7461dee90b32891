//! What happens on the wire beside rmcp: the journal of raw bytes, scripted faults, careless parsers, strange hosts.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Running, http, modern};

fn register() -> Value {
    modern("tools/call", json!({ "name": "register" }))
}

fn registered(running: &Running) -> u64 {
    running.mock.lock().unwrap().ledger().counts()["accounts_registered"]
}

#[tokio::test]
async fn bytes_are_journalled_before_anybody_reads_them() {
    let running = Running::start(Value::Null).await;
    let garbage = b"{\"jsonrpc\": \"2.0\", ".to_vec();
    let sent = http().post(running.mcp_url()).body(garbage.clone()).send().await.expect("a reply");
    assert!(sent.status().is_client_error());
    let mock = running.mock.lock().unwrap();
    assert_eq!(mock.journal().received().last().map(|one| one.bytes.clone()), Some(garbage));
    assert!(mock.journal().calls().is_empty());
}

#[tokio::test]
async fn a_caller_is_known_by_credential_and_address() {
    let running = Running::start(Value::Null).await;
    let request = http().post(running.mcp_url()).header("content-type", "application/json");
    let request = request.header("accept", "application/json, text/event-stream");
    let request = request.header("mcp-protocol-version", "2026-07-28").header("mcp-method", "tools/call");
    let request = request.header("mcp-name", "register").header("authorization", "Bearer grant-a");
    let request = request.header("mcp-session-id", "made-up");
    assert_eq!(request.body(register().to_string()).send().await.expect("a reply").status(), 200);
    let mock = running.mock.lock().unwrap();
    let received = &mock.journal().received()[0];
    assert_eq!(received.method, "POST");
    for (name, value) in [("authorization", "Bearer grant-a"), ("mcp-session-id", "made-up")] {
        assert!(received.headers.contains(&(name.to_owned(), value.to_owned())), "{name} is journalled");
    }
    let caller = &mock.journal().calls()[0].caller;
    assert_eq!((caller.session.as_deref(), caller.credential.as_deref()), (None, Some("grant-a")));
    assert_eq!(caller.address, "127.0.0.1");
}

#[tokio::test]
async fn scripted_faults_are_played_after_the_call() {
    for then in ["lose_reply", "garble_reply", "rpc_error", "http_500", "error_after", "not_json"] {
        let running = Running::start(Value::Null).await;
        running.control(json!({ "world": "fault", "tool": "register", "then": then }));
        let reply = match running.post(&register()).await {
            Err(_) => "lost".to_owned(),
            Ok(reply) if reply.status() == 500 => "500".to_owned(),
            Ok(reply) => match reply.text().await {
                Err(_) => "lost".to_owned(),
                Ok(text) => match serde_json::from_str::<Value>(&text) {
                    Err(_) => "garbled".to_owned(),
                    Ok(body) if body["error"]["code"] == -32603 => "an error".to_owned(),
                    Ok(body) => body["result"]["content"][0]["text"].as_str().unwrap_or("no text").to_owned(),
                },
            },
        };
        let expected = match then {
            "lose_reply" => "lost",
            "garble_reply" => "garbled",
            "rpc_error" => "an error",
            "http_500" => "500",
            "not_json" => "Error executing tool register: INVALID_RESPONSE: The backend did not answer with JSON.",
            _ => "Error executing tool register: INTERNAL_ERROR: Something went wrong.",
        };
        assert_eq!((reply.as_str(), registered(&running)), (expected, 1), "{then}");
        let second = running.post(&register()).await.expect("a reply").text().await.expect("a body");
        assert!(second.contains("api_key"), "{then}: once");
        running.end().await;
    }
}

#[tokio::test]
async fn a_reply_is_held_until_the_caller_or_the_server_is_gone() {
    for settings in [Value::Null, json!({ "parser": ["trim_names"] })] {
        let running = Running::start(settings).await;
        running.control(json!({ "world": "fault", "tool": "register", "times": 2, "then": "hold_reply" }));
        let call = register();
        for times in 1..=2 {
            let mut reply = Box::pin(running.post(&call));
            // Each turn polls the request once more; it ends only when the tool ran, never because a reply came.
            while registered(&running) < times {
                tokio::select! { biased; _ = &mut reply => panic!("a held reply came"), () = tokio::task::yield_now() => {} }
            }
        }
        let third = running.post(&call).await.expect("a reply").text().await.expect("a body");
        assert!(third.contains("api_key"), "the caller gave up twice, and the server still answers");
        running.control(json!({ "world": "fault", "tool": "register", "then": "hold_reply" }));
        let (held, ()) = tokio::join!(running.request(&call).send(), async {
            while registered(&running) < 4 {
                tokio::task::yield_now().await;
            }
            running.end().await;
        });
        let held = match held {
            Ok(reply) => reply.bytes().await,
            Err(error) => Err(error),
        };
        assert!(held.is_err(), "the server ended without a reply");
    }
}

#[tokio::test]
async fn a_careless_parser_is_careless_over_a_socket_too() {
    let twice = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"register","name":"whoami",
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;
    for (settings, accounts) in [(json!({ "parser": ["trim_names"] }), 0), (json!({ "parser": ["first_key_wins"] }), 1)]
    {
        let running = Running::start(settings).await;
        let sent = http().post(running.mcp_url()).body(twice).send().await.expect("a reply");
        assert_eq!((sent.status().as_u16(), registered(&running)), (200, accounts));
        assert_eq!(running.mock.lock().unwrap().journal().received().len(), 1);
        running.end().await;
    }
}

#[tokio::test]
async fn strange_hosts_and_origins_are_refused_at_every_door() {
    for settings in [Value::Null, json!({ "parser": ["trim_names"] })] {
        let running = Running::start(settings).await;
        let webhook = format!("http://{}/webhook/stripe", running.mcp);
        let control = format!("http://{}/control", running.control);
        for url in [running.mcp_url(), webhook, control.clone()] {
            for (header, value) in [
                ("host", "evil.test"),
                ("host", "127.0.0.1.evil.test:80"),
                ("origin", "http://evil.test"),
                ("origin", "null"),
            ] {
                let request = http().post(&url).header(header, value).header("content-type", "application/json");
                let request = request.header("accept", "application/json, text/event-stream");
                let sent = request.body(register().to_string()).send().await.expect("a reply");
                assert_eq!(sent.status(), 403, "{url} with {header} {value}");
            }
        }
        let local = http().post(&control).header("host", "localhost:1").body(r#"{"world":"restart"}"#);
        assert_eq!(local.send().await.expect("a reply").status(), 200);
        assert_eq!(registered(&running), 0);
        running.end().await;
    }
}

#[tokio::test]
async fn the_server_ends_with_a_session_still_open() {
    let running = Running::start(Value::Null).await;
    let initialize = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } } });
    let accept = "application/json, text/event-stream";
    let client = http();
    let request = client.post(running.mcp_url()).header("content-type", "application/json").header("accept", accept);
    let opened = request.body(initialize.to_string()).send().await.expect("a reply");
    let session = opened.headers()["mcp-session-id"].clone();
    let stream = client.get(running.mcp_url()).header("accept", "text/event-stream");
    let stream = stream.header("mcp-session-id", session).send().await.expect("a stream");
    assert_eq!(stream.status(), 200);
    tokio::time::timeout(Duration::from_secs(10), running.end()).await.expect("the server ends");
}
