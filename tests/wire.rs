//! An honest client of somebody else's making buys a site, and credits, through the gateway, over real sockets, in both
//! eras.

#[path = "support/stand.rs"]
mod stand;

use rmcp::{
    ClientServiceExt, RoleClient, ServiceExt,
    model::{CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig, Implementation, ProtocolVersion},
    service::{ClientLifecycleMode, RunningService},
    transport::{StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig},
};
use serde_json::{Value, json};

use stand::Stand;

type Client = RunningService<RoleClient, ClientConfig>;

const ERAS: [ProtocolVersion; 2] = [ProtocolVersion::V_2025_11_25, ProtocolVersion::V_2026_07_28];

async fn connect(url: &str, token: &str, version: &ProtocolVersion) -> Client {
    let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let config = StreamableHttpClientTransportConfig::with_uri(url).auth_header(token);
    let transport = StreamableHttpClientTransport::with_client(http, config);
    let client = ClientConfig::new(ClientCapabilities::default(), Implementation::new("honest", "1"));
    if *version == ProtocolVersion::V_2025_11_25 {
        return client.with_protocol_version(version.clone()).serve(transport).await.expect("a handshake");
    }
    let mode = ClientLifecycleMode::Discover { preferred_versions: vec![version.clone()] };
    client.serve_with_lifecycle(transport, mode).await.expect("a discovery")
}

async fn call(client: &Client, tool: &'static str, arguments: Value) -> CallToolResult {
    let arguments = arguments.as_object().cloned().unwrap_or_default();
    client.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await.expect("a result")
}

fn text(result: &CallToolResult) -> &str {
    result.content.first().and_then(|block| block.as_text()).map_or("", |block| block.text.as_str())
}

fn object(result: &CallToolResult) -> Value {
    serde_json::from_str(text(result)).unwrap_or_else(|error| panic!("{error}: {}", text(result)))
}

fn rule(result: &CallToolResult) -> String {
    let meta = serde_json::to_value(&result.meta).unwrap();
    meta["floorwalker/decision"]["rule"].as_str().unwrap_or("").to_owned()
}

#[tokio::test]
async fn a_client_of_the_sdk_buys_in_both_eras_and_a_thief_gets_nothing() {
    for version in ERAS {
        let stand = Stand::start(json!({ "credentials": "shared", "provisioning_ms": 0 })).await;
        let buyer = connect(&stand.url, "token-buyer", &version).await;
        let thief = connect(&stand.url, "token-thief", &version).await;
        assert_eq!(buyer.list_all_tools().await.unwrap().len(), 95);

        let created = object(&call(&buyer, "create_checkout", json!({ "sku": "bh_site_starter_monthly" })).await);
        let checkout = json!({ "checkout_id": created["id"] });
        let update = json!({ "checkout_id": created["id"], "requested_slug": "my-shop" });
        assert_eq!(object(&call(&buyer, "update_checkout", update).await)["status"], "ready");
        let completed = object(&call(&buyer, "complete_checkout", checkout.clone()).await);
        assert_eq!(completed["status"], "awaiting_payment");
        stand.pay(created["id"].as_str().unwrap());

        let stolen = call(&thief, "get_checkout_status", checkout.clone()).await;
        assert_eq!((stolen.is_error, rule(&stolen).as_str()), (Some(true), "/checkout/owner"));
        let delivered = object(&call(&buyer, "get_checkout_status", checkout.clone()).await);
        assert!(delivered["api_key"].as_str().unwrap().starts_with("bh_"));
        let again = call(&buyer, "get_checkout_status", checkout).await;
        assert_eq!(rule(&again), "/checkout/done");

        let ledger = stand.ledger();
        assert_eq!([ledger["charges"], ledger["keys_minted"], ledger["keys_delivered"]], [1, 1, 1], "{version:?}");
        assert_eq!(stand.secrets_in_the_log(), 0);
        buyer.cancel().await.unwrap();
        thief.cancel().await.unwrap();
    }
}

#[tokio::test]
async fn a_client_of_the_sdk_buys_at_forage_in_both_eras() {
    for version in ERAS {
        let stand = Stand::of("forage", "forage-purchases", json!({ "ownership": "anybody" })).await;
        let buyer = connect(&stand.url, "token-buyer", &version).await;
        let thief = connect(&stand.url, "token-thief", &version).await;
        let found = object(&call(&buyer, "search_products", json!({ "query": "lamp" })).await);
        let product = json!({ "product_url": found["products"][0]["product_url"] });
        let started = call(&buyer, "start_checkout", product).await;
        assert_eq!(started.structured_content, Some(json!({ "result": text(&started) })), "{version:?}");
        let checkout = json!({ "checkout_id": object(&started)["checkout_id"] });
        let mut update = checkout.clone();
        update["email"] = json!("buyer@example.test");
        update["shipping_address"] = json!({ "street_address": "1 Harbour Road", "address_country": "US" });
        assert_eq!(object(&call(&buyer, "update_checkout_info", update).await)["status"], "ready_for_complete");

        let stolen = call(&thief, "check_order", checkout.clone()).await;
        assert_eq!((stolen.is_error, rule(&stolen).as_str()), (Some(true), "/checkout/owner"));
        let completed = object(&call(&buyer, "complete_purchase", checkout.clone()).await);
        assert_eq!(completed["order"]["id"], "ORD-000001");
        assert_eq!(rule(&call(&buyer, "complete_purchase", checkout.clone()).await), "/checkout/completed");
        assert_eq!(object(&call(&buyer, "check_order", checkout).await), completed);

        let ledger = stand.ledger();
        assert_eq!([ledger["charges"], ledger["orders_placed"], ledger["conversions_recorded"]], [1, 1, 1]);
        assert_eq!(stand.secrets_in_the_log(), 0);
        buyer.cancel().await.unwrap();
        thief.cancel().await.unwrap();
    }
}

#[tokio::test]
async fn a_client_of_the_sdk_buys_credits_in_both_eras_and_a_thief_claims_nothing() {
    for version in ERAS {
        let stand = Stand::of("toofi", "toofi-checkout", Value::Null).await;
        let buyer = connect(&stand.url, "token-buyer", &version).await;
        let thief = connect(&stand.url, "token-thief", &version).await;
        let quote = object(&call(&buyer, "get_agent_billing_quote", json!({ "currency": "EUR" })).await);
        let session = json!({ "quote_id": quote["quote_id"], "owner_email": "me@example.test" });
        let created = call(&buyer, "create_agent_checkout_session", session).await;
        assert_eq!(created.structured_content.as_ref(), Some(&object(&created)));
        let created = object(&created);
        let claim = json!({ "purchase_id": created["purchase_id"], "claim_token": created["claim_token"] });
        stand.pay(created["purchase_id"].as_str().unwrap());

        let stolen = call(&thief, "claim_agent_checkout_key", claim.clone()).await;
        assert_eq!((stolen.is_error, rule(&stolen).as_str()), (Some(true), "/checkout/owner"));
        let claimed = object(&call(&buyer, "claim_agent_checkout_key", claim.clone()).await);
        let again = call(&buyer, "claim_agent_checkout_key", claim).await;
        assert_eq!(rule(&again), "/checkout/claimed");
        let balance = json!({ "agent_key": claimed["agent_key"] });
        assert_eq!(object(&call(&buyer, "get_agent_credit_balance", balance).await)["balance"], 150);

        let ledger = stand.ledger();
        assert_eq!([ledger["charges"], ledger["keys_minted"], ledger["credits_granted"]], [1, 1, 1], "{version:?}");
        assert_eq!(stand.secrets_in_the_log(), 0);
        buyer.cancel().await.unwrap();
        thief.cancel().await.unwrap();
    }
}

#[tokio::test]
async fn an_unknown_tool_is_an_error_of_the_protocol_and_a_denied_one_of_the_tool() {
    for version in ERAS {
        let stand = Stand::start(Value::Null).await;
        let client = connect(&stand.url, "token-buyer", &version).await;
        let unknown = client.call_tool(CallToolRequestParams::new("no_such_tool")).await.unwrap_err().to_string();
        assert!(unknown.contains("Unknown tool: no_such_tool"), "{unknown}");
        let denied = call(&client, "delete_account", json!({})).await;
        assert_eq!(rule(&denied), "(default deny)");
        client.cancel().await.unwrap();
    }
}

#[tokio::test]
async fn without_a_token_nobody_gets_in() {
    let stand = Stand::start(Value::Null).await;
    let before = stand.mock.lock().unwrap().journal().received().len();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#;
    let ask = |token: Option<&str>| {
        let request = http.post(&stand.url).header("content-type", "application/json").body(body);
        match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    };
    let mut answers = Vec::new();
    for token in [None, Some("token-nobody"), Some("")] {
        let response = ask(token).send().await.unwrap();
        answers.push((response.status().as_u16(), response.text().await.unwrap()));
    }
    assert_eq!(answers[0].0, 401);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(stand.mock.lock().unwrap().journal().received().len(), before);
}
