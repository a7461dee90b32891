//! The states of a purchase, one row after the other: what leads where, and what a claim gets there.

use serde_json::{Value, json};

use super::{Bench, CLAIM, DAY_MS};

const STATES: [&str; 6] = ["open", "processing", "paid", "claimed", "failed", "expired"];

#[test]
fn every_state_answers_a_claim_in_its_own_way() {
    for (state, code) in [
        ("open", Some("payment_pending")),
        ("processing", Some("payment_pending")),
        ("paid", None),
        ("claimed", Some("already_claimed")),
        ("failed", Some("payment_failed")),
        ("expired", Some("purchase_expired")),
    ] {
        let mut bench = Bench::at(state, Value::Null);
        assert_eq!(bench.status(), state);
        let arguments = bench.claim_arguments();
        match code {
            Some(code) => assert_eq!(bench.refused(CLAIM, arguments), code),
            None => assert_eq!(bench.ok(CLAIM, arguments)["status"], "claimed"),
        }
    }
}

#[test]
fn each_control_is_possible_in_its_states_alone() {
    for (verb, from, to) in [
        ("pay", "open", "paid"),
        ("expire", "open", "expired"),
        ("clear", "processing", "paid"),
        ("decline", "processing", "failed"),
    ] {
        for state in STATES {
            let mut bench = Bench::at(state, Value::Null);
            let done = bench.try_control(json!({ "world": verb }));
            assert_eq!(
                (done.is_ok(), bench.status()),
                (state == from, if state == from { to } else { state }),
                "{verb}"
            );
        }
    }
}

#[test]
fn a_purchase_is_charged_and_credited_exactly_where_it_is_paid() {
    for (state, charged, credits) in [
        ("open", 0, 0),
        ("processing", 0, 0),
        ("paid", 1_500, 150),
        ("claimed", 1_500, 150),
        ("failed", 0, 0),
        ("expired", 0, 0),
    ] {
        let mut bench = Bench::at(state, Value::Null);
        assert_eq!(bench.counts(["charged_minor", "credits"]), [charged, credits], "{state}");
    }
}

#[test]
fn a_page_is_open_for_a_day() {
    for (later_ms, state) in [(DAY_MS - 1, "open"), (DAY_MS, "expired")] {
        let mut bench = Bench::at("open", Value::Null);
        bench.now += later_ms;
        assert_eq!(bench.status(), state);
    }
    let mut paid = Bench::at("processing", Value::Null);
    paid.now += 2 * DAY_MS;
    assert_eq!(paid.status(), "processing", "a page that was used does not expire");
    paid.control(json!({ "world": "clear" }));
    assert_eq!(paid.status(), "paid");
}

#[test]
fn controls_say_what_there_is() {
    let mut bench = Bench::new(Value::Null);
    let says = |bench: &mut Bench, control: Value| bench.try_control(control).expect_err("impossible").to_string();
    assert_eq!(says(&mut bench, json!({ "world": "pay" })), "which checkout? There is none");
    bench.create(json!({}));
    let clear = says(&mut bench, json!({ "world": "clear" }));
    assert!(clear.ends_with("it is open; pay and expire are possible"), "{clear}");
    let unknown = says(&mut bench, json!({ "world": "pay", "checkout": "x" }));
    assert!(unknown.starts_with("no checkout `x`; there is `00000000"), "{unknown}");
    let untrue = says(&mut bench, json!({ "world": "webhook", "event": "paid" }));
    assert!(untrue.ends_with("the provider tells only what is so; pay, clear, decline or expire first"), "{untrue}");
    let reprice = says(&mut bench, json!({ "world": "reprice", "checkout": super::FIRST, "total_minor": 1 }));
    assert!(reprice.contains("a session keeps its amount"), "{reprice}");
    let again = says(&mut bench, json!({ "world": "webhook", "event": "again" }));
    assert!(again.ends_with("no webhook was sent yet"), "{again}");
    let foreign = says(&mut bench, json!({ "world": "provision" }));
    assert!(foreign.starts_with("`toofi` does not play `provision`; it plays `pay`"), "{foreign}");
    bench.create(json!({}));
    assert!(says(&mut bench, json!({ "world": "pay" })).starts_with("which checkout? There is `"));
}
