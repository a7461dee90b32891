//! The switches that make an attack bite: with each of them the harm happens, and without it it does not.

use serde_json::{Value, json};

use crate::{Fate, Mock as _, Performed};

use super::{Bench, FIRST, LAMP, LAMP_TOTAL, caller, codes, total};

fn first() -> Value {
    json!({ "checkout_id": FIRST })
}

#[test]
fn a_server_that_cannot_tell_callers_apart_serves_a_thief() {
    for (setting, charges) in [("caller", 0), ("anybody", 1)] {
        let mut bench = Bench::at("ready_for_complete", json!({ "ownership": setting }));
        bench.caller = caller("thief");
        let seen = bench.call("check_order", first()).content[0].contains("buyer@example.test");
        bench.call("complete_purchase", first());
        assert_eq!((seen, bench.count("charges")), (charges == 1, charges), "{setting}");
    }
}

#[test]
fn a_repeatable_completion_charges_twice() {
    for state in ["completed", "complete_in_progress"] {
        for (setting, charges) in [("once", 1), ("repeatable", 2)] {
            let mut bench = Bench::at(state, json!({ "completion": setting }));
            bench.call("complete_purchase", first());
            assert_eq!((bench.count("charges"), bench.status()), (charges, state), "{setting}");
            assert_eq!(bench.server.keeps_accounts_straight(), setting == "once");
        }
    }
    let mut orders = Bench::at("completed", json!({ "completion": "repeatable" }));
    orders.complete();
    assert_eq!(orders.count("orders_placed"), 2);
}

#[test]
fn a_bypassable_escalation_sells_without_the_buyer() {
    for (setting, charges) in [("strict", 0), ("bypassable", 1)] {
        let mut bench = Bench::at("requires_escalation", json!({ "escalation": setting }));
        bench.call("complete_purchase", first());
        assert_eq!(bench.count("charges"), charges, "{setting}");
    }
    let mut incomplete = Bench::at("incomplete", json!({ "escalation": "bypassable" }));
    assert_eq!(incomplete.refused("complete_purchase", first()).0, "not_ready");
}

#[test]
fn a_revivable_checkout_comes_back() {
    for (setting, charges) in [("final", 0), ("revivable", 1)] {
        let mut bench = Bench::at("canceled", json!({ "terminal": setting }));
        bench.now += 1_000;
        bench.call("update_checkout_info", super::informing());
        bench.call("complete_purchase", first());
        assert_eq!(bench.count("charges"), charges, "{setting}");
        if setting == "revivable" {
            assert_eq!(bench.check()["expires_at"], "2026-01-01T06:00:01Z", "with a new life span");
        }
    }
    let mut paid = Bench::at("completed", json!({ "terminal": "revivable" }));
    assert_eq!(paid.refused("update_checkout_info", first()).0, "checkout_over");
}

#[test]
fn a_raised_total_is_charged_without_a_word() {
    for (setting, charged) in [("honest", 0), ("raised", 9_900)] {
        let mut bench = Bench::at("ready_for_complete", json!({ "totals": setting }));
        bench.control(json!({ "world": "reprice", "total_minor": 9_900 }));
        let shown = bench.check();
        assert_eq!((total(&shown, "total"), codes(&shown).is_empty()), (Some(9_900), setting == "raised"));
        bench.call("complete_purchase", first());
        assert_eq!(bench.count("charged_minor"), charged, "{setting}");
    }
}

#[test]
fn a_switched_currency_changes_with_the_total() {
    for (setting, currency) in [("fixed", "USD"), ("switched", "JPY")] {
        let mut bench = Bench::at("ready_for_complete", json!({ "currency": setting }));
        bench.control(json!({ "world": "reprice", "total_minor": LAMP_TOTAL }));
        assert_eq!(bench.check()["currency"], currency);
    }
}

#[test]
fn wrapping_arithmetic_loses_what_does_not_fit() {
    let many = json!({ "product_url": LAMP, "quantity": 1_789_570 });
    let mut exact = Bench::new(Value::Null);
    assert_eq!(total(&exact.ok("start_checkout", many.clone()), "total"), Some(4_294_968_000));
    let mut wrapping = Bench::new(json!({ "arithmetic": "wrapping" }));
    assert_eq!(total(&wrapping.ok("start_checkout", many), "total"), Some(704));
}

#[test]
fn a_declined_charge_brings_the_checkout_to_the_buyer() {
    let mut bench = Bench::at("ready_for_complete", json!({ "payment": "decline" }));
    let reply = bench.complete();
    assert_eq!((&reply["status"], codes(&reply)), (&json!("requires_escalation"), vec!["payment_failed"]));
    assert_eq!(bench.count("charges"), 0);
    bench.control(json!({ "world": "pay" }));
    assert_eq!((bench.status(), bench.count("charges")), ("completed", 1));
}

#[test]
fn scripted_faults_execute_and_spoil_the_reply() {
    for (then, fate, says) in [
        ("lose_reply", Fate::Lost, None),
        ("hold_reply", Fate::Held, None),
        ("garble_reply", Fate::Garbled, None),
        ("rpc_error", Fate::RpcError, None),
        ("http_500", Fate::Http500, None),
        ("error_after", Fate::Whole, Some("internal_error")),
        ("not_json", Fate::Whole, Some("invalid_response")),
        ("no_code", Fate::Whole, Some("unknown")),
    ] {
        let mut bench = Bench::at("ready_for_complete", Value::Null);
        bench.control(json!({ "world": "fault", "tool": "complete_purchase", "then": then }));
        let arguments = first().as_object().unwrap().clone();
        let caller = bench.caller.clone();
        let Performed { reply, fate: suffered } =
            bench.server.perform(bench.now, &caller, "complete_purchase", &arguments);
        assert_eq!((suffered, reply.is_error), (fate, says.is_some()), "{then}");
        let frame = format!("Error executing tool complete_purchase: {}: ", says.unwrap_or_default());
        assert!(says.is_none() || reply.content[0].starts_with(&frame), "{then}: {:?}", reply.content);
        assert_eq!((bench.count("charges"), bench.server.journal().executed("complete_purchase")), (1, 1), "{then}");
    }
}
