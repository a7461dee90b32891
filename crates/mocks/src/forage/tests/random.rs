//! Random purchases: whatever is called and whatever the world does, the money stays true and the totals add up.

use std::collections::BTreeMap;

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::{collection, proptest};
use serde_json::{Value, json};

use crate::{Control, EntryKind, Mock as _, ToolReply};

use super::{BRANDY, Bench, LAMP, caller};

#[derive(Clone, Debug)]
enum Move {
    Call { session: u8, tool: &'static str, checkout: u8, part: u8 },
    World { verb: &'static str, checkout: u8, total_minor: u64 },
    Wait { ms: u64 },
}

fn any_move() -> impl Strategy<Value = Move> {
    let tool = prop_oneof![
        1 => Just("start_checkout"),
        5 => Just("update_checkout_info"),
        4 => Just("complete_purchase"),
        2 => Just("check_order"),
    ];
    let verb = prop_oneof![
        Just("pay"),
        Just("decline"),
        Just("provision"),
        Just("fail"),
        Just("expire"),
        Just("escalate"),
        Just("resolve"),
        Just("reprice"),
    ];
    let session = prop_oneof![5 => Just(0_u8), 1 => Just(1_u8)];
    prop_oneof![
        6 => (session, tool, 1..4_u8, 0..5_u8)
            .prop_map(|(session, tool, checkout, part)| Move::Call { session, tool, checkout, part }),
        3 => (verb, 1..4_u8, 0..20_000_u64)
            .prop_map(|(verb, checkout, total_minor)| Move::World { verb, checkout, total_minor }),
        1 => prop_oneof![Just(1_000), Just(22_000_000)].prop_map(|ms| Move::Wait { ms }),
    ]
}

/// A server with a lamp and a bottle in two checkouts of the first session.
fn opened(settings: Value) -> Bench {
    let mut bench = Bench::new(settings);
    bench.caller = caller("session 0");
    bench.start(LAMP);
    bench.start(BRANDY);
    bench
}

fn id(checkout: u8) -> String {
    format!("00000000-0000-4000-8000-{checkout:012}")
}

fn arguments(checkout: u8, part: u8) -> Value {
    let given = match part {
        0 => json!({ "email": "buyer@example.test" }),
        1 => json!({ "shipping_address": { "street_address": "1 Harbour Road", "address_country": "US" } }),
        2 => json!({ "discount_codes": ["WELCOME10"] }),
        3 => json!({ "discount_codes": [] }),
        _ => json!({ "price": 1, "currency": "JPY", "total": 5 }),
    };
    let mut whole = json!({ "checkout_id": id(checkout), "product_url": LAMP, "quantity": u64::from(part) + 1 });
    whole.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
    whole
}

fn make(bench: &mut Bench, step: &Move) {
    match step {
        Move::Call { session, tool, checkout, part } => {
            bench.caller = caller(&format!("session {session}"));
            check_sum(&bench.call(tool, arguments(*checkout, *part)));
        }
        Move::World { verb, checkout, total_minor } => {
            let mut control = json!({ "world": verb, "checkout": id(*checkout) });
            if *verb == "reprice" {
                control["total_minor"] = json!(total_minor);
            }
            // Most controls are impossible most of the time.
            let _ = bench.server.control(bench.now, &Control::from_json(&control).unwrap());
        }
        Move::Wait { ms } => bench.now += ms,
    }
    bench.server.settle(bench.now);
}

/// The totals of a reply add up, in whole numbers, and none but a discount is negative.
fn check_sum(reply: &ToolReply) {
    let shown: Value = serde_json::from_str(&reply.content[0]).unwrap();
    let Some(entries) = shown["totals"].as_array() else { return };
    let amount = |entry: &Value| entry["amount"].as_i64().expect("a whole number");
    let (total, rest): (Vec<&Value>, Vec<&Value>) = entries.iter().partition(|entry| entry["type"] == "total");
    assert_eq!(
        total.iter().map(|entry| amount(entry)).collect::<Vec<_>>(),
        [rest.iter().map(|entry| amount(entry)).sum::<i64>()]
    );
    assert!(entries.iter().all(|entry| (amount(entry) < 0) <= (entry["type"] == "discount")), "{shown}");
}

/// Every checkout's ledger is true at this moment.
fn check_truth(bench: &Bench) {
    let ledger = bench.server.ledger();
    for (checkout, state) in ledger.final_states() {
        let paid = matches!(state, "complete_in_progress" | "completed");
        assert_eq!(ledger.net_charges(checkout), i64::from(paid), "{checkout} is {state}");
        let of_checkout = ledger.entries().iter().filter(|entry| entry.checkout.as_deref() == Some(checkout));
        let orders = of_checkout.filter(|entry| entry.kind == EntryKind::OrderPlaced).count();
        assert_eq!(orders == 1, state == "completed", "{checkout} is {state}");
        assert!(orders <= 1);
    }
}

/// No checkout left a final state.
fn check_absorbing(bench: &Bench) {
    let mut states: BTreeMap<&str, &str> = BTreeMap::new();
    for entry in bench.server.ledger().entries() {
        if let (Some(checkout), EntryKind::StateEntered { state }) = (&entry.checkout, entry.kind) {
            let before = states.insert(checkout, state);
            assert!(!matches!(before, Some("completed" | "canceled")), "{checkout}: {before:?} to {state}");
        }
    }
}

proptest! {
    #[test]
    fn money_stays_true(moves in collection::vec(any_move(), 1..120), later in proptest::bool::ANY) {
        let mut bench = opened(json!({ "fulfilment": if later { "later" } else { "at_once" } }));
        for step in &moves {
            make(&mut bench, step);
            check_truth(&bench);
        }
        check_absorbing(&bench);
    }

    #[test]
    fn totals_add_up_whoever_is_believed(moves in collection::vec(any_move(), 1..60)) {
        let mut bench = opened(json!({ "price_fields": "trusted", "totals": "raised", "terminal": "revivable" }));
        moves.iter().for_each(|step| make(&mut bench, step));
        check_truth(&bench);
    }

    #[test]
    fn the_same_moves_write_the_same_ledger(moves in collection::vec(any_move(), 1..40)) {
        let run = || {
            let mut bench = opened(Value::Null);
            moves.iter().for_each(|step| make(&mut bench, step));
            bench.server.ledger().entries().to_vec()
        };
        assert_eq!(run(), run());
    }
}
