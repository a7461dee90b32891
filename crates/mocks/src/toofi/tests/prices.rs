//! Quotes and creations: what things cost, how long a quote holds, and what a `request_id` is for.

use serde_json::{Value, json};

use crate::Mock as _;

use super::{Bench, CREATE, PLAN, QUOTE, caller};

fn amount(bench: &mut Bench, arguments: Value) -> (Value, Value) {
    let quote = bench.ok(QUOTE, arguments);
    (quote["amount_total"].clone(), quote["currency"].clone())
}

#[test]
fn a_quote_is_in_credits_or_in_money() {
    let mut bench = Bench::new(Value::Null);
    for (arguments, total, currency) in [
        (json!({}), 150, "TOOFI_CREDIT"),
        (json!({ "currency": "EUR" }), 1_500, "eur"),
        (json!({ "tool_name": PLAN }), 15, "TOOFI_CREDIT"),
        (json!({ "tool_name": PLAN, "units": 3, "currency": "EUR" }), 450, "eur"),
        (json!({ "tool_name": PLAN, "currency": "USD" }), 165, "usd"),
        (json!({ "tool_name": "import_price_csv", "units": 7, "currency": "JPY" }), 112, "jpy"),
    ] {
        assert_eq!(amount(&mut bench, arguments.clone()), (json!(total), json!(currency)), "{arguments}");
    }
    assert_eq!(bench.count("quotes_made"), 6);
}

#[test]
fn what_cannot_be_priced_is_refused() {
    let mut bench = Bench::new(Value::Null);
    for (arguments, code) in [
        (json!({ "units": 0 }), "invalid_units"),
        (json!({ "units": -5 }), "invalid_units"),
        (json!({ "units": 1_001 }), "invalid_units"),
        (json!({ "units": u64::MAX }), "invalid_units"),
        (json!({ "units": 1.5 }), "invalid_arguments"),
        (json!({ "units": "1" }), "invalid_arguments"),
        (json!({ "units": null }), "invalid_arguments"),
        (json!({ "currency": "usd " }), "invalid_currency"),
        (json!({ "currency": "eur" }), "invalid_currency"),
        (json!({ "tool_name": "fly" }), "unknown_tool"),
    ] {
        assert_eq!(bench.refused(QUOTE, arguments.clone()), code, "{arguments}");
    }
    for (arguments, code) in [
        (json!({ "units": -5 }), "invalid_units"),
        (json!({ "product_id": "gold" }), "unknown_product"),
        (json!({ "quote_id": "quote_x" }), "unknown_quote"),
        (json!({ "owner_email": "nobody" }), "invalid_email"),
        (json!({ "email": "no body@example.test" }), "invalid_email"),
        (json!({ "return_url": "javascript:alert(1)" }), "invalid_return_url"),
    ] {
        assert_eq!(bench.refused(CREATE, arguments.clone()), code, "{arguments}");
    }
    assert_eq!(bench.counts(["quotes_made", "checkouts_created"]), [0, 0]);
}

#[test]
fn a_session_costs_what_was_quoted() {
    let mut bench = Bench::new(Value::Null);
    let quote = bench.ok(QUOTE, json!({ "tool_name": PLAN, "currency": "USD" }));
    bench.control(json!({ "world": "reprice", "total_minor": 9_900 }));
    let created = bench.create(json!({ "quote_id": quote["quote_id"] }));
    assert_eq!((&created["amount_total"], &created["currency"]), (&json!(165), &json!("usd")));
    let fresh = bench.create(json!({ "tool_name": PLAN }));
    assert_eq!(fresh["amount_total"], 990, "without a quote the price of the moment counts");
}

#[test]
fn a_quote_holds_for_fifteen_minutes_and_for_itself() {
    let quoted = |bench: &mut Bench, currency: &str| {
        let quote = bench.ok(QUOTE, json!({ "tool_name": PLAN, "units": 2, "currency": currency }));
        quote["quote_id"].clone()
    };
    for (later_ms, code) in [(15 * 60_000 - 1, None), (15 * 60_000, Some("quote_expired"))] {
        let mut bench = Bench::new(Value::Null);
        let id = quoted(&mut bench, "EUR");
        bench.now += later_ms;
        match code {
            None => {
                assert_eq!(bench.create(json!({ "quote_id": id, "units": 2, "tool_name": PLAN }))["status"], "open")
            }
            Some(code) => assert_eq!(bench.refused(CREATE, json!({ "quote_id": id })), code),
        }
    }
    let mut bench = Bench::new(Value::Null);
    let id = quoted(&mut bench, "EUR");
    assert_eq!(bench.refused(CREATE, json!({ "quote_id": id, "units": 50, "tool_name": PLAN })), "quote_mismatch");
    assert_eq!(bench.refused(CREATE, json!({ "quote_id": id, "product_id": "toofi_credits_150" })), "quote_mismatch");
    let credits = quoted(&mut bench, "TOOFI_CREDIT");
    assert_eq!(bench.refused(CREATE, json!({ "quote_id": credits })), "quote_not_payable");
}

#[test]
fn a_request_id_makes_one_purchase_per_caller() {
    let mut bench = Bench::new(Value::Null);
    let request = json!({ "request_id": "r-1", "units": 2 });
    let first = bench.create(request.clone());
    let second = bench.create(request.clone());
    assert_eq!((&first["purchase_id"], &first["request_id"]), (&second["purchase_id"], &second["request_id"]));
    assert!(first.contains_key("claim_token") && !second.contains_key("claim_token"), "a token is shown once");
    assert_eq!(bench.refused(CREATE, json!({ "request_id": "r-1", "units": 3 })), "idempotency_conflict");
    bench.caller = caller("other");
    assert_ne!(bench.create(request)["purchase_id"], first["purchase_id"]);
    assert_eq!(bench.count("checkouts_created"), 2);
}

#[test]
fn unknown_arguments_change_no_price() {
    let mut bench = Bench::new(Value::Null);
    let created = bench.create(json!({ "price": 1, "amount_total": 1, "discount": 99, "currency": "JPY" }));
    assert_eq!((&created["amount_total"], &created["currency"]), (&json!(1_500), &json!("eur")));
    assert!(bench.server.out_of_band().contains_key(&format!("checkout_url:{}", super::FIRST)));
}

#[test]
fn a_quote_may_be_named_with_what_it_is_for() {
    for (rest, code) in [
        (json!({ "units": 3 }), None),
        (json!({ "tool_name": PLAN }), None),
        (json!({ "units": 2 }), Some("quote_mismatch")),
        (json!({ "tool_name": "import_price_csv" }), Some("quote_mismatch")),
        (json!({ "product_id": "toofi_credits_150", "units": 3 }), Some("quote_mismatch")),
    ] {
        let mut bench = Bench::new(Value::Null);
        let quote = bench.ok(QUOTE, json!({ "tool_name": PLAN, "units": 3, "currency": "EUR" }));
        let mut arguments = rest.clone();
        arguments["quote_id"] = quote["quote_id"].clone();
        match code {
            None => assert_eq!(bench.create(arguments)["amount_total"], 450, "{rest}"),
            Some(code) => assert_eq!(bench.refused(CREATE, arguments), code, "{rest}"),
        }
    }
}

#[test]
fn a_pack_is_never_free() {
    let mut bench = Bench::new(Value::Null);
    for total_minor in [0, 1_u64 << 53, u64::MAX] {
        let error = bench.try_control(json!({ "world": "reprice", "total_minor": total_minor })).expect_err("no price");
        assert!(error.to_string().contains("from 1 to 9007199254740991 cents"), "{error}");
    }
    for total_minor in [1, (1_u64 << 53) - 1] {
        bench.control(json!({ "world": "reprice", "total_minor": total_minor }));
        let created = bench.create(json!({}));
        assert_eq!((&created["amount_total"], &created["status"]), (&json!(total_minor), &json!("open")));
    }
}
