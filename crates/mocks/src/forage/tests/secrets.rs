//! What the witnesses are told about a buyer's data, and what nothing prints.

use serde_json::{Value, json};

use crate::{Mock as _, SecretKind};

use super::{Bench, FIRST};

#[test]
fn the_buyers_data_is_of_everybody_who_told_it() {
    let mut bench = Bench::new(json!({ "ownership": "anybody" }));
    bench.caller.credential = Some("grant-a".to_owned());
    bench.bring_to("ready_for_complete");
    bench.inform();
    bench.caller.credential = Some("grant-b".to_owned());
    bench.ok("update_checkout_info", json!({ "checkout_id": FIRST, "name": "Bob", "email": "buyer@example.test" }));
    let secrets = bench.server.secrets();
    let remembered: Vec<(&str, Option<&str>)> =
        secrets.iter().map(|secret| (secret.value.as_str(), secret.minted_for.as_deref())).collect();
    let (a, b) = (Some("grant-a"), Some("grant-b"));
    let expected = [("buyer@example.test", a), ("Ada Buyer", a), ("1 Harbour Road", a), ("buyer@example.test", b)];
    assert_eq!(remembered, expected, "once each, and no name that is found by chance");
    for secret in bench.server.secrets() {
        assert_eq!((secret.kind, secret.about.as_deref()), (SecretKind::PersonalData, Some(FIRST)));
    }
}

#[test]
fn data_that_was_refused_is_remembered_too() {
    let mut bench = Bench::at("completed", Value::Null);
    bench.refused("update_checkout_info", json!({ "checkout_id": FIRST, "email": "late@example.test" }));
    let wrong = json!({ "checkout_id": FIRST, "name": 7, "shipping_address": { "street_address": "2 Later Road" } });
    assert!(bench.call("update_checkout_info", wrong).is_error);
    let values: Vec<String> = bench.server.secrets().into_iter().map(|secret| secret.value).collect();
    assert!(values.ends_with(&["late@example.test".to_owned(), "2 Later Road".to_owned()]), "the journal has both");
}

#[test]
fn debug_prints_no_personal_data_and_no_page() {
    let mut bench = Bench::new(Value::Null);
    bench.caller.credential = Some("grant-of-the-buyer".to_owned());
    bench.ok("search_products", json!({ "query": "lamp" }));
    bench.bring_to("ready_for_complete");
    let page = bench.server.out_of_band()[&format!("continue_url:{FIRST}")].clone();
    let shown = format!("{:?} {:?} {}", bench.server, bench.server.secrets(), bench.server.state());
    for hidden in ["buyer@example.test", "Ada", "Harbour", "grant-of-the-buyer", "floorwalker", page.as_str()] {
        assert!(!shown.contains(hidden), "{hidden} is printed");
    }
}

#[test]
fn the_same_seed_makes_the_same_pages() {
    let page = |seed: &str| {
        let bench = Bench::at("incomplete", json!({ "seed": seed }));
        bench.server.out_of_band()[&format!("continue_url:{FIRST}")].clone()
    };
    assert_eq!(page("a"), page("a"));
    assert_ne!(page("a"), page("b"));
}
