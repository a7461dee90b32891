//! Webhooks: who is believed, twice, late, and in any order; and what a person finds of them.

use serde_json::{Value, json};

use crate::Mock as _;

use super::{BALANCE, Bench, CLAIM, FIRST};

/// The bytes and the signature of the last webhook.
fn last(bench: &Bench) -> (String, String) {
    let found = bench.server.out_of_band();
    (found[&format!("webhook_body:{FIRST}")].clone(), found[&format!("webhook_signature:{FIRST}")].clone())
}

#[test]
fn only_the_provider_is_believed() {
    for sign in ["forged", "missing"] {
        for (state, event) in
            [("open", "paid"), ("open", "expired"), ("processing", "succeeded"), ("processing", "failed")]
        {
            let mut bench = Bench::at(state, Value::Null);
            let before = bench.count("webhooks_refused");
            bench.webhook(event, sign);
            assert_eq!((bench.status(), bench.count("webhooks_refused")), (state, before + 1), "{event} {sign}");
        }
    }
}

#[test]
fn bytes_and_signature_belong_together() {
    let mut bench = Bench::at("paid", json!({ "webhooks": "manual" }));
    let (body, signature) = last(&bench);
    for (signature, body) in [
        (None, body.clone()),
        (Some("t=1,v1=00"), body.clone()),
        (Some(signature.as_str()), body.replace("1500", "1")),
        (Some(signature.as_str()), format!("{body} ")),
        (Some(signature.as_str()), String::new()),
    ] {
        assert_eq!(bench.post(signature, &body).status, 400, "{signature:?}");
    }
    assert_eq!((bench.status(), bench.counts(["webhooks_accepted", "webhooks_refused"])), ("open", [0, 5]));
    assert_eq!(bench.post(Some(&signature), &body).status, 200);
    assert_eq!(bench.status(), "paid");
    assert_eq!(bench.server.journal().received().len(), 6, "what anybody sends is journalled");
}

#[test]
fn other_methods_and_paths_are_not_there() {
    let mut bench = Bench::at("open", Value::Null);
    let mut ask = |method: &str, path: &str| {
        let (method, path) = (method.to_owned(), path.to_owned());
        let request = crate::face::FaceRequest { method, path, headers: Vec::new(), body: Vec::new() };
        crate::face::exchange(&mut bench.server, bench.now, &request).status
    };
    assert_eq!(ask("GET", "/webhook/stripe"), 405);
    for path in ["/webhook", "/webhook/stripe/", "/webhook/stripe?x", "/"] {
        assert_eq!(ask("POST", path), 404, "{path}");
    }
}

#[test]
fn an_event_counts_once_however_often_it_comes() {
    let mut bench = Bench::at("paid", Value::Null);
    let (body, signature) = last(&bench);
    for _ in 0..5 {
        assert_eq!(bench.post(Some(&signature), &body).status, 200);
        bench.webhook("again", "good");
    }
    bench.webhook("paid", "good");
    bench.webhook("succeeded", "good");
    assert_eq!(bench.counts(["credits_granted", "credits", "webhooks_accepted"]), [1, 150, 3]);
}

#[test]
fn what_is_repeated_too_late_is_refused() {
    for (later_ms, status) in [(300_000, 200), (301_000, 400)] {
        let mut bench = Bench::at("paid", Value::Null);
        let (body, signature) = last(&bench);
        bench.now += later_ms;
        assert_eq!(bench.post(Some(&signature), &body).status, status, "{later_ms}");
    }
    let mut bench = Bench::at("paid", json!({ "webhooks": "manual" }));
    bench.webhook("paid", "late");
    assert_eq!((bench.status(), bench.count("webhooks_refused")), ("open", 1));
    bench.webhook("paid", "good");
    assert_eq!(bench.status(), "paid");
}

#[test]
fn what_is_settled_is_not_undone_by_what_comes_late() {
    for state in ["paid", "claimed"] {
        let mut bench = Bench::at(state, Value::Null);
        for event in ["pending", "failed", "expired", "paid", "succeeded"] {
            bench.webhook(event, "good");
            assert_eq!(bench.status(), state, "{event}");
        }
    }
    let mut failed = Bench::at("failed", Value::Null);
    failed.webhook("pending", "good");
    assert_eq!(failed.status(), "failed");
}

/// Every order of these.
fn orders<'e>(events: &[&'e str]) -> Vec<Vec<&'e str>> {
    let Some((first, rest)) = events.split_first() else { return vec![Vec::new()] };
    let put = |order: Vec<&'e str>| {
        (0..=order.len()).map(move |place| [&order[..place], &[*first], &order[place..]].concat())
    };
    orders(rest).into_iter().flat_map(put).collect()
}

#[test]
fn every_order_ends_the_same() {
    for (by, events, end, grants) in [
        ("clear", &["pending", "succeeded", "paid", "failed", "expired"][..], "paid", 1),
        ("clear", &["pending", "failed", "expired"], "failed", 0),
        ("clear", &["pending", "expired"], "processing", 0),
        ("decline", &["pending", "failed"], "failed", 0),
    ] {
        for order in orders(events) {
            let mut bench = Bench::at("processing", json!({ "webhooks": "manual" }));
            bench.control(json!({ "world": by }));
            assert_eq!(bench.status(), "open", "the server has not heard");
            for event in &order {
                bench.webhook(event, "good");
            }
            assert_eq!((bench.status(), bench.count("credits_granted")), (end, grants), "{by} {order:?}");
        }
    }
}

#[test]
fn money_that_came_is_not_lost_to_a_stray_event() {
    let mut bench = Bench::at("paid", json!({ "webhooks": "manual" }));
    bench.webhook("expired", "good");
    assert_eq!(bench.status(), "expired");
    bench.webhook("paid", "good");
    assert_eq!((bench.status(), bench.counts(["charges", "credits"])), ("paid", [1, 150]));
}

#[test]
fn the_provider_never_signs_what_a_stranger_said() {
    for sign in ["forged", "missing"] {
        let mut bench = Bench::at("open", Value::Null);
        bench.webhook("paid", sign);
        assert!(!bench.server.out_of_band().contains_key(&format!("webhook_body:{FIRST}")), "{sign}");
        for sign in ["good", "late", "forged"] {
            bench
                .try_control(json!({ "world": "webhook", "event": "again", "sign": sign }))
                .expect_err("none was sent");
        }
        bench.control(json!({ "world": "pay" }));
        let before = last(&bench);
        bench.webhook("expired", sign);
        assert_eq!(last(&bench), before, "{sign}");
    }
}

#[test]
fn manual_webhooks_wait_for_the_world() {
    let mut bench = Bench::at("paid", json!({ "webhooks": "manual" }));
    assert_eq!((bench.status(), bench.counts(["charges", "credits_granted"])), ("open", [1, 0]));
    assert_eq!(bench.refused(CLAIM, bench.claim_arguments()), "payment_pending");
    bench.webhook("again", "good");
    assert_eq!(bench.status(), "paid");
    let key = bench.claim()["agent_key"].clone();
    assert_eq!(bench.ok(BALANCE, json!({ "agent_key": key }))["balance"], 150);
}
