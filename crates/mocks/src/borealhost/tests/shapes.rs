//! What the wire shows: definitions, blocks, errors, settings, and what `Debug` must not.

use serde_json::{Value, json};

use crate::face::{FaceRequest, MCP_PATH};
use crate::{BorealHost, Mock, Settings, mock};

use super::{Bench, FIRST};

#[test]
fn the_95_tools_have_three_members_each() {
    let server = BorealHost::new(Settings::default());
    assert_eq!(server.tools().len(), 95);
    for tool in server.tools() {
        let members: Vec<&String> = tool.as_object().unwrap().keys().collect();
        assert_eq!(members, ["name", "description", "inputSchema"]);
        let schema = &tool["inputSchema"];
        assert_eq!(schema["title"], format!("{}Arguments", tool["name"].as_str().unwrap()));
        assert_eq!(schema["type"], "object");
        assert!(schema.get("additionalProperties").is_none());
        assert!(schema.get("required").is_none_or(|required| !required.as_array().unwrap().is_empty()));
        assert!(tool["description"].as_str().unwrap().ends_with('.'));
    }
}

#[test]
fn schemas_look_like_the_published_ones() {
    let server = BorealHost::new(Settings::default());
    let schema = |name: &str| {
        server.tools().iter().find(|tool| tool["name"] == name).map(|tool| tool["inputSchema"].to_string()).unwrap()
    };
    assert_eq!(
        schema("update_checkout"),
        r#"{"properties":{"checkout_id":{"title":"Checkout Id","type":"string"},"buyer_email":{"default":"","title":"Buyer Email","type":"string"},"requested_slug":{"default":"","title":"Requested Slug","type":"string"}},"required":["checkout_id"],"title":"update_checkoutArguments","type":"object"}"#
    );
    assert_eq!(schema("whoami"), r#"{"properties":{},"title":"whoamiArguments","type":"object"}"#);
    assert!(schema("domain_settings").contains(r#""locked":{"default":null,"title":"Locked","type":"boolean"}"#));
}

#[test]
fn an_array_is_one_indented_block_per_element() {
    let mut bench = Bench::honest();
    let reply = bench.call("list_plans", json!({ "track": "single_site" }));
    assert_eq!(reply.content.len(), 5);
    assert!(reply.content[0].starts_with("{\n  \"slug\": \"site_starter\",\n"), "{}", reply.content[0]);
    let starter: Value = serde_json::from_str(&reply.content[0]).unwrap();
    assert_eq!(starter["price"], json!({ "monthly": 5, "annual": 2, "currency": "CAD" }));
    assert!(bench.call("list_plans", json!({ "track": "none" })).content.is_empty());
    let every = bench.call("list_plans", json!({}));
    assert_eq!(every.content.len(), 6);
    assert_eq!(bench.call("list_plans", json!({ "include_deprecated": true })), every, "no plan is deprecated");
}

#[test]
fn a_registered_key_has_the_name_that_was_asked_for() {
    for (arguments, name) in [(json!({}), "Agent Key"), (json!({ "name": "Till 4" }), "Till 4")] {
        let mut bench = Bench::honest();
        bench.ok("register", arguments);
        assert_eq!(bench.ok("whoami", json!({}))["api_key"]["name"], name);
    }
}

#[test]
fn errors_are_sentences_of_the_library() {
    let mut bench = Bench::honest();
    let mut says = |tool: &str, arguments: Value| {
        let reply = bench.call(tool, arguments);
        assert!(reply.is_error);
        reply.content.join("|")
    };
    assert_eq!(says("fly", json!({})), "Unknown tool: fly");
    assert_eq!(
        says("create_checkout", json!({ "sku": 7 })),
        "Error executing tool create_checkout: 1 validation error for create_checkoutArguments\n\
         sku\n  Input should be a valid string [type=string_type, input_type=int]"
    );
    assert!(
        says("manage_dns", json!({ "slug": "s", "ttl": "1" })).contains("3 validation errors for manage_dnsArguments")
    );
    assert!(says("create_checkout", json!({ "sku": null })).contains("input_type=NoneType"));
    assert!(says("deploy", json!({ "slug": "s" })).starts_with("Error executing tool deploy: NOT_AVAILABLE: "));
}

#[test]
fn unknown_arguments_are_ignored() {
    let mut bench = Bench::honest();
    bench.ok("create_checkout", json!({ "sku": "bh_site_starter_monthly", "price": 0, "discount": "all" }));
    assert_eq!(bench.status(), "not_ready");
}

#[test]
fn the_same_seed_makes_the_same_secrets() {
    let secrets = |seed: &str| {
        let mut bench = Bench::at("completed", json!({ "seed": seed }));
        bench.poll();
        bench.server.secrets().into_iter().map(|secret| secret.value).collect::<Vec<_>>()
    };
    assert_eq!(secrets("a"), secrets("a"));
    assert!(secrets("a").iter().all(|secret| !secrets("b").contains(secret)));
}

#[test]
fn debug_prints_no_secret() {
    let mut bench = Bench::at("completed", Value::Null);
    bench.caller.credential = Some("grant-of-the-buyer".to_owned());
    bench.ok("request_api_key", json!({ "site_slug": "shop" }));
    let arguments = serde_json::Map::from_iter([("checkout_id".to_owned(), json!(FIRST))]);
    let caller = bench.caller.clone();
    bench.server.perform(bench.now, &caller, "get_checkout_status", &arguments);
    let headers = vec![("authorization".to_owned(), "Bearer secret header".to_owned())];
    let request =
        FaceRequest { method: "POST".to_owned(), path: MCP_PATH.to_owned(), headers, body: b"secret bytes".to_vec() };
    bench.server.received(bench.now, &request);
    let (server, state) = (&bench.server, bench.server.state());
    let journal = format!("{:?} {:?}", server.journal().calls(), server.journal().received());
    let shown = format!("{server:?} {:?} {journal} {state}", server.secrets());
    assert_eq!(bench.server.secrets().len(), 3);
    for secret in bench.server.secrets() {
        assert!(!shown.contains(&secret.value), "{:?} is printed", secret.kind);
    }
    for hidden in ["floorwalker", "secret header", "secret bytes", "grant-of-the-buyer"] {
        assert!(!shown.contains(hidden), "{hidden} is printed");
    }
}

#[test]
fn settings_say_what_would_be_right() {
    let says = |settings: Value| mock("borealhost", &settings).expect_err("wrong settings").to_string();
    assert_eq!(
        says(json!({ "credentials": "everyone" })),
        "setting `credentials`: unknown variant `everyone`, expected `session` or `shared`"
    );
    assert!(says(json!({ "credential": "shared" })).contains("expected one of `seed`, `credentials`"));
    assert!(says(json!({ "provisioning_ms": "soon" })).starts_with("setting `provisioning_ms`: invalid type"));
    assert!(says(json!({ "page_size": 0 })).contains("at least one"));
    assert_eq!(says(json!([])), "the settings of a mock are a mapping of names to values");
    let unknown = mock("shopify", &Value::Null).expect_err("no such mock").to_string();
    assert_eq!(unknown, "no mock is called `shopify`; there is `borealhost`, `forage`, `toofi`");
    assert_eq!(mock("borealhost", &Value::Null).unwrap().name(), "borealhost");
}
