//! Prices: what a lamp costs, what changes it, and that every reply adds up.

use serde_json::{Value, json};

use crate::{Control, ControlError, Mock as _};

use super::{Bench, FIRST, LAMP, LAMP_TOTAL, codes, total};

fn entries(checkout: &Value) -> Vec<(&str, i64)> {
    let entries = checkout["totals"].as_array().unwrap().iter();
    entries.map(|entry| (entry["type"].as_str().unwrap(), entry["amount"].as_i64().unwrap())).collect()
}

fn update(bench: &mut Bench, codes: Value) -> Value {
    bench.ok("update_checkout_info", json!({ "checkout_id": FIRST, "discount_codes": codes }))
}

#[test]
fn a_total_grows_with_the_address_and_shrinks_with_a_code() {
    let mut bench = Bench::new(Value::Null);
    assert_eq!(entries(&bench.start(LAMP)), [("subtotal", 2_400), ("total", 2_400)]);
    let whole = [("subtotal", 2_400), ("fulfillment", 700), ("tax", 192), ("total", 3_292)];
    assert_eq!(entries(&bench.inform()), whole);
    let reduced = [("subtotal", 2_400), ("discount", -240), ("fulfillment", 700), ("tax", 173), ("total", 3_033)];
    assert_eq!(entries(&update(&mut bench, json!(["WELCOME10", "WELCOME10"]))), reduced);
    assert_eq!(entries(&update(&mut bench, json!([]))), whole);
    bench.complete();
    assert_eq!(bench.count("charged_minor"), LAMP_TOTAL);
}

#[test]
fn a_currency_without_minor_units_is_counted_in_whole_ones() {
    let mut bench = Bench::new(Value::Null);
    let made = bench.ok("start_checkout", json!({ "product_url": "https://kumo.example/p/trail-lamp", "quantity": 2 }));
    assert_eq!((&made["currency"], total(&made, "total")), (&json!("JPY"), Some(7_200)));
    assert_eq!(entries(&bench.inform()), [("subtotal", 7_200), ("fulfillment", 900), ("tax", 720), ("total", 8_820)]);
    assert_eq!(made["line_items"][0]["quantity"], 2);
}

#[test]
fn a_new_total_must_be_agreed_to() {
    for (total_minor, entry) in [(9_900, ("fee", 6_608)), (1_000, ("discount", -2_292)), (0, ("discount", -3_292))] {
        let mut bench = Bench::at("ready_for_complete", Value::Null);
        bench.control(json!({ "world": "reprice", "total_minor": total_minor }));
        let shown = bench.check();
        assert_eq!((&shown["status"], codes(&shown)), (&json!("incomplete"), vec!["total_changed"]));
        assert!(entries(&shown).contains(&entry), "{shown}");
        assert_eq!(bench.refused("complete_purchase", json!({ "checkout_id": FIRST })).0, "not_ready");
        let agreed = bench.ok("update_checkout_info", json!({ "checkout_id": FIRST }));
        assert_eq!((&agreed["status"], total(&agreed, "total")), (&json!("ready_for_complete"), Some(total_minor)));
        bench.complete();
        assert_eq!(bench.count("charged_minor"), u64::try_from(total_minor).unwrap());
    }
}

#[test]
fn money_in_the_arguments_is_nothing_to_an_honest_merchant() {
    let claims = json!({ "product_url": LAMP, "price": 1, "currency": "JPY", "total": 1 });
    for (setting, currency, charged) in [("ignored", "USD", LAMP_TOTAL), ("trusted", "JPY", 3_292)] {
        let mut bench = Bench::new(json!({ "price_fields": setting }));
        bench.ok("start_checkout", claims.clone());
        let mut informing = super::informing();
        informing["total"] = json!(3_292);
        assert_eq!(bench.ok("update_checkout_info", informing)["currency"], currency);
        bench.complete();
        assert_eq!(bench.count("charged_minor"), charged);
    }
}

#[test]
fn no_amount_outgrows_what_can_be_told_exactly() {
    let mut bench = Bench::new(json!({ "price_fields": "trusted", "totals": "raised" }));
    let most = json!({ "product_url": LAMP, "quantity": 3_474_999_711_226_u64 });
    assert_eq!(total(&bench.ok("start_checkout", most), "subtotal"), Some(8_339_999_306_942_400));
    let more = json!({ "product_url": LAMP, "quantity": 3_753_000_000_000_u64 });
    assert_eq!(bench.refused("start_checkout", more).0, "invalid_quantity", "its tax does not fit any more");
    let claim = json!({ "checkout_id": FIRST, "price": u64::MAX });
    assert_eq!(bench.ok("update_checkout_info", claim)["line_items"][0]["item"]["price"], 2_400);
}

#[test]
fn a_total_that_cannot_be_told_exactly_is_refused() {
    // Shipping and tax of a lamp are 892.
    for (state, most) in [("incomplete", 9_007_199_254_740_099_u64), ("ready_for_complete", 9_007_199_254_740_991)] {
        for total_minor in [u64::MAX, most + 1] {
            let mut bench = Bench::at(state, Value::Null);
            let control = Control::Reprice { checkout: None, total_minor };
            let refused = bench.server.control(bench.now, &control);
            assert!(matches!(refused, Err(ControlError::TooMuch { .. })), "{state}: {refused:?}");
            assert_eq!(total(&bench.inform(), "total"), Some(3_292), "{state}: nothing happened");
        }
        let mut bench = Bench::at(state, Value::Null);
        bench.control(json!({ "world": "reprice", "total_minor": most }));
        assert_eq!(total(&bench.inform(), "total"), Some(9_007_199_254_740_991), "{state}");
    }
}

#[test]
fn a_charge_in_another_currency_is_counted_as_one() {
    for (currency, switched) in [("fixed", 0), ("switched", 1)] {
        let mut bench = Bench::at("ready_for_complete", json!({ "totals": "raised", "currency": currency }));
        bench.control(json!({ "world": "reprice", "total_minor": LAMP_TOTAL }));
        bench.complete();
        assert_eq!((bench.count("charges"), bench.count("currencies_switched")), (1, switched), "{currency}");
    }
}
