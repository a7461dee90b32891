//! The search tools, and what a checkout is attributed to.

use serde_json::{Value, json};

use super::{Bench, FIRST, LAMP, caller};

fn titles(found: &Value) -> Vec<&str> {
    found.as_array().unwrap().iter().map(|product| product["title"].as_str().unwrap()).collect()
}

#[test]
fn a_search_finds_words_in_titles_and_categories() {
    let mut bench = Bench::new(Value::Null);
    let mut found = |query: &str| bench.ok("search_products", json!({ "query": query }))["products"].clone();
    assert_eq!(titles(&found("kettle")), ["Camp kettle", "Steel kettle"]);
    assert_eq!(titles(&found("Outdoor KETTLE")), ["Camp kettle"]);
    assert_eq!(titles(&found("submarine")), Vec::<&str>::new());
    let lamp = &found("lamp")[0];
    assert_eq!((&lamp["product_url"], &lamp["price"], &lamp["currency"]), (&json!(LAMP), &json!(2_400), &json!("USD")));
}

#[test]
fn prices_are_compared_within_a_currency() {
    let mut bench = Bench::new(Value::Null);
    let compared = bench.ok("compare_prices", json!({ "product": "trail lamp" }));
    assert_eq!(titles(&compared["offers"]).len(), 3);
    let above: Vec<&Value> =
        compared["price_differences"].as_array().unwrap().iter().map(|one| &one["above_cheapest"]).collect();
    assert_eq!(above, [0, 0, 250], "yen first, then two prices in dollars");
}

#[test]
fn deals_are_reduced_and_within_the_budget() {
    let mut bench = Bench::new(Value::Null);
    let mut found = |category: &str, budget: &str| {
        let reply = bench.ok("find_deals", json!({ "category": category, "budget": budget }));
        reply["deals"].as_array().unwrap().len()
    };
    for (budget, deals) in [("", 1), ("$19", 1), ("$18", 0), ("USD 19", 1), ("¥99999", 0), ("19", 1)] {
        assert_eq!(found("outdoor", budget), deals, "{budget}");
    }
    assert_eq!((found("kitchen", "¥5200"), found("kitchen", "¥5199"), found("home", "")), (1, 0, 0));
    for budget in ["cheap", "$", "10 or so", "€50", "EUR 50", "$$50"] {
        let arguments = json!({ "category": "outdoor", "budget": budget });
        assert_eq!(bench.refused("find_deals", arguments).0, "invalid_budget", "{budget}");
    }
}

#[test]
fn a_checkout_is_attributed_to_what_its_starter_was_shown() {
    let mut bench = Bench::new(Value::Null);
    bench.ok("search_products", json!({ "query": "submarine" }));
    bench.caller = caller("somebody else");
    bench.ok("search_products", json!({ "query": "lamp" }));
    bench.caller = caller("buyer");
    bench.start(LAMP);
    assert_eq!(bench.count("attributions_attached"), 0, "the buyer was shown nothing");
    bench.ok("search_products", json!({ "query": "lamp" }));
    bench.bring_to("incomplete");
    assert_eq!((bench.count("attributions_attached"), bench.count("conversions_recorded")), (1, 0));
}

#[test]
fn a_purchase_is_a_conversion_and_ends_the_session() {
    let mut bench = Bench::new(Value::Null);
    bench.ok("search_products", json!({ "query": "lamp" }));
    bench.bring_to("completed");
    assert_eq!((bench.count("attributions_attached"), bench.count("conversions_recorded")), (1, 1));
    bench.start(LAMP);
    assert_eq!(bench.count("attributions_attached"), 1, "the session is over");
    let mut forgetful = Bench::new(Value::Null);
    forgetful.ok("search_products", json!({ "query": "lamp" }));
    forgetful.control(json!({ "world": "restart" }));
    forgetful.start(LAMP);
    assert_eq!((forgetful.count("attributions_attached"), &forgetful.check()["checkout_id"]), (0, &json!(FIRST)));
}
