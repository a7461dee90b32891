//! Forage through rmcp and in process: the same answers, the same definitions, and the structured result as well.

use rmcp::model::CallToolRequestParams;
use serde_json::{Value, json};

use floorwalker_mocks::mock;

use super::parity::{Era, Step, connect, in_process, over_the_wire};
use super::{FIRST, Running, SharedMock, share};

fn forage() -> SharedMock {
    share(mock("forage", &json!({ "fulfilment": "later" })).expect("the settings are right"))
}

fn purchase() -> Vec<Step> {
    let id = json!({ "checkout_id": FIRST });
    let address = json!({ "street_address": "1 Harbour Road", "address_country": "US" });
    vec![
        Step::Call("search_products", json!({ "query": "lamp" })),
        Step::Call("compare_prices", json!({ "product": "Trail lamp" })),
        Step::Call("find_deals", json!({ "category": "outdoor", "budget": "USD 50" })),
        Step::Call(
            "start_checkout",
            json!({ "product_url": "https://northlight.example/p/trail-lamp", "quantity": 2 }),
        ),
        Step::Call("complete_purchase", id.clone()),
        Step::Call("update_checkout_info", json!({ "checkout_id": FIRST, "email": "nobody" })),
        Step::Call(
            "update_checkout_info",
            json!({ "checkout_id": FIRST, "email": "buyer@example.test", "shipping_address": address }),
        ),
        Step::World(json!({ "world": "reprice", "total_minor": 9_900 })),
        Step::Call("check_order", id.clone()),
        Step::Call("update_checkout_info", id.clone()),
        Step::Call("complete_purchase", id.clone()),
        Step::World(json!({ "world": "provision" })),
        Step::Call("check_order", id.clone()),
        Step::Call("complete_purchase", id),
        Step::Call("check_order", json!({ "checkout_id": 7 })),
        Step::Call("fly", json!({})),
    ]
}

#[tokio::test]
async fn a_purchase_is_answered_the_same_in_every_way() {
    let expected = in_process(&forage(), Era::Legacy, purchase());
    let orders = expected.iter().filter(|(blocks, _)| blocks.concat().contains("permalink_url"));
    assert_eq!((expected.len(), orders.count()), (14, 2), "the order is shown, and once more with the refusal");
    assert_eq!(in_process(&forage(), Era::Modern, purchase()), expected);
    assert_eq!(over_the_wire(forage(), Era::Legacy, purchase()).await, expected);
    assert_eq!(over_the_wire(forage(), Era::Modern, purchase()).await, expected);
}

#[tokio::test]
async fn rmcp_lists_the_definitions_unchanged_and_keeps_the_structured_result() {
    for era in [Era::Legacy, Era::Modern] {
        let running = Running::of(forage()).await;
        let client = connect(&running, era).await;
        let listed = client.list_all_tools().await.expect("tools");
        let listed: Vec<Value> = listed.iter().map(|tool| serde_json::to_value(tool).unwrap()).collect();
        assert_eq!(listed, running.mock.lock().unwrap().tools(), "{era:?}");
        let query = json!({ "query": "lamp" }).as_object().unwrap().clone();
        let found = client.call_tool(CallToolRequestParams::new("search_products").with_arguments(query)).await;
        let found = found.expect("a result");
        let text = &found.content[0].as_text().expect("text").text;
        assert_eq!(found.structured_content, Some(json!({ "result": text })), "{era:?}");
        client.cancel().await.expect("an orderly end");
        running.end().await;
    }
}
