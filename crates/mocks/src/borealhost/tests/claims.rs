//! Claim tokens, registration and keys.

use serde_json::{Value, json};

use crate::Mock as _;

use super::{Bench, caller, keys};

fn token(bench: &Bench) -> Value {
    json!({ "claim_token": bench.server.out_of_band()["claim_token:shop"] })
}

#[test]
fn a_claim_token_buys_one_key() {
    let mut bench = Bench::at("completed", Value::Null);
    let asked = bench.ok("request_api_key", json!({ "site_slug": "shop" }));
    assert_eq!(keys(&asked), ["status", "site_slug", "expires_in_seconds", "claim_path", "instructions"]);
    assert_eq!((&asked["status"], &asked["expires_in_seconds"]), (&json!("pending"), &json!(3_600)));
    assert_eq!(asked["claim_path"], "~/.borealhost/.claim_token");
    let claim = token(&bench);
    assert!(
        !json!(asked).to_string().contains(claim["claim_token"].as_str().unwrap()),
        "the token is not in the reply"
    );
    bench.caller = caller("finder");
    let claimed = bench.ok("claim_api_key", claim.clone());
    assert_eq!(keys(&claimed), ["api_key", "key_prefix", "site_slug", "scopes", "message"]);
    assert_eq!(claimed["scopes"], json!(["read", "write"]));
    assert!(bench.server.out_of_band().keys().all(|name| !name.starts_with("claim_token")), "the file is gone");
    assert_eq!(bench.ok("whoami", json!({}))["account"]["sites"], 1, "the key is active");
    assert_eq!(bench.refused("claim_api_key", claim), "VALIDATION_ERROR");
    assert_eq!((bench.count("claim_tokens_minted"), bench.count("keys_claimed")), (1, 1));
}

#[test]
fn a_claim_token_expires_after_an_hour() {
    for (later_ms, works) in [(3_599_999, true), (3_600_000, false)] {
        let mut bench = Bench::at("completed", Value::Null);
        bench.ok("request_api_key", json!({ "site_slug": "shop" }));
        let claim = token(&bench);
        bench.now += later_ms;
        assert_eq!(!bench.call("claim_api_key", claim).is_error, works, "{later_ms}");
    }
}

/// The token that lies in the site's container, if the file is there.
fn file(bench: &Bench) -> Option<String> {
    bench.server.out_of_band().remove("claim_token:shop")
}

#[test]
fn the_file_holds_the_newest_token_until_a_claim() {
    let mut bench = Bench::at("completed", Value::Null);
    bench.ok("request_api_key", json!({ "site_slug": "shop" }));
    let older = file(&bench).expect("a token");
    bench.ok("request_api_key", json!({ "site_slug": "shop" }));
    let newest = file(&bench).expect("a token");
    assert_ne!(older, newest);
    bench.ok("claim_api_key", json!({ "claim_token": newest }));
    assert_eq!(file(&bench), None, "the older token does not come back");
    bench.ok("claim_api_key", json!({ "claim_token": older }));
    bench.ok("request_api_key", json!({ "site_slug": "shop" }));
    assert!(file(&bench).is_some_and(|third| third != older && third != newest));
}

#[test]
fn the_file_is_gone_when_its_token_expires() {
    let mut bench = Bench::at("completed", Value::Null);
    bench.ok("request_api_key", json!({ "site_slug": "shop" }));
    for (later_ms, there) in [(3_599_999, true), (1, false), (1, false)] {
        bench.now += later_ms;
        bench.server.settle(bench.now);
        assert_eq!(file(&bench).is_some(), there);
    }
}

#[test]
fn unknown_expired_and_used_tokens_look_the_same() {
    let mut bench = Bench::at("completed", Value::Null);
    bench.ok("request_api_key", json!({ "site_slug": "shop" }));
    let used = token(&bench);
    bench.ok("claim_api_key", used.clone());
    bench.ok("request_api_key", json!({ "site_slug": "shop" }));
    let expired = token(&bench);
    bench.now += 3_600_000;
    let answers: Vec<_> = [used, expired, json!({ "claim_token": "x" })]
        .into_iter()
        .map(|claim| bench.call("claim_api_key", claim))
        .collect();
    assert!(answers.iter().all(|answer| answer.is_error && answer == &answers[0]));
}

#[test]
fn claims_need_a_site_and_patience() {
    let mut bench = Bench::at("in_progress", Value::Null);
    assert_eq!(bench.refused("request_api_key", json!({ "site_slug": "shop" })), "VALIDATION_ERROR");
    bench.now += 3_000;
    for _ in 0..3 {
        bench.ok("request_api_key", json!({ "site_slug": "shop" }));
    }
    assert_eq!(bench.refused("request_api_key", json!({ "site_slug": "shop" })), "RATE_LIMITED");
    bench.now += 3_600_000;
    bench.ok("request_api_key", json!({ "site_slug": "shop" }));
}

#[test]
fn registration_gives_an_account_and_an_active_key() {
    let mut bench = Bench::honest();
    assert_eq!(bench.refused("whoami", json!({})), "UNAUTHORIZED");
    let made = bench.ok("register", json!({}));
    assert_eq!(keys(&made), ["api_key", "key_id", "prefix", "scopes", "account_id", "message"]);
    let api_key = made["api_key"].as_str().unwrap();
    assert_eq!((api_key.len(), &api_key[..3]), (51, "bh_"));
    assert_eq!(made["prefix"], format!("{}...", &api_key[..10]));
    let email = bench.ok("whoami", json!({}))["user"]["email"].clone();
    assert_eq!(email, format!("agent-{}@api.borealhost.ai", made["account_id"].as_str().unwrap()));
    assert_eq!(bench.refused("register", json!({ "email": "nobody" })), "VALIDATION_ERROR");
    assert_eq!(bench.count("accounts_registered"), 1);
}

#[test]
fn set_api_key_checks_the_prefix_alone() {
    let mut bench = Bench::honest();
    let wrong = bench.ok("set_api_key", json!({ "api_key": "sk_1" }));
    assert_eq!((keys(&wrong), &wrong["success"]), (vec!["success", "error"], &json!(false)));
    let unverified = bench.ok("set_api_key", json!({ "api_key": "bh_nobody_has_this" }));
    assert_eq!(keys(&unverified), ["success", "message", "key_prefix"]);
    assert_eq!(unverified["success"], true);
    assert_eq!(bench.refused("whoami", json!({})), "UNAUTHORIZED");
    let api_key = bench.ok("register", json!({}))["api_key"].clone();
    bench.caller = caller("other");
    bench.ok("set_api_key", json!({ "api_key": api_key }));
    bench.ok("whoami", json!({}));
}
