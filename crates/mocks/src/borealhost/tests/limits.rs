//! The published limits, at their edges.

use serde_json::{Value, json};

use super::{Bench, FIRST};

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;

/// Calls up to the limit pass, the next is refused, and passes once the window has rolled.
fn check(bench: &mut Bench, tool: &str, arguments: &Value, max: usize, window_ms: u64) {
    let limited = |bench: &mut Bench| {
        let reply = bench.call(tool, arguments.clone());
        reply.content[0].starts_with(&format!("Error executing tool {tool}: RATE_LIMITED: "))
    };
    let start = bench.now;
    for call in 0..max {
        assert!(!limited(bench), "{tool} call {call}");
        bench.now += 1;
    }
    bench.now = start + window_ms - 1;
    assert!(limited(bench), "{tool} is limited to {max}");
    bench.now = start + window_ms;
    assert!(!limited(bench), "{tool} goes on");
    assert!(limited(bench), "{tool}: only one call left the window");
}

#[test]
fn per_address() {
    let sku = json!({ "sku": "bh_site_starter_monthly" });
    check(&mut Bench::honest(), "register", &json!({}), 5, HOUR_MS);
    check(&mut Bench::honest(), "create_checkout", &sku, 10, HOUR_MS);
    let id = json!({ "checkout_id": FIRST });
    check(&mut Bench::at("not_ready", Value::Null), "complete_checkout", &id, 10, HOUR_MS);
    check(&mut Bench::at("not_ready", Value::Null), "get_checkout_status", &id, 60, MINUTE_MS);
    check(&mut Bench::at("not_ready", Value::Null), "update_checkout", &id, 30, HOUR_MS);
}

#[test]
fn per_key() {
    let mut bench = Bench::honest();
    bench.ok("register", json!({}));
    check(&mut bench, "whoami", &json!({}), 60, MINUTE_MS);
}

#[test]
fn another_address_has_its_own() {
    let mut bench = Bench::honest();
    for _ in 0..5 {
        bench.ok("register", json!({}));
    }
    assert_eq!(bench.refused("register", json!({})), "RATE_LIMITED");
    bench.caller.address = "192.0.2.2".to_owned();
    bench.ok("register", json!({}));
}

#[test]
fn limits_can_be_off() {
    let mut bench = Bench::new(json!({ "limits": "off" }));
    for _ in 0..100 {
        bench.ok("register", json!({}));
    }
}
