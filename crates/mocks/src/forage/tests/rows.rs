//! The states of a checkout, row by row.

use serde_json::{Value, json};

use crate::{Control, Mock as _};

use super::{BRANDY, Bench, FIRST, LAMP, codes, informing};

const STATES: [&str; 6] =
    ["incomplete", "requires_escalation", "ready_for_complete", "complete_in_progress", "completed", "canceled"];
const SIX_HOURS_MS: u64 = 6 * 60 * 60 * 1_000;

fn first() -> Value {
    json!({ "checkout_id": FIRST })
}

#[test]
fn a_start_is_incomplete_and_says_what_is_needed() {
    let mut bench = Bench::new(Value::Null);
    let made = bench.start(LAMP);
    assert_eq!((&made["checkout_id"], &made["status"]), (&json!(FIRST), &json!("incomplete")));
    assert_eq!(made["needs"], json!(["email", "shipping_address"]));
    assert_eq!(codes(&made), ["missing", "missing"]);
    assert_eq!(made["expires_at"], "2026-01-01T06:00:00Z");
    assert!(made["continue_url"].as_str().unwrap().starts_with("https://northlight.example/continue/"));
}

#[test]
fn a_start_is_refused_for_what_cannot_be_sold() {
    let mut bench = Bench::new(Value::Null);
    let blanket = "https://northlight.example/p/wool-blanket";
    for (product_url, quantity, code) in [
        ("https://127.0.0.1/p/trail-lamp", 1, "item_unavailable"),
        (blanket, 1, "out_of_stock"),
        (LAMP, 0, "invalid_quantity"),
        (LAMP, -1, "invalid_quantity"),
        (LAMP, 9_007_199_254_740_991_i64, "invalid_quantity"),
    ] {
        let arguments = json!({ "product_url": product_url, "quantity": quantity });
        assert_eq!(bench.refused("start_checkout", arguments).0, code, "{product_url} {quantity}");
    }
    assert_eq!(bench.count("checkouts_created"), 0);
}

#[test]
fn updates_make_it_ready_piece_by_piece() {
    let mut bench = Bench::at("incomplete", Value::Null);
    let reply = bench.ok("update_checkout_info", json!({ "checkout_id": FIRST, "email": "buyer@example.test" }));
    assert_eq!((&reply["status"], &reply["needs"]), (&json!("incomplete"), &json!(["shipping_address"])));
    let address = json!({ "street_address": "1 Harbour Road", "address_country": "CA" });
    let reply = bench.ok("update_checkout_info", json!({ "checkout_id": FIRST, "shipping_address": address }));
    assert_eq!((&reply["status"], &reply["needs"]), (&json!("ready_for_complete"), &json!([])));
    assert_eq!(reply["buyer"], json!({ "email": "buyer@example.test", "shipping_address": address }));
}

#[test]
fn an_update_that_is_refused_changes_nothing() {
    let mut bench = Bench::at("incomplete", Value::Null);
    let before = bench.check();
    let lost = json!({ "street_address": "1 Harbour Road", "address_country": "FR" });
    for (key, value, code) in [
        ("email", json!("nobody"), "invalid_email"),
        ("shipping_address", lost, "address_undeliverable"),
        ("shipping_address", json!({ "address_country": "US" }), "address_undeliverable"),
        ("discount_codes", json!(["WELCOME10", "FREE"]), "unknown_discount_code"),
    ] {
        let arguments = json!({ "checkout_id": FIRST, "name": "Ada Buyer", key: value });
        let (refused, shown) = bench.refused("update_checkout_info", arguments);
        assert_eq!((refused.as_str(), &shown["messages"][0]["severity"]), (code, &json!("recoverable")));
        assert_eq!(bench.check(), before, "{key}");
    }
}

#[test]
fn a_ready_checkout_is_completed_and_has_its_order() {
    let mut bench = Bench::at("ready_for_complete", Value::Null);
    let reply = bench.complete();
    assert_eq!(reply["status"], "completed");
    let order = json!({ "id": "ORD-000001", "permalink_url": "https://northlight.example/orders/ORD-000001" });
    assert_eq!(reply["order"], order);
    assert!(reply.get("continue_url").is_none(), "nothing goes on");
    assert_eq!(bench.check(), reply);
    assert_eq!((bench.count("charges"), bench.count("orders_placed")), (1, 1));
}

#[test]
fn only_a_ready_checkout_is_completed() {
    for (state, code, severity) in [
        ("incomplete", "not_ready", "recoverable"),
        ("requires_escalation", "not_ready", "recoverable"),
        ("complete_in_progress", "order_in_progress", "recoverable"),
        ("completed", "checkout_over", "unrecoverable"),
        ("canceled", "checkout_over", "unrecoverable"),
    ] {
        let mut bench = Bench::at(state, Value::Null);
        let charges = bench.count("charges");
        let (refused, shown) = bench.refused("complete_purchase", first());
        assert_eq!((refused.as_str(), &shown["messages"][0]["severity"]), (code, &json!(severity)), "{state}");
        assert_eq!((bench.status(), &shown["status"], bench.count("charges")), (state, &json!(state), charges));
    }
}

#[test]
fn what_is_paid_or_over_is_not_updated() {
    for (state, code) in
        [("complete_in_progress", "order_in_progress"), ("completed", "checkout_over"), ("canceled", "checkout_over")]
    {
        let mut bench = Bench::at(state, Value::Null);
        let before = bench.check();
        let arguments = json!({ "checkout_id": FIRST, "email": "other@example.test" });
        assert_eq!(bench.refused("update_checkout_info", arguments).0, code, "{state}");
        assert_eq!(bench.check(), before, "{state}");
    }
}

#[test]
fn a_product_that_asks_for_the_buyer_waits_for_her() {
    let mut bench = Bench::new(Value::Null);
    bench.start(BRANDY);
    let reply = bench.inform();
    assert_eq!((&reply["status"], codes(&reply)), (&json!("requires_escalation"), vec!["age_check"]));
    assert_eq!(reply["messages"][0]["severity"], "requires_buyer_review");
    let page = reply["continue_url"].as_str().unwrap();
    assert_eq!(bench.server.out_of_band()[&format!("continue_url:{FIRST}")], page);
    bench.inform();
    assert_eq!(bench.status(), "requires_escalation", "no update replaces the buyer");
    bench.control(json!({ "world": "resolve" }));
    assert_eq!(bench.status(), "ready_for_complete");
    bench.inform();
    assert_eq!(bench.status(), "ready_for_complete", "she is asked once");
}

#[test]
fn a_merchant_that_wants_the_buyer_lets_go_where_it_was() {
    for state in ["incomplete", "ready_for_complete"] {
        let mut bench = Bench::at(state, Value::Null);
        bench.control(json!({ "world": "escalate" }));
        let reply = bench.check();
        assert_eq!((&reply["status"], codes(&reply)[0]), (&json!("requires_escalation"), "buyer_wanted"));
        bench.control(json!({ "world": "resolve" }));
        assert_eq!(bench.status(), state);
    }
}

#[test]
fn the_buyer_can_pay_on_the_merchants_page() {
    for state in ["requires_escalation", "ready_for_complete"] {
        let mut bench = Bench::at(state, Value::Null);
        bench.control(json!({ "world": "pay" }));
        assert_eq!((bench.status(), bench.count("charges"), bench.count("orders_placed")), ("completed", 1, 1));
        assert!(bench.server.out_of_band().is_empty(), "the page is closed");
    }
    let mut declined = Bench::at("requires_escalation", Value::Null);
    declined.control(json!({ "world": "decline" }));
    assert_eq!((declined.status(), declined.count("charges")), ("canceled", 0));
}

#[test]
fn the_page_asks_for_what_is_missing_before_it_charges() {
    let mut bench = Bench::at("incomplete", Value::Null);
    bench.control(json!({ "world": "escalate" }));
    bench.control(json!({ "world": "pay" }));
    let sold = bench.check();
    assert_eq!((bench.status(), bench.count("charged_minor")), ("completed", super::LAMP_TOTAL));
    assert!(sold["buyer"]["email"].is_string() && sold["buyer"]["shipping_address"]["address_country"] == "US");
}

#[test]
fn a_way_of_paying_that_is_not_played_is_named() {
    let mut bench = Bench::at("ready_for_complete", Value::Null);
    let control = Control::from_json(&json!({ "world": "pay", "by": "transfer" })).unwrap();
    let refused = bench.server.control(bench.now, &control).unwrap_err().to_string();
    assert_eq!(refused, "`forage` does not play `pay` by `transfer`; it plays `pay` by `card`");
}

#[test]
fn an_address_of_blanks_is_none() {
    let mut bench = Bench::at("incomplete", Value::Null);
    let mut blank = informing();
    blank["shipping_address"]["street_address"] = json!("  \t");
    assert_eq!(bench.refused("update_checkout_info", blank).0, "address_undeliverable");
    assert_eq!(bench.status(), "incomplete");
}

#[test]
fn an_order_that_takes_its_time_is_finished_or_given_back() {
    let mut bench = Bench::at("complete_in_progress", Value::Null);
    let reply = bench.check();
    assert!(reply.get("order").is_none() && reply.get("continue_url").is_some());
    assert_eq!((bench.count("charges"), bench.count("orders_placed")), (1, 0));
    bench.now += 2 * SIX_HOURS_MS;
    assert_eq!(bench.status(), "complete_in_progress", "what is paid does not expire");
    bench.control(json!({ "world": "provision" }));
    assert_eq!((bench.check()["order"]["id"].as_str(), bench.count("orders_placed")), (Some("ORD-000001"), 1));
    let mut broken = Bench::at("complete_in_progress", Value::Null);
    broken.control(json!({ "world": "fail" }));
    assert_eq!((broken.status(), broken.count("refunds"), broken.count("charged_minor")), ("canceled", 1, 0));
}

#[test]
fn an_open_checkout_expires() {
    for state in ["incomplete", "requires_escalation", "ready_for_complete"] {
        let mut bench = Bench::at(state, Value::Null);
        bench.now += SIX_HOURS_MS - 1;
        assert_eq!(bench.status(), state);
        bench.now += 1;
        assert_eq!((bench.status(), codes(&bench.check())), ("canceled", vec!["canceled"]));
    }
}

#[test]
fn the_world_does_only_what_the_state_allows() {
    let verbs = ["pay", "decline", "provision", "fail", "expire", "escalate", "resolve", "reprice"];
    let allowed = [
        vec!["expire", "escalate", "reprice"],
        vec!["pay", "decline", "expire", "resolve", "reprice"],
        vec!["pay", "expire", "escalate", "reprice"],
        vec!["provision", "fail"],
        vec![],
        vec![],
    ];
    for (state, allowed) in STATES.into_iter().zip(allowed) {
        for verb in verbs {
            let mut bench = Bench::at(state, Value::Null);
            let mut control = json!({ "world": verb, "checkout": FIRST });
            if verb == "reprice" {
                control["total_minor"] = json!(1);
            }
            let done = bench.server.control(bench.now, &Control::from_json(&control).unwrap());
            assert_eq!(done.is_ok(), allowed.contains(&verb), "{verb} in {state}: {done:?}");
        }
    }
}

#[test]
fn a_checkout_is_its_starters_and_others_do_not_know_of_it() {
    for tool in ["update_checkout_info", "complete_purchase", "check_order"] {
        let mut bench = Bench::at("ready_for_complete", Value::Null);
        bench.caller = super::caller("thief");
        let foreign = bench.call(tool, informing());
        let unknown = json!({ "checkout_id": "00000000-0000-4000-8000-000000000009" });
        assert_eq!(bench.refused(tool, unknown.clone()).0, "not_found");
        assert_eq!(bench.call(tool, unknown), foreign, "{tool}");
        assert_eq!(bench.status(), "ready_for_complete");
    }
    let mut bench = Bench::new(Value::Null);
    bench.caller.credential = Some("grant-a".to_owned());
    bench.start(LAMP);
    bench.caller.session = Some("another session".to_owned());
    bench.check();
}
