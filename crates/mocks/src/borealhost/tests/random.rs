//! Random purchases: whatever is called and whatever the world does, money and keys stay true.

use std::collections::BTreeMap;

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::{collection, proptest};
use serde_json::json;

use crate::{Control, EntryKind, Mock as _};

use super::{Bench, caller};

#[derive(Clone, Debug)]
enum Move {
    Call { session: u8, tool: &'static str, checkout: u8, direct: bool },
    World { verb: &'static str, checkout: u8 },
    Wait { ms: u64 },
}

fn any_move() -> impl Strategy<Value = Move> {
    let tool = prop_oneof![
        1 => Just("create_checkout"),
        4 => Just("update_checkout"),
        4 => Just("complete_checkout"),
        4 => Just("get_checkout_status"),
    ];
    let verb = prop_oneof![Just("pay"), Just("decline"), Just("provision"), Just("fail"), Just("expire")];
    // The first session has created two checkouts; the second one is nearly a stranger.
    let session = prop_oneof![5 => Just(0_u8), 1 => Just(1_u8)];
    prop_oneof![
        6 => (session, tool, 1..4_u8, proptest::bool::weighted(0.2))
            .prop_map(|(session, tool, checkout, direct)| Move::Call { session, tool, checkout, direct }),
        3 => (verb, 1..4_u8).prop_map(|(verb, checkout)| Move::World { verb, checkout }),
        1 => prop_oneof![Just(1_000), Just(3_000), Just(90_000_000)].prop_map(|ms| Move::Wait { ms }),
    ]
}

/// A server without limits and with two checkouts of the first session.
fn opened() -> Bench {
    let mut bench = Bench::new(json!({ "limits": "off" }));
    bench.caller = caller("session 0");
    for _ in 0..2 {
        bench.ok("create_checkout", json!({ "sku": "bh_site_starter_monthly" }));
    }
    bench
}

fn id(checkout: u8) -> String {
    format!("00000000-0000-4000-8000-{checkout:012}")
}

fn make(bench: &mut Bench, step: &Move) {
    match step {
        Move::Call { session, tool, checkout, direct } => {
            bench.caller = caller(&format!("session {session}"));
            let mut arguments = json!({
                "sku": "bh_site_starter_monthly",
                "checkout_id": id(*checkout),
                "requested_slug": format!("shop-{checkout}"),
            });
            if *direct {
                arguments["payment_method"] = json!("stripe_payment_method");
                arguments["payment_method_id"] = json!("pm_1");
            }
            bench.call(tool, arguments);
        }
        Move::World { verb, checkout } => {
            let control = Control::from_json(&json!({ "world": verb, "checkout": id(*checkout) })).unwrap();
            // Most controls are impossible most of the time.
            let _ = bench.server.control(bench.now, &control);
        }
        Move::Wait { ms } => bench.now += ms,
    }
    bench.server.settle(bench.now);
}

/// Every checkout's ledger is true at this moment.
fn check_truth(bench: &Bench) {
    let ledger = bench.server.ledger();
    for (checkout, state) in ledger.final_states() {
        let paid = matches!(state, "in_progress" | "completed");
        assert_eq!(ledger.net_charges(checkout), i64::from(paid), "{checkout} is {state}");
        let count = |kind: EntryKind| {
            let of_checkout = ledger.entries().iter().filter(|entry| entry.checkout.as_deref() == Some(checkout));
            of_checkout.filter(|entry| entry.kind == kind).count()
        };
        let (minted, delivered) = (count(EntryKind::KeyMinted), count(EntryKind::KeyDelivered));
        assert!(delivered <= minted && minted <= 1, "{checkout}: {minted} minted, {delivered} delivered");
        assert_eq!(minted == 1, state == "completed", "{checkout} is {state}");
    }
}

/// No checkout left a terminal state.
fn check_absorbing(bench: &Bench) {
    let mut states: BTreeMap<&str, &str> = BTreeMap::new();
    for entry in bench.server.ledger().entries() {
        if let (Some(checkout), EntryKind::StateEntered { state }) = (&entry.checkout, entry.kind) {
            let before = states.insert(checkout, state);
            assert!(!matches!(before, Some("completed" | "canceled" | "failed")), "{checkout}: {before:?} to {state}");
        }
    }
}

proptest! {
    #[test]
    fn money_and_keys_stay_true(moves in collection::vec(any_move(), 1..120)) {
        let mut bench = opened();
        for step in &moves {
            make(&mut bench, step);
            check_truth(&bench);
        }
        check_absorbing(&bench);
    }

    #[test]
    fn the_same_moves_write_the_same_ledger(moves in collection::vec(any_move(), 1..40)) {
        let run = || {
            let mut bench = opened();
            moves.iter().for_each(|step| make(&mut bench, step));
            bench.server.ledger().entries().to_vec()
        };
        assert_eq!(run(), run());
    }
}
