//! Toofi over sockets: a purchase that reads the same as in process, and the webhook's door beside the MCP endpoint.

use std::sync::Arc;

use rmcp::model::CallToolRequestParams;
use serde_json::{Value, json};

use floorwalker_mocks::face::{FaceRequest, exchange};
use floorwalker_mocks::mock;

use super::parity::{Era, connect, face, world};
use super::{FIRST, NOW, Running, SharedMock, http, modern, share};

/// A reply: text blocks, structured content, and whether it is an error.
type Said = (Vec<String>, Option<Value>, bool);

fn shared(settings: &Value) -> SharedMock {
    share(mock("toofi", settings).expect("the settings are right"))
}

/// The calls of a purchase and what happens in between. The token and the key are known: they come from the seed.
fn purchase() -> Vec<Result<(&'static str, Value), Value>> {
    let twin = shared(&Value::Null);

    let created = call_inside(&twin, "create_agent_checkout_session", &json!({}));
    let token = created.1.expect("an object")["claim_token"].clone();
    let claim = json!({ "purchase_id": FIRST, "claim_token": token });
    vec![
        Ok(("discover_capabilities", json!({}))),
        Ok(("get_agent_billing_quote", json!({ "currency": "EUR", "unknown": [1] }))),
        Ok(("create_agent_checkout_session", json!({ "quote_id": "quote_000000000001", "request_id": "r" }))),
        Ok(("create_agent_checkout_session", json!({ "units": -1 }))),
        Ok(("claim_agent_checkout_key", claim.clone())),
        Err(json!({ "world": "pay", "by": "transfer" })),
        Ok(("claim_agent_checkout_key", claim.clone())),
        Err(json!({ "world": "clear" })),
        Ok(("claim_agent_checkout_key", json!({ "purchase_id": FIRST, "claim_token": "guess" }))),
        Ok(("claim_agent_checkout_key", claim.clone())),
        Ok(("claim_agent_checkout_key", claim)),
        Ok(("get_agent_credit_balance", json!({}))),
        Ok(("list_patients", json!({}))),
        Ok(("fly", json!({}))),
    ]
}

fn call_inside(mock: &SharedMock, tool: &str, arguments: &Value) -> Said {
    let call = modern("tools/call", json!({ "name": tool, "arguments": arguments }));
    let result = face(mock, None, &call).0["result"].clone();
    let blocks = result["content"].as_array().expect("blocks").iter();
    (
        blocks.map(|block| block["text"].as_str().expect("text").to_owned()).collect(),
        result.get("structuredContent").cloned(),
        result["isError"] == true,
    )
}

fn in_process() -> Vec<Said> {
    let mock = shared(&Value::Null);
    let mut said = Vec::new();
    for step in purchase() {
        match step {
            Ok((tool, arguments)) => said.push(call_inside(&mock, tool, &arguments)),
            Err(control) => world(&mock, &control),
        }
    }
    said
}

async fn over_the_wire(era: Era) -> Vec<Said> {
    let running = Running::of(shared(&Value::Null)).await;
    let client = connect(&running, era).await;
    let mut said = Vec::new();
    for step in purchase() {
        let (tool, arguments) = match step {
            Ok(call) => call,
            Err(control) => {
                world(&running.mock, &control);
                continue;
            }
        };
        let params = CallToolRequestParams::new(tool).with_arguments(arguments.as_object().unwrap().clone());
        let result = client.call_tool(params).await.expect("a result");
        let blocks = result.content.iter().map(|block| block.as_text().expect("text").text.clone()).collect();
        said.push((blocks, result.structured_content, result.is_error == Some(true)));
    }
    client.cancel().await.expect("an orderly end");
    running.end().await;
    said
}

#[tokio::test]
async fn a_purchase_is_answered_the_same_in_every_way() {
    let expected = in_process();
    let keys = expected.iter().filter(|(blocks, ..)| blocks[0].contains("\"agent_key\":\"toofi_ak_"));
    assert_eq!((expected.len(), keys.count()), (12, 1));
    assert!(expected.iter().take(11).all(|(_, structured, _)| structured.is_some()));
    for era in [Era::Legacy, Era::Modern] {
        assert_eq!(over_the_wire(era).await, expected, "{era:?}");
    }
}

#[tokio::test]
async fn rmcp_lists_output_schemas_and_annotations_unchanged() {
    for era in [Era::Legacy, Era::Modern] {
        let running = Running::of(shared(&json!({ "page_size": 10 }))).await;
        let client = connect(&running, era).await;
        let listed = client.list_all_tools().await.expect("tools");
        let listed: Vec<Value> = listed.iter().map(|tool| serde_json::to_value(tool).unwrap()).collect();
        assert_eq!(listed, running.mock.lock().unwrap().tools(), "{era:?}");
        client.cancel().await.expect("an orderly end");
        running.end().await;
    }
}

/// A purchase that is paid, of which the server has not heard, and the webhook that would tell it.
fn unheard() -> (SharedMock, String, String) {
    let mock = shared(&json!({ "webhooks": "manual" }));
    call_inside(&mock, "create_agent_checkout_session", &json!({}));
    world(&mock, &json!({ "world": "pay" }));
    let found = mock.lock().unwrap().out_of_band();
    let of = |what: &str| found[&format!("{what}:{FIRST}")].clone();
    (Arc::clone(&mock), of("webhook_body"), of("webhook_signature"))
}

#[tokio::test]
async fn a_webhook_comes_over_http_too() {
    let (mock, body, signature) = unheard();
    let running = Running::of(Arc::clone(&mock)).await;
    let url = format!("http://{}/webhook/stripe", running.mcp);
    let forged = signature.replace(",v1=", ",v1=00");
    for (signature, status, state) in [(None, 400, "open"), (Some(forged), 400, "open"), (Some(signature), 200, "paid")]
    {
        let request = http().post(&url).header("content-type", "application/json").body(body.clone());
        let request = match &signature {
            Some(signature) => request.header("stripe-signature", signature),
            None => request,
        };
        let reply = request.send().await.expect("a reply");
        assert_eq!(reply.status(), status);
        let said = reply.text().await.expect("a body");
        assert_eq!(mock.lock().unwrap().ledger().final_states()[FIRST], state);
        // In process the same request gets the same answer.
        let (inside, ..) = unheard();
        let headers = signature.map(|value| ("stripe-signature".to_owned(), value)).into_iter().collect();
        let path = "/webhook/stripe".to_owned();
        let request = FaceRequest { method: "POST".to_owned(), path, headers, body: body.clone().into_bytes() };
        let answer = exchange(inside.lock().unwrap().as_mut(), NOW, &request);
        assert_eq!((answer.status, answer.body), (status, said.into_bytes()));
    }
    running.end().await;
}
