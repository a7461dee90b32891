//! The state machine, row by row; the number in a name is the row of the published table.

use serde_json::{Value, json};

use crate::{Control, Mock as _};

use super::{Bench, FIRST, START, keys};

const OPEN_FIELDS: [&str; 8] =
    ["id", "sku", "plan_slug", "billing_period", "status", "buyer_email", "requested_slug", "created_at"];
const STATES: [&str; 7] = ["not_ready", "ready", "awaiting_payment", "in_progress", "completed", "canceled", "failed"];

fn update(slug: &str) -> Value {
    json!({ "checkout_id": FIRST, "requested_slug": slug })
}

fn direct(method: &str) -> Value {
    json!({ "checkout_id": FIRST, "payment_method": "stripe_payment_method", "payment_method_id": method })
}

#[test]
fn row_01_create_starts_not_ready_and_shows_the_secret() {
    let mut bench = Bench::honest();
    let made = bench.ok("create_checkout", json!({ "sku": "bh_site_starter_annual" }));
    let fields: Vec<&str> = OPEN_FIELDS.into_iter().chain(["checkout_secret"]).collect();
    assert_eq!(keys(&made), fields);
    assert_eq!(made["id"], FIRST);
    assert_eq!((&made["plan_slug"], &made["billing_period"]), (&json!("site_starter"), &json!("annual")));
    assert_eq!((&made["status"], &made["buyer_email"]), (&json!("not_ready"), &json!("")));
    assert_eq!(made["created_at"], "2026-01-01T00:00:00Z");
    assert!(bench.poll().get("checkout_secret").is_none(), "the secret is shown once");
}

#[test]
fn row_02_create_refuses_a_sku_that_is_not_on_sale() {
    let mut bench = Bench::honest();
    for sku in ["", "bh_site_starter", "bh_site_starter_weekly", "site_starter_monthly", "bh_nothing_monthly"] {
        assert_eq!(bench.refused("create_checkout", json!({ "sku": sku })), "VALIDATION_ERROR", "{sku}");
    }
    assert_eq!(bench.count("checkouts_created"), 0);
}

#[test]
fn row_03_an_address_alone_leaves_it_not_ready() {
    let mut bench = Bench::at("not_ready", Value::Null);
    let reply = bench.ok("update_checkout", json!({ "checkout_id": FIRST, "buyer_email": "a@b.test" }));
    assert_eq!((&reply["status"], &reply["buyer_email"]), (&json!("not_ready"), &json!("a@b.test")));
}

#[test]
fn row_04_a_free_slug_makes_it_ready() {
    let mut bench = Bench::at("not_ready", Value::Null);
    let reply = bench.ok("update_checkout", update("my-shop"));
    assert_eq!(keys(&reply), OPEN_FIELDS);
    assert_eq!((&reply["status"], &reply["requested_slug"]), (&json!("ready"), &json!("my-shop")));
}

#[test]
fn row_05_a_bad_or_taken_slug_changes_nothing() {
    let mut bench = Bench::at("ready", Value::Null);
    let second = bench.ok("create_checkout", json!({ "sku": "bh_site_plus_monthly" }))["id"].clone();
    let long = "a".repeat(51);
    for slug in ["ab", "-abc", "abc-", "Shop", "my_shop", long.as_str(), "shop"] {
        let arguments = json!({ "checkout_id": second, "requested_slug": slug, "buyer_email": "a@b.test" });
        assert_eq!(bench.refused("update_checkout", arguments), "VALIDATION_ERROR", "{slug}");
    }
    let reply = bench.ok("get_checkout_status", json!({ "checkout_id": second }));
    assert_eq!((&reply["status"], &reply["buyer_email"]), (&json!("not_ready"), &json!("")));
    bench.control(json!({ "world": "expire", "checkout": FIRST }));
    bench.ok("update_checkout", json!({ "checkout_id": second, "requested_slug": "shop" }));
}

#[test]
fn row_06_update_is_refused_once_ready() {
    for state in &STATES[1..] {
        let mut bench = Bench::at(state, json!({ "provisioning": "manual" }));
        assert_eq!(bench.refused("update_checkout", update("other")), "FORBIDDEN", "{state}");
        assert_eq!(bench.status(), *state);
    }
}

#[test]
fn row_07_completing_hands_out_a_payment_page() {
    let mut bench = Bench::at("ready", Value::Null);
    let reply = bench.ok("complete_checkout", json!({ "checkout_id": FIRST }));
    assert_eq!(keys(&reply), ["id", "status", "stripe_checkout_url", "message"]);
    assert_eq!(reply["status"], "awaiting_payment");
    let url = reply["stripe_checkout_url"].as_str().unwrap();
    assert!(url.starts_with("https://checkout.stripe.com/c/pay/cs_test_") && url.contains('#'));
    assert_eq!(bench.count("charges"), 0);
    assert_eq!(bench.server.out_of_band()[&format!("stripe_checkout_url:{FIRST}")], url);
}

#[test]
fn row_08_a_direct_charge_completes_and_shows_the_key() {
    let mut bench = Bench::at("ready", Value::Null);
    let reply = bench.ok("complete_checkout", direct("pm_card_visa"));
    let fields = ["id", "status", "api_key", "api_key_message", "subscription_id", "provisioning_job_id"];
    assert_eq!(keys(&reply), fields);
    assert_eq!(reply["status"], "completed");
    assert!(bench.poll().get("api_key").is_none());
    assert_eq!((bench.count("charges"), bench.count("charged_minor"), bench.count("keys_delivered")), (1, 500, 1));
    assert!(bench.ok("whoami", json!({})).contains_key("user"), "the key is active at once");
}

#[test]
fn row_09_a_direct_charge_needs_a_payment_method() {
    let mut bench = Bench::at("ready", Value::Null);
    for method in ["", "card_1"] {
        assert_eq!(bench.refused("complete_checkout", direct(method)), "VALIDATION_ERROR");
    }
    let other = json!({ "checkout_id": FIRST, "payment_method": "cash" });
    assert_eq!(bench.refused("complete_checkout", other), "VALIDATION_ERROR");
    let bypass = json!({ "checkout_id": FIRST, "payment_method": "admin_bypass" });
    assert_eq!(bench.refused("complete_checkout", bypass), "FORBIDDEN");
    assert_eq!(bench.status(), "ready");
}

#[test]
fn row_10_a_declined_direct_charge_fails_the_checkout() {
    let mut declined = Bench::at("ready", json!({ "payment": "decline" }));
    assert_eq!(declined.refused("complete_checkout", direct("pm_1")), "PAYMENT_REQUIRED");
    assert_eq!((declined.status(), declined.count("charges")), ("failed", 0));
    let mut test_card = Bench::at("ready", Value::Null);
    assert_eq!(test_card.refused("complete_checkout", direct("pm_card_chargeDeclined")), "PAYMENT_REQUIRED");
}

#[test]
fn row_11_only_a_ready_checkout_is_completed() {
    for state in STATES.into_iter().filter(|state| *state != "ready") {
        let mut bench = Bench::at(state, json!({ "provisioning": "manual" }));
        let charges = bench.count("charges");
        assert_eq!(bench.refused("complete_checkout", json!({ "checkout_id": FIRST })), "FORBIDDEN", "{state}");
        assert_eq!(bench.refused("complete_checkout", direct("pm_1")), "FORBIDDEN", "{state}");
        assert_eq!((bench.status(), bench.count("charges")), (state, charges));
    }
}

#[test]
fn row_12_payment_puts_it_in_progress() {
    let mut bench = Bench::at("awaiting_payment", Value::Null);
    assert_eq!(bench.poll()["status"], "awaiting_payment");
    bench.control(json!({ "world": "pay" }));
    let reply = bench.poll();
    assert_eq!((keys(&reply), &reply["status"]), (OPEN_FIELDS.to_vec(), &json!("in_progress")));
    assert_eq!(bench.count("charges"), 1);
}

#[test]
fn row_13_provisioning_completes_it_when_it_is_due() {
    let mut bench = Bench::at("in_progress", Value::Null);
    bench.now += 2_999;
    assert_eq!(bench.status(), "in_progress");
    bench.now += 100_000;
    assert_eq!(bench.status(), "completed");
    let reply = bench.poll();
    assert_eq!(reply["completed_at"], "2026-01-01T00:00:03Z", "dated when it was due, not when it was seen");
    assert!(bench.server.ledger().entries().is_sorted_by_key(|entry| entry.at));
    assert_eq!(bench.server.books().clock.latest(), START + 102_999);
}

#[test]
fn row_14_trouble_fails_it_and_the_money_goes_back() {
    let mut declined = Bench::at("failed", Value::Null);
    assert_eq!((declined.count("charges"), declined.count("refunds")), (0, 0));
    assert_eq!(keys(&declined.poll()), OPEN_FIELDS);
    let mut broken = Bench::at("in_progress", json!({ "provisioning": "manual" }));
    broken.control(json!({ "world": "fail" }));
    assert_eq!(broken.poll()["status"], "failed");
    assert_eq!((broken.count("charges"), broken.count("refunds"), broken.count("charged_minor")), (1, 1, 0));
    assert_eq!((broken.count("keys_minted"), broken.count("failed")), (0, 1));
}

#[test]
fn row_15_the_first_poll_after_completion_shows_the_key() {
    let mut bench = Bench::at("completed", Value::Null);
    let reply = bench.poll();
    assert_eq!(keys(&reply), ["id", "status", "api_key", "api_key_message", "subscription_id", "completed_at"]);
    assert_eq!(bench.count("keys_delivered"), 1);
    let who = bench.ok("whoami", json!({}));
    assert_eq!(keys(&who), ["user", "api_key", "account"]);
    assert_eq!(who["account"], json!({ "sites": 1, "active_subscriptions": 1 }));
}

#[test]
fn row_16_later_polls_do_not() {
    let mut bench = Bench::at("completed", Value::Null);
    bench.poll();
    for _ in 0..3 {
        assert_eq!(keys(&bench.poll()), ["id", "status", "subscription_id", "completed_at"]);
    }
    assert_eq!((bench.count("keys_minted"), bench.count("keys_delivered")), (1, 1));
}

#[test]
fn row_17_an_abandoned_checkout_is_canceled() {
    for state in ["not_ready", "ready", "awaiting_payment"] {
        let mut bench = Bench::at(state, Value::Null);
        bench.now += 24 * 60 * 60 * 1_000 - 1;
        assert_eq!(bench.status(), state);
        bench.now += 1;
        assert_eq!(bench.status(), "canceled");
        let mut expired = Bench::at(state, Value::Null);
        expired.control(json!({ "world": "expire" }));
        let pay = Control::from_json(&json!({ "world": "pay" })).unwrap();
        expired.server.control(expired.now, &pay).expect_err("its payment page is closed");
        assert_eq!((expired.status(), expired.count("charges")), ("canceled", 0));
    }
}

#[test]
fn row_20_the_world_cannot_wake_a_terminal_checkout() {
    for state in ["completed", "canceled", "failed"] {
        let mut bench = Bench::at(state, Value::Null);
        for verb in ["pay", "decline", "provision", "fail", "expire"] {
            let control = Control::from_json(&json!({ "world": verb })).unwrap();
            let trouble = bench.server.control(bench.now, &control).expect_err("nothing moves it");
            let says = format!("cannot {verb} checkout `{FIRST}`: it is {state}; nothing is possible any more");
            assert_eq!(trouble.to_string(), says);
        }
        bench.now += 365 * 24 * 60 * 60 * 1_000;
        assert_eq!(bench.status(), state);
    }
}

#[test]
fn access_needs_the_secret_of_the_context() {
    for (tool, arguments) in [
        ("update_checkout", update("shop")),
        ("complete_checkout", json!({ "checkout_id": FIRST })),
        ("get_checkout_status", json!({ "checkout_id": FIRST })),
    ] {
        let mut bench = Bench::at("not_ready", Value::Null);
        bench.caller = super::caller("thief");
        assert_eq!(bench.refused(tool, arguments), "FORBIDDEN", "{tool}");
        let unknown = json!({ "checkout_id": "00000000-0000-4000-8000-000000000009" });
        assert_eq!(bench.refused(tool, unknown), "NOT_FOUND", "{tool}");
    }
}
