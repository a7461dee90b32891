//! Random purchases: whatever is called, whatever the world does and whatever is said at the webhook's door, money, keys and
//! credits stay true.
//!
//! A server where the last event wins (`order: last_wins`) breaks it, and so does one that believes anybody.

use std::collections::BTreeMap;

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::{collection, proptest};
use serde_json::{Value, json};

use crate::{Control, EntryKind, Mock as _};

use super::{Bench, CLAIM, CREATE, DAY_MS, caller};

#[derive(Clone, Debug)]
enum Move {
    Claim { by: &'static str, purchase: u8, token: u8 },
    Create { request: u8 },
    World { verb: &'static str, purchase: u8, by: &'static str },
    Webhook { event: &'static str, sign: &'static str, purchase: u8 },
    Wait { ms: u64 },
}

fn any_move() -> impl Strategy<Value = Move> {
    let verb = prop_oneof![3 => Just("pay"), 2 => Just("clear"), 1 => Just("decline"), 1 => Just("expire")];
    let by = prop_oneof![Just("card"), Just("transfer")];
    let event =
        prop_oneof![Just("paid"), Just("pending"), Just("succeeded"), Just("failed"), Just("expired"), Just("again")];
    let sign = prop_oneof![3 => Just("good"), 1 => Just("late"), 1 => Just("forged"), 1 => Just("missing")];
    let wait = prop_oneof![4 => Just(1_000), 2 => Just(400_000), 1 => Just(DAY_MS)];
    prop_oneof![
        4 => (prop_oneof![Just("buyer"), Just("thief")], 1..4_u8, 1..4_u8)
            .prop_map(|(by, purchase, token)| Move::Claim { by, purchase, token }),
        1 => (0..3_u8).prop_map(|request| Move::Create { request }),
        4 => (verb, 1..4_u8, by).prop_map(|(verb, purchase, by)| Move::World { verb, purchase, by }),
        4 => (event, sign, 1..4_u8).prop_map(|(event, sign, purchase)| Move::Webhook { event, sign, purchase }),
        1 => wait.prop_map(|ms| Move::Wait { ms }),
    ]
}

/// A server with two purchases, and their claim tokens.
fn opened() -> (Bench, Vec<Value>) {
    let mut bench = Bench::new(json!({ "claim_limit": "off" }));
    let tokens = [(); 2].map(|()| bench.create(json!({}))["claim_token"].clone()).to_vec();
    (bench, tokens)
}

fn id(purchase: u8) -> String {
    format!("00000000-0000-4000-8000-{purchase:012}")
}

fn make(bench: &mut Bench, tokens: &[Value], step: &Move) {
    match step {
        Move::Claim { by, purchase, token } => {
            bench.caller = caller(by);
            let token = tokens.get(usize::from(*token - 1)).cloned().unwrap_or(json!("toofi_ct_guess"));
            bench.call(CLAIM, json!({ "purchase_id": id(*purchase), "claim_token": token }));
        }
        Move::Create { request } => {
            bench.call(CREATE, json!({ "request_id": format!("r-{request}") }));
        }
        Move::World { verb, purchase, by } => {
            let mut control = json!({ "world": verb, "checkout": id(*purchase) });
            if *verb == "pay" {
                control["by"] = json!(by);
            }
            // Most controls are impossible most of the time.
            let _ = bench.server.control(bench.now, &Control::from_json(&control).unwrap());
        }
        Move::Webhook { event, sign, purchase } => {
            let control = json!({ "world": "webhook", "event": event, "sign": sign, "checkout": id(*purchase) });
            let _ = bench.server.control(bench.now, &Control::from_json(&control).unwrap());
        }
        Move::Wait { ms } => bench.now += ms,
    }
    bench.server.settle(bench.now);
}

/// Every purchase's ledger is true at this moment.
fn check_truth(bench: &Bench) {
    let ledger = bench.server.ledger();
    for (purchase, state) in ledger.final_states() {
        let count = |of: fn(EntryKind) -> bool| {
            let of_purchase = ledger.entries().iter().filter(|entry| entry.checkout.as_deref() == Some(purchase));
            of_purchase.filter(|entry| of(entry.kind)).count()
        };
        let paid = usize::from(matches!(state, "paid" | "claimed"));
        assert_eq!(ledger.net_charges(purchase), i64::try_from(paid).unwrap(), "{purchase} is {state}");
        assert_eq!(count(|kind| matches!(kind, EntryKind::CreditsGranted { .. })), paid, "{purchase} is {state}");
        let claimed = usize::from(state == "claimed");
        assert_eq!(count(|kind| kind == EntryKind::KeyMinted), claimed, "{purchase} is {state}");
        assert_eq!(count(|kind| kind == EntryKind::KeyDelivered), claimed, "{purchase} is {state}");
    }
}

/// Every purchase moved along its states alone.
fn check_path(bench: &Bench) {
    let mut states: BTreeMap<&str, &str> = BTreeMap::new();
    for entry in bench.server.ledger().entries() {
        let (Some(purchase), EntryKind::StateEntered { state }) = (&entry.checkout, entry.kind) else { continue };
        let before = states.insert(purchase, state);
        let known = match before {
            None => state == "open",
            Some("open") => matches!(state, "processing" | "paid" | "failed" | "expired"),
            Some("expired") => matches!(state, "processing" | "failed" | "paid"),
            Some("processing") => matches!(state, "failed" | "paid"),
            Some("failed") => state == "paid",
            Some("paid") => state == "claimed",
            Some(_) => false,
        };
        assert!(known, "{purchase}: {before:?} to {state}");
    }
}

proptest! {
    #[test]
    fn money_keys_and_credits_stay_true(moves in collection::vec(any_move(), 1..120)) {
        let (mut bench, tokens) = opened();
        for step in &moves {
            make(&mut bench, &tokens, step);
            check_truth(&bench);
        }
        check_path(&bench);
    }

    #[test]
    fn the_same_moves_write_the_same_ledger(moves in collection::vec(any_move(), 1..40)) {
        let run = || {
            let (mut bench, tokens) = opened();
            moves.iter().for_each(|step| make(&mut bench, &tokens, step));
            bench.server.ledger().entries().to_vec()
        };
        assert_eq!(run(), run());
    }
}
