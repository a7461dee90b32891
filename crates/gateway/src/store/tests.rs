//! A restart folds the log into the state that the commits had led to.

use std::{sync::Arc, time::Duration};

use floorwalker_policy::{Change, Charge, CounterKey, Decision, GrantId, Plan, RuleName, Scope, ServerName, Timestamp};
use futures_util::FutureExt;

use super::{FoldError, MemoryStore};
use crate::{
    log::{Commit, Entry, Outcome, Record},
    ports::{Committed, Store},
};

fn charge() -> Plan {
    let counter = CounterKey {
        server: ServerName::new("borealhost").unwrap(),
        counter: Arc::from("rate"),
        scope: Scope::Grant(GrantId::new("grant-a").unwrap()),
    };
    let charge = Charge {
        counter,
        amount: 1.into(),
        max: 2.into(),
        window: Duration::from_secs(60).into(),
        rule: RuleName::fixed("/tools/t/limits/rate"),
        on_deny: None,
    };
    Plan { changes: vec![Change::Charge(charge)] }
}

fn commit(store: &MemoryStore, millis: u64, plan: &Plan) -> Option<Committed> {
    let decided = store.commit(Timestamp::from_millis(millis), plan).now_or_never().unwrap().unwrap();
    match decided {
        Decision::Allow(committed) => Some(committed),
        Decision::Ask(_) | Decision::Deny(_) => None,
    }
}

fn line(seq: u64, committed: Committed, plan: Plan) -> String {
    let entry =
        Entry::Outcome { of: 1, outcome: Outcome::Replied { error: false }, commit: Some(Commit { committed, plan }) };
    format!("{}\n", Record { at: committed.at, entry }.line(seq).unwrap())
}

#[test]
fn the_time_of_the_store_never_runs_backwards() {
    let store = MemoryStore::new();
    assert_eq!(commit(&store, 5_000, &charge()).unwrap().at, Timestamp::from_millis(5_000));
    assert_eq!(commit(&store, 1_000, &charge()).unwrap().at, Timestamp::from_millis(5_000));
    // The clock goes on from where it was set to, and so does the time of the store.
    assert!(commit(&store, 60_999, &charge()).is_none());
    assert!(commit(&store, 61_000, &charge()).is_some());
}

#[test]
fn a_fold_leads_where_the_commits_led_whatever_the_order_of_the_lines() {
    let store = MemoryStore::new();
    let first = commit(&store, 1_000, &charge()).unwrap();
    let second = commit(&store, 2_000, &charge()).unwrap();
    let lines = line(1, second, charge()) + &line(2, first, charge());
    let folded = MemoryStore::fold(&lines).unwrap();
    for store in [&store, &folded] {
        assert!(commit(store, 2_000, &charge()).is_none(), "both charges are still in the window");
        let third = commit(store, 61_000, &charge()).unwrap();
        assert_eq!(third.turn, 3, "turns go on where they ended");
    }
}

#[test]
fn a_clock_that_was_set_back_while_the_gateway_was_down_frees_nothing() {
    let store = MemoryStore::new();
    let committed = [100_000, 100_000].map(|at| commit(&store, at, &charge()).unwrap());
    let lines: String = (1..).zip(committed).map(|(seq, committed)| line(seq, committed, charge())).collect();
    let folded = MemoryStore::fold(&lines).unwrap();
    assert!(commit(&folded, 10_000, &charge()).is_none());
}

#[test]
fn what_was_sent_counts_although_a_record_between_is_lost() {
    let store = MemoryStore::new();
    let [first, second] = [1_000, 2_000].map(|at| commit(&store, at, &charge()).unwrap());
    let back = Plan { changes: vec![Change::TakeBack { at: first.at, plan: charge() }] };
    commit(&store, 3_000, &back).unwrap();
    let third = commit(&store, 50_000, &charge()).unwrap();
    // The process ended before it was written down that the first charge was given back.
    let lines = line(1, first, charge()) + &line(2, second, charge()) + &line(3, third, charge());
    let folded = MemoryStore::fold(&lines).unwrap();
    for at in [50_000, 62_000, 109_999] {
        let expected = commit(&folded, at, &charge()).is_some();
        assert_eq!(expected, at == 62_000, "at {at}: one of the two that were sent has left the window at 62 s");
    }
}

#[test]
fn a_line_that_is_no_record_stops_the_fold_and_is_named() {
    let error = MemoryStore::fold("{}\n").unwrap_err().to_string();
    assert!(error.starts_with("line 1 of the decision log: "), "{error}");
}

#[test]
fn a_line_that_is_missing_or_moved_stops_the_fold() {
    let committed = commit(&MemoryStore::new(), 1_000, &charge()).unwrap();
    let lines = [1, 2, 3].map(|seq| line(seq, committed, charge()));
    for order in [&[0, 2][..], &[1, 0, 2], &[1, 2], &[0, 1, 1]] {
        let changed: String = order.iter().map(|index| lines[*index].as_str()).collect();
        assert!(matches!(MemoryStore::fold(&changed), Err(FoldError::Gap { .. })), "{order:?}");
    }
}
