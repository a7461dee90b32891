//! What the wire shows: definitions, replies, errors, settings, and what `Debug` must not.

use serde_json::{Value, json};

use crate::{Mock as _, mock};

use super::{Bench, CLAIM, CREATE, FIRST, PLAN, QUOTE, keys};

const COMMON: [&str; 6] = ["agent_id", "clinic_id", "intent_id", "mandate_id", "request_id", "principal_id"];

fn definition(name: &str) -> Value {
    let bench = Bench::new(Value::Null);
    bench.server.tools().iter().find(|tool| tool["name"] == name).expect("it is listed").clone()
}

#[test]
fn the_32_tools_share_an_output_schema_and_six_arguments() {
    let bench = Bench::new(Value::Null);
    assert_eq!(bench.server.tools().len(), 32);
    for tool in bench.server.tools() {
        let schema = &tool["inputSchema"];
        assert_eq!((&schema["type"], &schema["additionalProperties"]), (&json!("object"), &json!(true)));
        let properties = schema["properties"].as_object().unwrap();
        assert!(keys(properties).ends_with(&COMMON), "{}", tool["name"]);
        let output = tool["outputSchema"]["properties"].as_object().unwrap();
        assert_eq!(keys(output), ["ok", "mode", "status", "endpoint", "timestamp"]);
        assert!(tool["description"].as_str().unwrap().ends_with('.'));
    }
    let create = definition(CREATE);
    assert_eq!(create["inputSchema"]["properties"].as_object().unwrap().len(), 13);
    assert!(create["inputSchema"].get("required").is_none());
    assert_eq!(definition(CLAIM)["inputSchema"]["required"], json!(["purchase_id", "claim_token"]));
}

#[test]
fn annotations_are_as_wrong_as_published() {
    let hints = |name: &str| definition(name)["annotations"]["readOnlyHint"].clone();
    for (name, read_only) in [
        (CREATE, json!(true)),
        (CLAIM, json!(true)),
        (QUOTE, json!(true)),
        (PLAN, json!(false)),
        ("example_ua", Value::Null),
    ] {
        assert_eq!(hints(name), read_only, "{name}");
    }
    let bench = Bench::new(Value::Null);
    let annotated: Vec<&Value> = bench.server.tools().iter().filter_map(|tool| tool.get("annotations")).collect();
    let read_only = annotated.iter().filter(|hints| hints["readOnlyHint"] == true).count();
    assert_eq!((annotated.len(), read_only), (30, 24));
    assert!(annotated.iter().all(|hints| hints["idempotentHint"] == true && hints["destructiveHint"] == false));
}

#[test]
fn replies_have_the_members_that_profiles_are_written_against() {
    let mut bench = Bench::new(Value::Null);
    let envelope = ["ok", "mode", "endpoint", "timestamp"];
    let quote = bench.ok(QUOTE, json!({ "currency": "EUR" }));
    assert!(keys(&quote).ends_with(&envelope) && quote["status"] == "quoted");
    for (name, value) in
        [("quote_id", json!("quote_000000000001")), ("units", json!(1)), ("amount_total", json!(1_500))]
    {
        assert_eq!(quote[name], value);
    }
    assert_eq!(quote["expires_at"], "2026-01-01T00:15:00Z");
    let created = bench.create(json!({ "quote_id": quote["quote_id"], "request_id": "r" }));
    assert_eq!(
        keys(&created)[..7],
        ["status", "purchase_id", "claim_token", "checkout_url", "amount_total", "currency", "credits"]
    );
    assert_eq!(keys(&created)[7..], ["expires_at", "ok", "mode", "endpoint", "timestamp", "request_id"]);
    assert_eq!((&created["status"], &created["mode"], &created["ok"]), (&json!("open"), &json!("live"), &json!(true)));
    let token = created["claim_token"].as_str().unwrap();
    assert_eq!((token.len(), &token[..9]), (52, "toofi_ct_"));
    let url = created["checkout_url"].as_str().unwrap();
    assert_eq!(bench.server.out_of_band()[&format!("checkout_url:{FIRST}")], url);
    bench.control(json!({ "world": "pay" }));
    assert!(!bench.server.out_of_band().contains_key(&format!("checkout_url:{FIRST}")), "the page is closed");
    let claimed = bench.claim();
    assert_eq!(keys(&claimed)[..4], ["status", "purchase_id", "agent_key", "notice"]);
    assert_eq!(claimed["status"], "claimed");
}

#[test]
fn errors_are_objects_with_a_code() {
    let mut bench = Bench::new(Value::Null);
    let missing = bench.call(CLAIM, json!({ "purchase_id": "x", "request_id": "r" }));
    assert_eq!(
        missing.content,
        [
            r#"{"status":"error","error":"invalid_arguments","message":"`claim_token` is required","ok":false,"mode":"live","endpoint":"/api/runtime/agent/checkout/claim","timestamp":"2026-01-01T00:00:00Z","request_id":"r"}"#
        ]
    );
    assert_eq!(bench.refused(PLAN, json!({ "clinical_input": "text" })), "invalid_arguments");
    assert_eq!(bench.refused("list_patients", json!({ "agent_id": 7 })), "invalid_arguments");
    assert_eq!(bench.refused("list_patients", json!({})), "not_played");
    assert_eq!(bench.call("fly", json!({})).content, ["Unknown tool: fly"]);
    assert_eq!(bench.ok("discover_capabilities", json!({}))["credits"][PLAN], 15);
}

#[test]
fn the_same_seed_makes_the_same_secrets() {
    let secrets = |seed: &str| {
        let bench = Bench::at("claimed", json!({ "seed": seed }));
        bench.server.secrets().into_iter().map(|secret| secret.value).collect::<Vec<_>>()
    };
    assert_eq!(secrets("a"), secrets("a"));
    assert!(secrets("a").iter().all(|secret| !secrets("b").contains(secret)));
}

#[test]
fn debug_prints_no_secret() {
    let bench = Bench::at("claimed", Value::Null);
    let (server, state) = (&bench.server, bench.server.state());
    let shown = format!("{server:?} {:?} {state}", server.secrets());
    for secret in server.secrets() {
        assert!(!shown.contains(&secret.value), "{:?} is printed", secret.kind);
    }
    let signature = server.out_of_band()[&format!("webhook_signature:{FIRST}")].clone();
    for hidden in ["floorwalker", "whsec_", "credential buyer", &signature] {
        assert!(!shown.contains(hidden), "{hidden} is printed: {shown}");
    }
}

#[test]
fn settings_say_what_would_be_right() {
    let says = |settings: Value| mock("toofi", &settings).expect_err("wrong settings").to_string();
    assert!(says(json!({ "claim": "twice" })).contains("expected one of `once`, `repeatable`, `repeats_same_key`"));
    assert!(says(json!({ "page_size": 0 })).contains("at least one"));
    assert_eq!(mock("toofi", &Value::Null).unwrap().name(), "toofi");
}
