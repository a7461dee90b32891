//! A purchase over sockets through rmcp and the same purchase in process: the answers must be the same.

use std::sync::Arc;

use rmcp::model::{CallToolRequestParams, ClientCapabilities, ClientConfig, Implementation, ProtocolVersion};
use rmcp::service::{ClientLifecycleMode, RunningService};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::{ClientServiceExt, RoleClient, ServiceExt};
use serde_json::{Value, json};

use floorwalker_mocks::face::{FaceRequest, MCP_PATH, exchange};

use super::{FIRST, NOW, Running, SharedMock, http, modern, shared};

#[derive(Clone, Copy, Debug)]
pub(super) enum Era {
    Legacy,
    Modern,
}

/// What a call answered: its text blocks and whether it is an error.
pub(super) type Said = (Vec<String>, bool);

pub(super) enum Step {
    Call(&'static str, Value),
    /// Claims with the token that lies in the site's container.
    Claim,
    World(Value),
}

fn purchase() -> Vec<Step> {
    let id = json!({ "checkout_id": FIRST });
    vec![
        Step::Call("list_plans", json!({})),
        Step::Call("create_checkout", json!({ "sku": "bh_site_starter_monthly", "price": 0 })),
        Step::Call("update_checkout", json!({ "checkout_id": FIRST, "requested_slug": "-" })),
        Step::Call("update_checkout", json!({ "checkout_id": FIRST, "requested_slug": "shop" })),
        Step::Call("complete_checkout", id.clone()),
        Step::Call("complete_checkout", id.clone()),
        Step::Call("get_checkout_status", id.clone()),
        Step::World(json!({ "world": "pay" })),
        Step::Call("get_checkout_status", id.clone()),
        Step::World(json!({ "world": "advance", "ms": 3_000 })),
        Step::Call("get_checkout_status", id.clone()),
        Step::Call("get_checkout_status", id),
        Step::Call("whoami", json!({})),
        Step::Call("request_api_key", json!({ "site_slug": "shop" })),
        Step::Claim,
        Step::Claim,
        Step::Call("create_checkout", json!({ "sku": 1 })),
        Step::Call("fly", json!({})),
        Step::Call("deploy", json!({ "slug": "shop" })),
    ]
}

/// The token in the container; once it is gone, the last one that was there.
fn claim(mock: &SharedMock, last: &mut Value) -> Value {
    if let Some(token) = mock.lock().unwrap().out_of_band().get("claim_token:shop") {
        *last = json!({ "claim_token": token });
    }
    last.clone()
}

pub(super) fn world(mock: &SharedMock, control: &Value) {
    let control = floorwalker_mocks::Control::from_json(control).unwrap();
    mock.lock().unwrap().control(NOW, &control).unwrap();
}

/// The purchase through rmcp's client and a socket.
pub(super) async fn over_the_wire(mock: SharedMock, era: Era, steps: Vec<Step>) -> Vec<Said> {
    let running = Running::of(mock).await;
    let client = connect(&running, era).await;
    let (mut said, mut token) = (Vec::new(), Value::Null);
    for step in steps {
        let (tool, arguments) = match step {
            Step::World(control) => {
                world(&running.mock, &control);
                continue;
            }
            Step::Call(tool, arguments) => (tool, arguments),
            Step::Claim => ("claim_api_key", claim(&running.mock, &mut token)),
        };
        let params = CallToolRequestParams::new(tool).with_arguments(arguments.as_object().unwrap().clone());
        let result = client.call_tool(params).await.expect("a result");
        let blocks = result.content.iter().map(|block| block.as_text().expect("text").text.clone()).collect();
        said.push((blocks, result.is_error == Some(true)));
    }
    client.cancel().await.expect("an orderly end");
    running.end().await;
    said
}

pub(super) async fn connect(running: &Running, era: Era) -> RunningService<RoleClient, ClientConfig> {
    let config = StreamableHttpClientTransportConfig::with_uri(running.mcp_url());
    let transport = StreamableHttpClientTransport::with_client(http(), config);
    let client = ClientConfig::new(ClientCapabilities::default(), Implementation::new("test", "1"));
    match era {
        Era::Legacy => client.with_protocol_version(ProtocolVersion::V_2025_11_25).serve(transport).await,
        Era::Modern => {
            let mode = ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] };
            client.serve_with_lifecycle(transport, mode).await
        }
    }
    .expect("a connection")
}

/// The purchase through the in-process face.
pub(super) fn in_process(mock: &SharedMock, era: Era, steps: Vec<Step>) -> Vec<Said> {
    let session = match era {
        Era::Legacy => Some(initialize(mock).1),
        Era::Modern => None,
    };
    let (mut said, mut token) = (Vec::new(), Value::Null);
    for step in steps {
        let (tool, arguments) = match step {
            Step::World(control) => {
                world(mock, &control);
                continue;
            }
            Step::Call(tool, arguments) => (tool, arguments),
            Step::Claim => ("claim_api_key", claim(mock, &mut token)),
        };
        let mut call = modern("tools/call", json!({ "name": tool, "arguments": arguments }));
        if matches!(era, Era::Legacy) {
            call["params"].as_object_mut().unwrap().remove("_meta");
        }
        let result = face(mock, session.as_deref(), &call).0["result"].clone();
        let blocks = result["content"].as_array().unwrap().iter();
        said.push((
            blocks.map(|block| block["text"].as_str().unwrap().to_owned()).collect(),
            result["isError"] == true,
        ));
    }
    said
}

/// One request to the in-process face; its body and the session it names.
pub(super) fn face(mock: &SharedMock, session: Option<&str>, message: &Value) -> (Value, Option<String>) {
    let headers = session.map(|session| ("Mcp-Session-Id".to_owned(), session.to_owned())).into_iter().collect();
    let request = FaceRequest {
        method: "POST".to_owned(),
        path: MCP_PATH.to_owned(),
        headers,
        body: message.to_string().into_bytes(),
    };
    let response = exchange(mock.lock().unwrap().as_mut(), NOW, &request);
    let session = response.header("mcp-session-id").map(str::to_owned);
    (serde_json::from_slice(&response.body).expect("a JSON body"), session)
}

fn initialize(mock: &SharedMock) -> (Value, String) {
    let message = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } } });
    let (body, session) = face(mock, None, &message);
    (body, session.expect("a session"))
}

#[tokio::test]
async fn a_purchase_is_answered_the_same_in_every_way() {
    let fresh = || shared(&Value::Null);
    let expected = in_process(&fresh(), Era::Legacy, purchase());
    let keys = expected.iter().filter(|(blocks, _)| blocks.iter().any(|block| block.contains("\"api_key\": \"bh_")));
    assert_eq!((expected.len(), keys.count()), (17, 2), "the purchase shows one key and the claim another");
    assert_eq!(in_process(&fresh(), Era::Modern, purchase()), expected);
    assert_eq!(over_the_wire(fresh(), Era::Legacy, purchase()).await, expected);
    assert_eq!(over_the_wire(fresh(), Era::Modern, purchase()).await, expected);
}

#[tokio::test]
async fn rmcp_lists_the_definitions_unchanged() {
    for (era, settings) in [
        (Era::Legacy, json!({})),
        (Era::Modern, json!({})),
        (Era::Legacy, json!({ "page_size": 40 })),
        (Era::Modern, json!({ "page_size": 1 })),
    ] {
        let running = Running::start(settings).await;
        let client = connect(&running, era).await;
        let listed = client.list_all_tools().await.expect("tools");
        let listed: Vec<Value> = listed.iter().map(|tool| serde_json::to_value(tool).unwrap()).collect();
        assert_eq!(listed, running.mock.lock().unwrap().tools(), "{era:?}");
        client.cancel().await.expect("an orderly end");
        running.end().await;
    }
}

#[tokio::test]
async fn whole_modern_replies_are_the_same() {
    let running = Running::start(Value::Null).await;
    let inside = shared(&Value::Null);
    for message in [
        modern("server/discover", json!({})),
        modern("tools/list", json!({})),
        modern("tools/call", json!({ "name": "list_plans" })),
        modern("tools/call", json!({ "name": "whoami", "arguments": {} })),
    ] {
        let response = running.post(&message).await.expect("a reply");
        assert_eq!(response.headers()["content-type"], "application/json");
        let outside: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        assert_eq!(outside, face(&inside, None, &message).0, "{}", message["method"]);
    }
    running.end().await;
}

#[tokio::test]
async fn both_faces_introduce_themselves_alike() {
    let running = Running::start(Value::Null).await;
    let client = connect(&running, Era::Legacy).await;
    let outside = serde_json::to_value(&*client.peer_info().expect("an introduction")).unwrap();
    let inside = initialize(&Arc::clone(&running.mock)).0["result"].clone();
    assert_eq!(outside, inside);
    client.cancel().await.expect("an orderly end");
    running.end().await;
}
