//! The switches that make an attack bite: with each of them the harm happens, and without it it does not.

use serde_json::{Value, json};

use crate::{Control, Fate, Mock as _, NAMES, Performed, mock};

use super::{Bench, FIRST, caller};

/// How many keys a thief in a session of its own gets by polling first.
fn stolen(settings: Value) -> u64 {
    let mut bench = Bench::at("completed", settings);
    bench.caller = caller("thief");
    bench.call("get_checkout_status", json!({ "checkout_id": FIRST }));
    bench.count("keys_delivered")
}

#[test]
fn shared_credentials_let_a_thief_poll_first() {
    assert_eq!(stolen(json!({})), 0);
    assert_eq!(stolen(json!({ "credentials": "shared" })), 1);
    assert_eq!(stolen(json!({ "secret_check": "off" })), 1);
}

#[test]
fn a_leaky_server_shows_the_key_on_every_poll() {
    for (setting, shown) in [("once", 1), ("every_poll", 3)] {
        let mut bench = Bench::at("completed", json!({ "api_key": setting }));
        for _ in 0..3 {
            bench.poll();
        }
        assert_eq!((bench.count("keys_delivered"), bench.count("keys_minted")), (shown, 1));
    }
}

#[test]
fn a_repeatable_completion_charges_twice() {
    let direct =
        json!({ "checkout_id": FIRST, "payment_method": "stripe_payment_method", "payment_method_id": "pm_1" });
    for (setting, charges) in [("once", 1), ("repeatable", 2)] {
        let mut bench = Bench::at("ready", json!({ "completion": setting }));
        bench.call("complete_checkout", direct.clone());
        bench.call("complete_checkout", direct.clone());
        assert_eq!((bench.count("charges"), bench.count("keys_minted")), (charges, 1));
    }
    let mut pages = Bench::at("awaiting_payment", json!({ "completion": "repeatable" }));
    pages.ok("complete_checkout", json!({ "checkout_id": FIRST }));
    pages.control(json!({ "world": "pay" }));
    pages.control(json!({ "world": "pay" }));
    assert_eq!(pages.count("charges"), 2);
}

#[test]
fn a_repeatable_claim_mints_twice() {
    for (setting, claimed) in [("once", 1), ("repeatable", 2)] {
        let mut bench = Bench::at("completed", json!({ "claim": setting }));
        bench.ok("request_api_key", json!({ "site_slug": "shop" }));
        let claim = json!({ "claim_token": bench.server.out_of_band()["claim_token:shop"] });
        bench.call("claim_api_key", claim.clone());
        bench.call("claim_api_key", claim);
        assert_eq!(bench.count("keys_claimed"), claimed);
    }
}

#[test]
fn scripted_faults_execute_and_spoil_the_reply() {
    for (then, fate, is_error) in [
        ("lose_reply", Fate::Lost, false),
        ("hold_reply", Fate::Held, false),
        ("garble_reply", Fate::Garbled, false),
        ("rpc_error", Fate::RpcError, false),
        ("http_500", Fate::Http500, false),
        ("error_after", Fate::Whole, true),
        ("not_json", Fate::Whole, true),
        ("no_code", Fate::Whole, true),
    ] {
        let mut bench = Bench::at("completed", Value::Null);
        bench.control(json!({ "world": "fault", "tool": "get_checkout_status", "times": 1, "then": then }));
        let arguments = serde_json::Map::from_iter([("checkout_id".to_owned(), json!(FIRST))]);
        let caller = bench.caller.clone();
        let perform = |bench: &mut Bench| bench.server.perform(bench.now, &caller, "get_checkout_status", &arguments);
        let Performed { reply, fate: suffered } = perform(&mut bench);
        assert_eq!((suffered, reply.is_error), (fate, is_error), "{then}");
        assert_eq!(bench.count("keys_delivered"), 1, "{then}: the key is gone");
        assert_eq!(perform(&mut bench).fate, Fate::Whole, "{then}: once");
        assert_eq!(bench.server.journal().executed("get_checkout_status"), 2);
    }
}

/// A misspelt tool would leave its scenario without the trouble that it is about.
#[test]
fn a_fault_of_a_tool_that_is_not_there_is_refused() {
    for name in NAMES {
        let mut mock = mock(name, &Value::Null).expect("a mock");
        let fault = |tool: &str| Control::from_json(&json!({ "world": "fault", "tool": tool, "then": "lose_reply" }));
        let refused = mock.control(0, &fault("no_such_tool").unwrap()).unwrap_err().to_string();
        assert_eq!(refused, format!("`{name}` has no tool `no_such_tool`, so nothing would go wrong"));
        let first = mock.tools()[0]["name"].as_str().unwrap().to_owned();
        assert_eq!(mock.control(0, &fault(&first).unwrap()), Ok(()), "{name}");
    }
}

#[test]
fn a_failing_backend_has_the_code_of_its_failure() {
    for (then, code) in [("error_after", "INTERNAL_ERROR"), ("not_json", "INVALID_RESPONSE"), ("no_code", "UNKNOWN")] {
        let mut bench = Bench::honest();
        bench.control(json!({ "world": "fault", "tool": "register", "then": then }));
        let caller = bench.caller.clone();
        let Performed { reply, .. } = bench.server.perform(bench.now, &caller, "register", &serde_json::Map::new());
        let frame = format!("Error executing tool register: {code}: ");
        assert!(reply.is_error && reply.content[0].starts_with(&frame), "{then}: {:?}", reply.content);
        assert_eq!(bench.count("accounts_registered"), 1, "{then}");
    }
}

#[test]
fn a_restart_forgets_what_callers_had_activated() {
    let mut bench = Bench::at("completed", Value::Null);
    let api_key = bench.poll()["api_key"].clone();
    bench.ok("whoami", json!({}));
    bench.control(json!({ "world": "restart" }));
    assert_eq!(bench.refused("whoami", json!({})), "UNAUTHORIZED");
    assert_eq!(bench.refused("get_checkout_status", json!({ "checkout_id": FIRST })), "FORBIDDEN");
    assert_eq!(bench.status(), "completed", "the backend remembers");
    bench.ok("set_api_key", json!({ "api_key": api_key }));
    assert_eq!(bench.ok("whoami", json!({}))["account"]["sites"], 1);
    assert!(Control::from_json(&json!({ "world": "restart", "checkout": FIRST })).is_err());
}

#[test]
fn controls_say_what_there_is() {
    let mut bench = Bench::honest();
    let says = |bench: &mut Bench, control: Value| {
        let control = Control::from_json(&control).expect("a control");
        bench.server.control(bench.now, &control).expect_err("impossible").to_string()
    };
    assert_eq!(says(&mut bench, json!({ "world": "pay" })), "which checkout? There is none");
    bench.ok("create_checkout", json!({ "sku": "bh_site_starter_monthly" }));
    assert_eq!(
        says(&mut bench, json!({ "world": "pay" })),
        format!("cannot pay checkout `{FIRST}`: it is not_ready; expire is possible")
    );
    assert_eq!(
        says(&mut bench, json!({ "world": "pay", "checkout": "x" })),
        format!("no checkout `x`; there is `{FIRST}` (not_ready)")
    );
    let unknown = Control::from_json(&json!({ "world": "rain" })).expect_err("no such control").to_string();
    assert!(unknown.contains("`rain`") && unknown.contains("`pay`"), "{unknown}");
    let misspelt = Control::from_json(&json!({ "world": "pay", "chekout": "x" })).expect_err("no such field");
    assert!(misspelt.to_string().contains("chekout"), "{misspelt}");
}

#[test]
fn the_clock_runs_ahead_and_never_back() {
    let mut bench = Bench::at("in_progress", Value::Null);
    bench.control(json!({ "world": "advance", "ms": 3_000 }));
    bench.now -= 1_000;
    assert_eq!(bench.status(), "completed");
}
