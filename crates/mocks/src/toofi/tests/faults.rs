//! The switches that make an attack bite: with each of them the harm happens, and without it it does not.

use serde_json::{Map, Value, json};

use crate::{Fate, Mock as _, Performed};

use super::{BALANCE, Bench, CLAIM, CREATE, FIRST, PLAN, QUOTE, caller};

#[test]
fn a_repeatable_claim_mints_twice_and_an_idempotent_one_shows_twice() {
    for (setting, minted, delivered) in [("once", 1, 1), ("repeatable", 2, 2), ("repeats_same_key", 1, 2)] {
        let mut bench = Bench::at("claimed", json!({ "claim": setting }));
        bench.call(CLAIM, bench.claim_arguments());
        assert_eq!(bench.counts(["keys_minted", "keys_delivered"]), [minted, delivered], "{setting}");
    }
}

#[test]
fn without_a_token_check_the_purchase_is_enough() {
    for (setting, claimed) in [("token", 0), ("purchase_only", 1)] {
        let mut bench = Bench::at("paid", json!({ "claim_check": setting }));
        bench.caller = caller("thief");
        bench.call(CLAIM, json!({ "purchase_id": FIRST, "claim_token": "" }));
        assert_eq!(bench.count("keys_claimed"), claimed);
    }
}

#[test]
fn without_a_signature_check_anybody_pays() {
    for (setting, state) in [("on", "open"), ("off", "paid")] {
        for sign in ["forged", "missing"] {
            let mut bench = Bench::at("open", json!({ "signature_check": setting }));
            bench.webhook("paid", sign);
            assert_eq!((bench.status(), bench.count("charges")), (state, 0), "{setting} {sign}");
        }
    }
}

#[test]
fn without_a_tolerance_an_old_webhook_still_works() {
    for (setting, state) in [("on", "open"), ("off", "paid")] {
        let mut bench = Bench::at("paid", json!({ "tolerance": setting, "webhooks": "manual" }));
        bench.now += 3_600_000;
        bench.webhook("again", "good");
        assert_eq!(bench.status(), state);
    }
}

#[test]
fn counted_again_a_repeated_event_grants_again() {
    for (setting, credits) in [("deduped", 150), ("counted_again", 450)] {
        let mut bench = Bench::at("paid", json!({ "events": setting }));
        bench.webhook("again", "good");
        bench.webhook("again", "good");
        assert_eq!(bench.count("credits"), credits);
    }
}

#[test]
fn where_the_last_one_wins_order_matters() {
    for (setting, after_expired, keys) in [("any", "claimed", 1), ("last_wins", "expired", 2)] {
        let mut bench = Bench::at("claimed", json!({ "order": setting }));
        bench.webhook("expired", "good");
        assert_eq!(bench.status(), after_expired);
        bench.webhook("paid", "good");
        bench.call(CLAIM, bench.claim_arguments());
        assert_eq!(bench.counts(["keys_minted", "credits_granted"]), [keys, 1], "{setting}");
    }
}

#[test]
fn where_completion_counts_as_payment_nobody_pays() {
    for (setting, state) in [("waits", "processing"), ("counts_as_paid", "paid")] {
        let mut bench = Bench::at("processing", json!({ "unpaid_completion": setting }));
        assert_eq!((bench.status(), bench.count("charges")), (state, 0));
    }
}

#[test]
fn a_quote_that_does_not_bind_is_paid_at_another_price() {
    for (setting, total) in [("honoured", 1_500), ("ignored", 9_900)] {
        let mut bench = Bench::new(json!({ "quote_check": setting }));
        let quote = bench.ok(QUOTE, json!({ "currency": "EUR" }));
        bench.control(json!({ "world": "reprice", "total_minor": 9_900 }));
        assert_eq!(bench.create(json!({ "quote_id": quote["quote_id"] }))["amount_total"], total);
    }
    for (setting, currency) in [("quoted", "jpy"), ("switched", "usd")] {
        let mut bench = Bench::new(json!({ "currency": setting }));
        let quote = bench.ok(QUOTE, json!({ "currency": "JPY" }));
        let created = bench.create(json!({ "quote_id": quote["quote_id"] }));
        assert_eq!((&created["currency"], &created["amount_total"]), (&json!(currency), &json!(2_400)));
        bench.control(json!({ "world": "pay" }));
        assert_eq!(bench.counts(["charges", "currencies_switched"]), [1, u64::from(setting == "switched")]);
    }
}

#[test]
fn a_request_id_that_means_nothing_makes_two_purchases() {
    for (setting, created, shown) in [("idempotent", 1, 1), ("repeats_token", 1, 2), ("ignored", 2, 2)] {
        let mut bench = Bench::new(json!({ "request_id": setting }));
        let replies = [(); 2].map(|()| bench.ok(CREATE, json!({ "request_id": "r" })));
        let tokens = replies.iter().filter(|reply| reply.contains_key("claim_token")).count();
        assert_eq!((bench.count("checkouts_created"), tokens), (created, shown), "{setting}");
    }
}

#[test]
fn unchecked_units_are_free_below_zero_and_beyond_32_bits() {
    // 2,863,312 packs of 1,500 cents are 2^32 cents and 704 more.
    for (units, total, status) in [(-1_000, 0, "paid"), (0, 0, "paid"), (2_863_312, 704, "open")] {
        let mut bench = Bench::new(json!({ "units": "unchecked" }));
        let created = bench.create(json!({ "units": units, "product_id": "toofi_credits_150" }));
        assert_eq!((&created["amount_total"], &created["status"]), (&json!(total), &json!(status)), "{units}");
    }
    let mut bench = Bench::new(json!({ "units": "unchecked" }));
    bench.create(json!({ "units": -1_000, "tool_name": PLAN }));
    bench.claim();
    assert_eq!(bench.counts(["credits", "charges"]), [15_000, 0]);
}

#[test]
fn a_chatty_balance_shows_the_key() {
    for (setting, shows) in [("prefix", false), ("whole_key", true)] {
        let mut bench = Bench::at("paid", json!({ "balance": setting }));
        let key = bench.claim()["agent_key"].clone();
        let said = bench.ok(BALANCE, json!({ "agent_key": key }));
        assert_eq!(said["key"] == key, shows);
    }
}

#[test]
fn accounts_are_straight_where_nobody_else_is_believed() {
    for (settings, straight) in [
        (json!({}), true),
        (json!({ "claim": "repeatable", "events": "counted_again", "tolerance": "off" }), true),
        (json!({ "signature_check": "off" }), false),
        (json!({ "order": "last_wins" }), false),
        (json!({ "unpaid_completion": "counts_as_paid" }), false),
        (json!({ "units": "unchecked" }), false),
        (json!({ "webhooks": "manual" }), false),
    ] {
        assert_eq!(Bench::new(settings.clone()).server.keeps_accounts_straight(), straight, "{settings}");
    }
}

#[test]
fn scripted_faults_execute_and_spoil_the_reply() {
    for (then, fate, code) in [
        ("lose_reply", Fate::Lost, None),
        ("hold_reply", Fate::Held, None),
        ("garble_reply", Fate::Garbled, None),
        ("rpc_error", Fate::RpcError, None),
        ("http_500", Fate::Http500, None),
        ("error_after", Fate::Whole, Some(json!("internal_error"))),
        ("not_json", Fate::Whole, Some(json!("invalid_response"))),
        ("no_code", Fate::Whole, Some(Value::Null)),
    ] {
        let mut bench = Bench::at("paid", Value::Null);
        bench.control(json!({ "world": "fault", "tool": CLAIM, "then": then }));
        let arguments: Map<String, Value> = bench.claim_arguments().as_object().unwrap().clone();
        let caller = bench.caller.clone();
        let Performed { reply, fate: suffered } = bench.server.perform(bench.now, &caller, CLAIM, &arguments);
        assert_eq!((suffered, reply.is_error), (fate, code.is_some()), "{then}");
        if let Some(code) = code {
            let said = super::object(&reply);
            assert_eq!(said.get("error").cloned().unwrap_or_default(), code, "{then}");
        }
        assert_eq!((bench.status(), bench.count("keys_delivered")), ("claimed", 1), "{then}: the key is gone");
    }
}
