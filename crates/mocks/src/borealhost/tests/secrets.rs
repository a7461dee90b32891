//! What the witnesses are told about each secret: its kind, what it belongs to, and whose it is.

use serde_json::{Value, json};

use crate::{Mock as _, SecretKind};

use super::{Bench, FIRST, caller};

/// Kind, what it is about and whose it is, in the order of minting.
type Row = (SecretKind, String, Option<&'static str>);

const GRANTS: [&str; 3] = ["grant-a", "grant-b", "grant-c"];

fn as_grant(bench: &mut Bench, grant: &str) {
    bench.caller = caller(grant);
    bench.caller.credential = Some(grant.to_owned());
}

fn rows(bench: &Bench) -> Vec<Row> {
    let secrets = bench.server.secrets().into_iter();
    let grant = |made_for: String| GRANTS.into_iter().find(|grant| *grant == made_for).expect("a known grant");
    secrets
        .map(|secret| (secret.kind, secret.about.expect("it belongs somewhere"), secret.minted_for.map(grant)))
        .collect()
}

fn row(kind: SecretKind, about: &str, grant: Option<&'static str>) -> Row {
    (kind, about.to_owned(), grant)
}

/// A site that `grant-a` bought, whose key nobody has seen.
fn bought(settings: Value) -> Bench {
    let mut bench = Bench::new(settings);
    as_grant(&mut bench, "grant-a");
    bench.bring_to("completed");
    bench
}

#[test]
fn a_checkout_secret_is_the_creators_and_the_key_is_the_first_readers() {
    let mut bench = bought(json!({ "secret_check": "off", "api_key": "every_poll" }));
    let secret = row(SecretKind::CheckoutSecret, FIRST, Some("grant-a"));
    assert_eq!(rows(&bench), [secret.clone(), row(SecretKind::ApiKey, FIRST, None)], "nobody has seen the key");
    for grant in ["grant-b", "grant-c"] {
        as_grant(&mut bench, grant);
        assert!(bench.poll().contains_key("api_key"));
        assert_eq!(rows(&bench), [secret.clone(), row(SecretKind::ApiKey, FIRST, Some("grant-b"))]);
    }
}

#[test]
fn a_direct_charge_shows_the_key_at_once() {
    let mut bench = Bench::new(Value::Null);
    as_grant(&mut bench, "grant-c");
    bench.bring_to("ready");
    let direct =
        json!({ "checkout_id": FIRST, "payment_method": "stripe_payment_method", "payment_method_id": "pm_1" });
    bench.ok("complete_checkout", direct);
    assert_eq!(rows(&bench)[1], row(SecretKind::ApiKey, FIRST, Some("grant-c")));
}

#[test]
fn registration_and_claims_make_secrets_of_their_callers() {
    let mut bench = bought(Value::Null);
    as_grant(&mut bench, "grant-b");
    bench.ok("request_api_key", json!({ "site_slug": "shop" }));
    let token = bench.server.out_of_band()["claim_token:shop"].clone();
    as_grant(&mut bench, "grant-c");
    bench.ok("claim_api_key", json!({ "claim_token": token }));
    let account = bench.ok("register", json!({}))["account_id"].as_str().expect("an id").to_owned();
    assert_eq!(
        rows(&bench)[2..],
        [
            row(SecretKind::ClaimToken, "shop", Some("grant-b")),
            row(SecretKind::ApiKey, "shop", Some("grant-c")),
            row(SecretKind::ApiKey, &account, Some("grant-c")),
        ]
    );
    bench.caller.credential = None;
    bench.ok("register", json!({}));
    assert_eq!(rows(&bench)[5].2, None, "a caller without a credential");
}
