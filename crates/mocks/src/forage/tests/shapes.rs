//! What the wire shows: definitions, replies, errors, settings.

use serde_json::{Value, json};

use crate::{Mock as _, mock};

use super::{Bench, FIRST, codes};

#[test]
fn the_seven_tools_have_four_members_each() {
    let bench = Bench::new(Value::Null);
    let names: Vec<&str> = bench.server.tools().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "search_products",
            "compare_prices",
            "find_deals",
            "start_checkout",
            "update_checkout_info",
            "complete_purchase",
            "check_order"
        ]
    );
    for tool in bench.server.tools() {
        let members: Vec<&String> = tool.as_object().unwrap().keys().collect();
        assert_eq!(members, ["name", "description", "inputSchema", "outputSchema"]);
        let (input, output) = (&tool["inputSchema"], &tool["outputSchema"]);
        assert_eq!(input["title"], format!("{}Arguments", tool["name"].as_str().unwrap()));
        assert_eq!(
            (&output["required"], &output["properties"]["result"]["type"]),
            (&json!(["result"]), &json!("string"))
        );
        let required = input["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
        assert!(required.into_iter().all(|name| input["properties"][name].get("default").is_none()));
        assert!(tool["description"].as_str().unwrap().ends_with('.'));
    }
}

#[test]
fn a_checkout_has_its_members_in_order() {
    let mut bench = Bench::at("incomplete", Value::Null);
    let keys = |shown: &Value| shown.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    let open = "checkout_id status currency totals line_items messages continue_url expires_at needs";
    assert_eq!(keys(&bench.check()), open);
    bench.inform();
    bench.complete();
    let done = "checkout_id status currency totals line_items messages buyer expires_at order needs";
    assert_eq!(keys(&bench.check()), done);
}

#[test]
fn a_message_has_its_severity_and_its_place() {
    let mut bench = Bench::at("incomplete", Value::Null);
    let missing = json!({
        "type": "error",
        "code": "missing",
        "content": "The merchant needs this.",
        "severity": "recoverable",
        "path": "$.buyer.email",
    });
    assert_eq!(bench.check()["messages"][0], missing);
    let refused = bench.refused("complete_purchase", json!({ "checkout_id": FIRST })).1;
    assert_eq!(codes(&refused), ["not_ready", "missing", "missing"], "the reason first");
    bench.control(json!({ "world": "expire" }));
    let message = bench.check()["messages"][0].clone();
    assert_eq!((&message["type"], message.get("severity")), (&json!("info"), None));
}

#[test]
fn errors_are_sentences_of_the_library() {
    let mut bench = Bench::new(Value::Null);
    let mut says = |tool: &str, arguments: Value| {
        let reply = bench.call(tool, arguments);
        assert!(reply.is_error && reply.structured.is_none());
        reply.content.join("|")
    };
    assert_eq!(says("fly", json!({})), "Unknown tool: fly");
    assert_eq!(
        says("start_checkout", json!({ "product_url": 7, "quantity": "1" })),
        "Error executing tool start_checkout: 2 validation errors for start_checkoutArguments\n\
         product_url\n  Input should be a valid string [type=string_type, input_type=int]\n\
         quantity\n  Input should be a valid integer [type=int_type, input_type=str]"
    );
    assert!(says("start_checkout", json!({ "product_url": "x", "quantity": 1.5 })).contains("input_type=float"));
    assert!(
        says("check_order", json!({})).contains("1 validation error for check_orderArguments\ncheckout_id\n  Field")
    );
    let odd = json!({ "checkout_id": "x", "discount_codes": [1], "shipping_address": "here" });
    let troubles = says("update_checkout_info", odd);
    assert!(
        troubles.contains("[type=list_type, input_type=list]") && troubles.contains("[type=dict_type, input_type=str]")
    );
}

#[test]
fn settings_say_what_would_be_right() {
    let says = |settings: Value| mock("forage", &settings).expect_err("wrong settings").to_string();
    assert_eq!(
        says(json!({ "ownership": "nobody" })),
        "setting `ownership`: unknown variant `nobody`, expected `caller` or `anybody`"
    );
    assert!(says(json!({ "owner": "caller" })).contains("expected one of `seed`, `ownership`"));
    assert!(says(json!({ "page_size": 0 })).contains("at least one"));
    assert_eq!(mock("forage", &Value::Null).unwrap().name(), "forage");
}
