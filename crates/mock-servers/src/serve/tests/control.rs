//! The control listener.

use serde_json::{Value, json};

use floorwalker_mocks::mock;

use super::{FIRST, Running, http, modern, share};

async fn get(running: &Running, path: &str) -> (u16, Value) {
    let reply = http().get(format!("http://{}{path}", running.control)).send().await.expect("a reply");
    (reply.status().as_u16(), serde_json::from_str(&reply.text().await.unwrap()).expect("JSON"))
}

async fn post(running: &Running, body: &str) -> (u16, Value) {
    let request = http().post(format!("http://{}/control", running.control)).body(body.to_owned());
    let reply = request.send().await.expect("a reply");
    (reply.status().as_u16(), serde_json::from_str(&reply.text().await.unwrap()).expect("JSON"))
}

async fn call(running: &Running, tool: &str, arguments: Value) {
    let message = modern("tools/call", json!({ "name": tool, "arguments": arguments }));
    assert_eq!(running.post(&message).await.expect("a reply").status(), 200);
}

#[tokio::test]
async fn the_world_pays_and_looks_at_the_books() {
    let running = Running::start(Value::Null).await;
    call(&running, "create_checkout", json!({ "sku": "bh_site_starter_monthly" })).await;
    call(&running, "update_checkout", json!({ "checkout_id": FIRST, "requested_slug": "shop" })).await;
    call(&running, "complete_checkout", json!({ "checkout_id": FIRST })).await;
    let (_, found) = get(&running, "/out-of-band").await;
    assert!(found[format!("stripe_checkout_url:{FIRST}")].as_str().unwrap().starts_with("https://"));

    let (status, state) = post(&running, r#"{"world": "pay"}"#).await;
    assert_eq!((status, &state["checkouts"][0]["status"]), (200, &json!("in_progress")));
    post(&running, r#"{"world": "advance", "ms": 3000}"#).await;
    let (_, ledger) = get(&running, "/ledger").await;
    assert_eq!((&ledger["counts"]["charges"], &ledger["counts"]["completed"]), (&json!(1), &json!(1)));
    let charged = json!({ "at": 1_767_225_600_000_u64, "checkout": FIRST, "what": "charged", "amount_minor": 500 });
    assert!(ledger["entries"].as_array().unwrap().contains(&charged), "{ledger}");
    assert_eq!(get(&running, "/state").await.1["sites"], json!(["shop"]));
    running.end().await;
}

#[tokio::test]
async fn the_journal_masks_secrets() {
    let running = Running::start(Value::Null).await;
    call(&running, "register", json!({})).await;
    let secret = running.mock.lock().unwrap().secrets()[0].value.clone();
    call(&running, "set_api_key", json!({ "api_key": secret })).await;
    let (_, journal) = get(&running, "/journal").await;
    assert_eq!(journal["received"], 2);
    assert_eq!(journal["executed"][1]["arguments"], r#"{"api_key":"[api_key]"}"#);
    assert!(!journal.to_string().contains(&secret));
    running.end().await;
}

#[tokio::test]
async fn the_journal_masks_a_buyers_data_however_json_spells_it() {
    let running = Running::of(share(mock("forage", &Value::Null).expect("the settings are right"))).await;
    let address = json!({ "street_address": "1 Harbour\\Road", "address_country": "nowhere" });
    let name = "O'Neil \"Q\" Person";
    let refused =
        json!({ "checkout_id": FIRST, "email": "buyer@example.test", "name": name, "shipping_address": address });
    call(&running, "update_checkout_info", refused).await;
    let (_, journal) = get(&running, "/journal").await;
    let arguments: Value = serde_json::from_str(journal["executed"][0]["arguments"].as_str().unwrap()).unwrap();
    for place in ["/email", "/name", "/shipping_address/street_address"] {
        assert_eq!(arguments.pointer(place), Some(&json!("[personal_data]")), "{place}");
    }
    running.end().await;
}

#[tokio::test]
async fn refusals_are_sentences() {
    let running = Running::start(Value::Null).await;
    let (status, body) = post(&running, r#"{"world": "pay"}"#).await;
    assert_eq!((status, body), (409, json!({ "error": "which checkout? There is none" })));
    let (status, body) = post(&running, r#"{"world": "pay", "checkout": "x"}"#).await;
    assert_eq!((status, body), (404, json!({ "error": "no checkout `x`; there is none" })));
    for unreadable in ["", "[]", r#"{"world": "rain"}"#, r#"{"world": "advance", "ms": -1}"#] {
        let (status, body) = post(&running, unreadable).await;
        assert_eq!(status, 400, "{unreadable}");
        assert!(body["error"].as_str().unwrap().starts_with("not a control: "), "{body}");
    }
    let (status, body) = get(&running, "/secrets").await;
    assert_eq!((status, body["error"].as_str().unwrap().contains("/ledger")), (404, true));
    running.end().await;
}
