//! What the witnesses are told about a buyer's data, and what nothing prints.

use serde_json::{Value, json};

use crate::{Mock as _, SecretKind};

use super::{Bench, FIRST, informing};

#[test]
fn the_buyers_data_is_hers_and_remembered_once() {
    let mut bench = Bench::new(json!({ "ownership": "anybody" }));
    bench.caller.credential = Some("grant-a".to_owned());
    bench.bring_to("ready_for_complete");
    bench.caller.credential = Some("grant-b".to_owned());
    let mut again = informing();
    again["name"] = json!("Bob");
    bench.ok("update_checkout_info", again);
    let remembered: Vec<String> = bench.server.secrets().into_iter().map(|secret| secret.value).collect();
    assert_eq!(
        remembered,
        ["buyer@example.test", "Ada Buyer", "1 Harbour Road"],
        "and no name that is found by chance"
    );
    for secret in bench.server.secrets() {
        assert_eq!((secret.kind, secret.about.as_deref()), (SecretKind::PersonalData, Some(FIRST)));
        assert_eq!(secret.minted_for.as_deref(), Some("grant-a"));
    }
}

#[test]
fn data_that_was_refused_is_nobodys() {
    let mut bench = Bench::at("completed", Value::Null);
    let before = bench.server.secrets().len();
    bench.refused("update_checkout_info", json!({ "checkout_id": FIRST, "email": "late@example.test" }));
    assert_eq!(bench.server.secrets().len(), before);
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
