//! Claims: once, with the right token, and not too often.

use serde_json::{Value, json};

use crate::{Mock as _, SecretKind};

use super::{BALANCE, Bench, CLAIM, CREATE, FIRST, PLAN, caller, keys};

#[test]
fn a_paid_purchase_gives_one_key_to_its_credits() {
    let mut bench = Bench::at("paid", Value::Null);
    let claimed = bench.claim();
    assert_eq!(claimed["purchase_id"], FIRST);
    let key = claimed["agent_key"].as_str().expect("a key").to_owned();
    assert_eq!((key.len(), &key[..9]), (57, "toofi_ak_"));
    assert_eq!(bench.refused(CLAIM, bench.claim_arguments()), "already_claimed");
    assert_eq!(bench.ok(BALANCE, json!({ "toofi_agent_key": key }))["balance"], 150);
    assert_eq!(bench.counts(["keys_minted", "keys_claimed", "keys_delivered", "credits_granted"]), [1; 4]);
    let secrets = bench.server.secrets();
    assert_eq!(secrets.iter().map(|one| one.kind).collect::<Vec<_>>(), [SecretKind::ClaimToken, SecretKind::ApiKey]);
    assert!(
        secrets.iter().all(|one| one.about.as_deref() == Some(FIRST) && one.minted_for.as_deref() == Some("buyer"))
    );
}

#[test]
fn wrong_tokens_and_unknown_purchases_look_the_same() {
    for state in ["open", "processing", "paid", "claimed", "failed", "expired"] {
        let mut bench = Bench::at(state, Value::Null);
        let wrong = bench.call(CLAIM, json!({ "purchase_id": FIRST, "claim_token": "toofi_ct_x" }));
        let unknown = bench.call(CLAIM, json!({ "purchase_id": "x", "claim_token": bench.token }));
        assert!(wrong.is_error && wrong.content[0].contains(r#""error":"invalid_claim""#));
        assert_eq!(wrong, unknown, "{state}");
        assert_eq!(bench.status(), state);
    }
}

#[test]
fn claiming_too_soon_does_not_use_the_token_up() {
    let mut bench = Bench::at("open", Value::Null);
    for _ in 0..20 {
        assert_eq!(bench.refused(CLAIM, bench.claim_arguments()), "payment_pending");
    }
    bench.control(json!({ "world": "pay" }));
    bench.claim();
    assert_eq!(bench.count("keys_minted"), 1);
}

#[test]
fn ten_wrong_claims_an_hour_are_allowed_per_caller() {
    for (setting, stranger, owner) in [
        ("per_caller", "rate_limited", None),
        ("per_purchase", "rate_limited", Some("rate_limited")),
        ("off", "invalid_claim", None),
    ] {
        let mut bench = Bench::at("paid", json!({ "claim_limit": setting }));
        let wrong = json!({ "purchase_id": FIRST, "claim_token": "toofi_ct_guess" });
        bench.caller = caller("stranger");
        for _ in 0..10 {
            assert_eq!(bench.refused(CLAIM, wrong.clone()), "invalid_claim", "{setting}");
        }
        assert_eq!(bench.refused(CLAIM, wrong.clone()), stranger, "{setting}");
        bench.caller = caller("buyer");
        match owner {
            Some(code) => assert_eq!(bench.refused(CLAIM, bench.claim_arguments()), code, "{setting}"),
            None => assert_eq!(bench.claim()["status"], "claimed", "{setting}"),
        }
        bench.caller = caller("stranger");
        bench.now += 60 * 60 * 1_000;
        assert_eq!(bench.refused(CLAIM, wrong), "invalid_claim", "{setting}: the hour is over");
    }
}

#[test]
fn a_restart_forgets_wrong_claims_and_nothing_else() {
    let mut bench = Bench::at("paid", Value::Null);
    let wrong = json!({ "purchase_id": FIRST, "claim_token": "toofi_ct_guess" });
    for _ in 0..10 {
        bench.refused(CLAIM, wrong.clone());
    }
    assert_eq!(bench.refused(CLAIM, bench.claim_arguments()), "rate_limited");
    bench.control(json!({ "world": "restart" }));
    bench.claim();
}

#[test]
fn a_plan_costs_fifteen_credits() {
    let mut bench = Bench::new(Value::Null);
    bench.create(json!({ "tool_name": PLAN, "units": 2 }));
    bench.control(json!({ "world": "pay" }));
    let key = bench.claim()["agent_key"].clone();
    let plan = json!({ "agent_key": key, "clinical_input": {} });
    let made = bench.ok(PLAN, plan.clone());
    assert_eq!(keys(&made)[1..6], ["operation_id", "plan_id", "patient_id", "credits_spent", "balance"]);
    assert_eq!((&made["status"], &made["balance"]), (&json!("accepted"), &json!(15)));
    bench.ok(PLAN, plan.clone());
    assert_eq!(bench.refused(PLAN, plan), "insufficient_credits");
    assert_eq!(bench.refused(PLAN, json!({ "agent_key": "toofi_ak_x", "clinical_input": {} })), "invalid_agent_key");
    assert_eq!(bench.refused(BALANCE, json!({})), "invalid_agent_key");
    assert_eq!(bench.counts(["credits", "credits_spent", "charged_minor"]), [0, 2, 300]);
}

#[test]
fn a_request_id_makes_one_plan() {
    for (setting, spent) in [("idempotent", 1), ("repeats_token", 1), ("ignored", 2)] {
        let mut bench = Bench::at("paid", json!({ "request_id": setting }));
        let key = bench.claim()["agent_key"].clone();
        let plan = json!({ "agent_key": key, "clinical_input": {}, "request_id": "r" });
        let [first, second] = [(); 2].map(|()| bench.ok(PLAN, plan.clone())["plan_id"].clone());
        assert_eq!((bench.count("credits_spent"), first == second), (spent, spent == 1), "{setting}");
        let printed = format!("{:?}", bench.server);
        assert!(!printed.contains(key.as_str().expect("a key")), "{setting}: {printed}");
    }
    let mut bench = Bench::at("paid", Value::Null);
    let key = bench.claim()["agent_key"].clone();
    bench.ok(PLAN, json!({ "agent_key": key, "clinical_input": {}, "request_id": "r" }));
    assert_eq!(bench.refused(CREATE, json!({ "request_id": "r" })), "idempotency_conflict");
}

#[test]
fn a_key_belongs_to_whoever_opened_the_purchase() {
    let mut bench = Bench::at("paid", Value::Null);
    bench.caller = caller("thief");
    bench.claim();
    let owners = bench.server.secrets().into_iter().map(|secret| secret.minted_for);
    assert_eq!(owners.collect::<Vec<_>>(), [Some("buyer".to_owned()), Some("buyer".to_owned())]);
}
