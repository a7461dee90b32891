//! What single changes require and do, beyond what a table of calls can show.

use std::{sync::Arc, time::Duration};

use floorwalker_json::{Decimal, Digest};

use super::{CheckoutRow, Row, State, WrongKind};
use crate::{
    Change, Charge, CheckoutKey, CounterKey, Decision, Denial, Ending, GrantId, Handle, Moment, Once, Plan, PollPace,
    QuoteKey, RowKey, RuleName, Scope, ServerName, Stretch, Timestamp, Total,
};

fn at(secs: u64) -> Timestamp {
    Timestamp::from_millis(secs * 1_000)
}

/// Turns are as far apart as times here.
fn moment(at: Timestamp) -> Moment {
    Moment { at, turn: at.as_millis() }
}

fn grant(name: &str) -> GrantId {
    GrantId::new(name).unwrap()
}

fn checkout(handle: &str) -> CheckoutKey {
    CheckoutKey { server: ServerName::new("s").unwrap(), handle: Handle::new(handle).unwrap() }
}

fn charge(counter: &str, amount: u64, max: u64, window_secs: u64) -> Change {
    let counter =
        CounterKey { server: ServerName::new("s").unwrap(), counter: Arc::from(counter), scope: Scope::Policy };
    let (amount, max, window) = (amount.into(), max.into(), Duration::from_secs(window_secs).into());
    Change::Charge(Charge { counter, amount, max, window, rule: RuleName::fixed("/limit"), on_deny: None })
}

fn bind(handle: &str, to: &str) -> Change {
    Change::Bind { checkout: checkout(handle), grant: grant(to) }
}

fn poll(handle: &str) -> Change {
    let secs = Duration::from_secs;
    let stretches = vec![Stretch { until: secs(60), gap: secs(5) }, Stretch { until: secs(600), gap: secs(15) }];
    Change::Poll { checkout: checkout(handle), pace: Arc::new(PollPace { stretches }) }
}

fn advance(handle: &str, status: &str, terminal: bool) -> Change {
    Change::Advance { checkout: checkout(handle), status: status.to_owned(), terminal }
}

fn deliver(secret: &str) -> Change {
    Change::Deliver { secret: Digest::of(secret.as_bytes()), grant: grant("a") }
}

fn begin(handle: &str, once: Once) -> Change {
    Change::Begin { checkout: checkout(handle), once, attempts: Some(2), from: None }
}

fn end(handle: &str, once: Once, ending: Ending) -> Change {
    Change::End { checkout: checkout(handle), once, ending }
}

fn total(handle: &str, amount: u64, agreed: bool) -> Change {
    Change::Total { checkout: checkout(handle), total: usd(amount), agreed }
}

fn usd(amount: u64) -> Total {
    Total::new(Decimal::from(amount), "USD").unwrap()
}

fn quote_key(owner: &str) -> QuoteKey {
    QuoteKey { server: ServerName::new("s").unwrap(), handle: Handle::new("q").unwrap(), grant: grant(owner) }
}

fn quote(amount: u64) -> Change {
    Change::Quote { quote: quote_key("a"), total: usd(amount) }
}

fn take_back(at: Timestamp, changes: Vec<Change>) -> Change {
    Change::TakeBack { at, plan: Plan { changes } }
}

#[track_caller]
fn allowed(state: &mut State, now: Timestamp, changes: Vec<Change>) {
    assert_eq!(state.commit(moment(now), &Plan { changes }), Decision::Allow(()));
}

/// The plan is refused, and the state stays what it was.
#[track_caller]
fn denied(state: &mut State, now: Timestamp, changes: Vec<Change>) -> Denial {
    let before = state.clone();
    let Decision::Deny(denial) = state.commit(moment(now), &Plan { changes }) else { panic!("must be denied") };
    assert_eq!(*state, before);
    denial
}

#[test]
fn a_refused_plan_leaves_no_trace() {
    let mut state = State::default();
    allowed(
        &mut state,
        at(1),
        vec![
            bind("c", "a"),
            advance("c", "ready", false),
            charge("old", 1, 9, 10),
            charge("old", 2, 9, 10),
            deliver("s"),
            total("c", 7, true),
            quote(5),
        ],
    );
    allowed(&mut state, at(2), vec![poll("c"), begin("c", Once::Claim)]);
    let changes = vec![
        bind("new", "a"),
        bind("c", "a"),
        charge("new", 1, 1, 60),
        charge("old", 2, 9, 3_600),
        charge("old", 3, 9, 3_600),
        poll("c"),
        advance("c", "awaiting_payment", false),
        advance("new", "x", false),
        total("c", 3, false),
        total("c", 4, true),
        total("new", 1, true),
        quote(6),
        Change::Quote { quote: quote_key("b"), total: usd(1) },
        begin("c", Once::Completion),
        end("c", Once::Completion, Ending::Done),
        Change::Reopen { checkout: checkout("c"), asked: u64::MAX },
        begin("c", Once::Completion),
        advance("c", "completed", true),
        take_back(at(2), vec![begin("c", Once::Claim)]),
        begin("c", Once::Claim),
        end("c", Once::Claim, Ending::Refused),
        take_back(at(1), vec![charge("old", 1, 9, 10), charge("old", 2, 9, 10)]),
        take_back(at(2), vec![poll("c")]),
        deliver("t"),
        deliver("s"),
    ];
    let denial = denied(&mut state, at(100), changes);
    assert_eq!(denial.rule.as_str(), "/checkout/secret");
    let both = take_back(at(1), vec![charge("old", 1, 9, 10), charge("old", 2, 9, 10)]);
    denied(&mut state, at(3), vec![both, deliver("s")]);
}

#[test]
fn taking_back_gives_back_charges_and_polls_only() {
    let mut state = State::default();
    let changes = vec![bind("c", "a"), advance("c", "ready", false), poll("c"), charge("n", 1, 1, 60), deliver("s")];
    allowed(&mut state, at(1), changes.clone());
    allowed(&mut state, at(2), vec![take_back(at(1), changes.clone())]);
    allowed(&mut state, at(3), vec![poll("c"), charge("n", 1, 1, 60)]);
    assert_eq!(denied(&mut state, at(3), vec![deliver("s")]).rule.as_str(), "/checkout/secret");
    assert_eq!(denied(&mut state, at(3), vec![bind("c", "b")]).rule.as_str(), "/checkout/bound");
    let Some(Row::Checkout(row)) = state.row(&RowKey::Checkout(checkout("c"))) else { panic!("the row stays") };
    assert_eq!(row.polls, [at(3)]);
}

#[test]
fn taking_back_gives_back_what_was_begun_and_nothing_that_ended() {
    for once in [Once::Completion, Once::Claim] {
        let mut state = State::default();
        allowed(&mut state, at(1), vec![bind("c", "a")]);
        allowed(&mut state, at(2), vec![begin("c", once)]);
        let before = state.clone();
        allowed(&mut state, at(3), vec![take_back(at(1), vec![begin("c", once)])]);
        assert_eq!(state, before, "that was begun at another time");
        allowed(&mut state, at(3), vec![take_back(at(2), vec![begin("c", once)])]);
        allowed(&mut state, at(4), vec![begin("c", once)]);
        allowed(&mut state, at(5), vec![end("c", once, Ending::Done)]);
        allowed(&mut state, at(6), vec![take_back(at(4), vec![begin("c", once)])]);
        denied(&mut state, at(7), vec![begin("c", once)]);
    }
}

#[test]
fn a_completion_and_a_claim_do_not_stand_in_each_others_way() {
    let mut state = State::default();
    allowed(&mut state, at(1), vec![bind("c", "a"), begin("c", Once::Completion), begin("c", Once::Claim)]);
    allowed(&mut state, at(2), vec![end("c", Once::Completion, Ending::Refused)]);
    assert_eq!(denied(&mut state, at(3), vec![begin("c", Once::Claim)]).rule.as_str(), "/checkout/claimed");
    allowed(&mut state, at(3), vec![begin("c", Once::Completion)]);
    assert_eq!(denied(&mut state, at(4), vec![begin("c", Once::Completion)]).rule.as_str(), "/checkout/completed");
    assert_eq!(denied(&mut state, at(4), vec![begin("d", Once::Claim)]).rule.as_str(), "/checkout/owner");
}

#[test]
fn calls_that_nobody_waits_for_end_with_nothing_known() {
    let mut state = State::default();
    allowed(&mut state, at(1), vec![bind("c", "a"), begin("c", Once::Completion), begin("c", Once::Claim)]);
    state.give_up_calls(moment(at(2)).turn);
    assert_eq!(denied(&mut state, at(3), vec![begin("c", Once::Completion)]).rule.as_str(), "/checkout/completed");
    allowed(&mut state, at(3), vec![begin("c", Once::Claim)]);
    allowed(&mut state, at(4), vec![end("c", Once::Claim, Ending::Unknown)]);
    assert_eq!(denied(&mut state, at(5), vec![begin("c", Once::Claim)]).rule.as_str(), "/checkout/attempts");
    let reopen = |secs| vec![Change::Reopen { checkout: checkout("c"), asked: moment(at(secs)).turn }];
    allowed(&mut state, at(5), reopen(2));
    denied(&mut state, at(5), vec![begin("c", Once::Completion)]);
    allowed(&mut state, at(5), reopen(3));
    allowed(&mut state, at(5), vec![begin("c", Once::Completion)]);
}

#[test]
fn the_first_total_that_is_shown_is_agreed_on_if_none_was_asked_for() {
    let mut state = State::default();
    allowed(&mut state, at(1), vec![bind("c", "a"), total("c", 5, false), total("c", 4, false)]);
    allowed(&mut state, at(1), vec![total("c", 5, false)]);
    allowed(&mut state, at(1), vec![begin("c", Once::Completion), end("c", Once::Completion, Ending::Refused)]);
    allowed(&mut state, at(1), vec![total("c", 6, false)]);
    let denial = denied(&mut state, at(1), vec![begin("c", Once::Completion)]);
    assert_eq!(denial.rule.as_str(), "/checkout/total");
    assert!(denial.reason.contains("from 5 USD to 6 USD"), "{}", denial.reason);
}

#[test]
fn anothers_quote_and_none_are_refused_alike() {
    let mut state = State::default();
    allowed(&mut state, at(0), vec![quote(5)]);
    let within = |owner, total: Option<u64>| vec![Change::Within { quote: quote_key(owner), total: total.map(usd) }];
    let before = denied(&mut State::default(), at(0), within("b", None));
    assert_eq!(denied(&mut state, at(0), within("b", None)), before);
    assert_eq!(before.rule.as_str(), "/checkout/quote");
    allowed(&mut state, at(0), within("a", None));
    allowed(&mut state, at(0), within("a", Some(5)));
    assert_eq!(denied(&mut state, at(0), within("a", Some(6))).rule.as_str(), "/checkout/total");
}

#[test]
fn taking_back_what_is_not_there_changes_nothing() {
    let mut state = State::default();
    allowed(&mut state, at(1), vec![charge("n", 2, 9, 60), bind("c", "a")]);
    allowed(&mut state, at(2), vec![charge("n", 2, 9, 60)]);
    let never = vec![
        take_back(at(3), vec![charge("n", 2, 9, 60)]),
        take_back(at(1), vec![charge("n", 1, 9, 60), charge("m", 2, 9, 60), poll("c"), poll("d")]),
        take_back(at(1), vec![take_back(at(1), vec![charge("n", 2, 9, 60)])]),
    ];
    let before = state.clone();
    allowed(&mut state, at(9), never);
    assert_eq!(state, before);
    let once = vec![take_back(at(1), vec![charge("n", 2, 9, 60)])];
    allowed(&mut state, at(9), once.clone());
    let after_one = state.clone();
    allowed(&mut state, at(9), once);
    assert_eq!(state, after_one);
}

#[test]
fn the_wait_is_exactly_until_the_charge_fits() {
    let mut state = State::default();
    allowed(&mut state, at(0), vec![charge("n", 3, 10, 60)]);
    allowed(&mut state, at(10), vec![charge("n", 3, 10, 60)]);
    allowed(&mut state, at(20), vec![charge("n", 4, 10, 60)]);
    let wait = |state: &mut State, amount| denied(state, at(30), vec![charge("n", amount, 10, 60)]).retry_after;
    assert_eq!(wait(&mut state, 3), Some(Duration::from_secs(30)));
    assert_eq!(wait(&mut state, 4), Some(Duration::from_secs(40)));
    assert_eq!(wait(&mut state, 7), Some(Duration::from_secs(50)));
    assert_eq!(wait(&mut state, 11), None);
    denied(&mut state, Timestamp::from_millis(69_999), vec![charge("n", 4, 10, 60)]);
    allowed(&mut state, at(70), vec![charge("n", 4, 10, 60)]);
}

#[test]
fn a_clock_that_is_set_back_frees_nothing() {
    let mut state = State::default();
    allowed(&mut state, at(100), vec![charge("n", 1, 1, 60)]);
    let denial = denied(&mut state, at(10), vec![charge("n", 1, 1, 60)]);
    assert_eq!(denial.retry_after, Some(Duration::from_secs(150)));
    allowed(&mut state, at(10), vec![take_back(at(100), vec![charge("n", 1, 1, 60)])]);
    allowed(&mut state, at(10), vec![charge("n", 1, 1, 60)]);
    denied(&mut state, at(159), vec![charge("n", 1, 1, 60)]);
    allowed(&mut state, at(160), vec![charge("n", 1, 1, 60)]);
}

#[test]
fn a_longer_window_sees_what_a_shorter_one_left() {
    let mut state = State::default();
    allowed(&mut state, at(0), vec![charge("n", 1, 5, 3_600)]);
    allowed(&mut state, at(100), vec![charge("n", 1, 1, 60)]);
    denied(&mut state, at(200), vec![charge("n", 4, 5, 3_600)]);
    allowed(&mut state, at(200), vec![charge("n", 3, 5, 3_600)]);
}

#[test]
fn huge_amounts_do_not_overflow() {
    let mut state = State::default();
    allowed(&mut state, at(0), vec![charge("n", u64::MAX, u64::MAX, u64::MAX)]);
    denied(&mut state, at(1), vec![charge("n", 1, u64::MAX, u64::MAX)]);
    allowed(&mut state, at(u64::MAX / 1_000), vec![charge("n", u64::MAX, u64::MAX, 60)]);
}

#[test]
fn polling_keeps_the_pace() {
    let mut state = State::default();
    allowed(&mut state, at(0), vec![bind("c", "a")]);
    let mut passed = Vec::new();
    for half_secs in 200..2_000 {
        let now = Timestamp::from_millis(half_secs * 500);
        if state.commit(moment(now), &Plan { changes: vec![poll("c")] }) == Decision::Allow(()) {
            passed.push(now.since(at(100)).as_secs());
        }
    }
    let first_minute = (0..=60).step_by(5);
    let later = (75..=600).step_by(15);
    assert_eq!(passed, first_minute.chain(later).collect::<Vec<u64>>());
    assert_eq!(passed.len(), 49);
    assert_eq!(passed.iter().filter(|secs| **secs <= 60).count(), 13);
}

#[test]
fn an_early_poll_is_told_when_and_a_late_one_never() {
    let wait = |polls: &[u64], now| {
        let mut state = State::default();
        allowed(&mut state, at(0), vec![bind("c", "a")]);
        polls.iter().for_each(|secs| allowed(&mut state, at(*secs), vec![poll("c")]));
        let denial = denied(&mut state, at(now), vec![poll("c")]);
        assert_eq!(denial.rule.as_str(), "/checkout/pace");
        denial.retry_after.map(|wait| wait.as_secs())
    };
    assert_eq!(wait(&[100], 104), Some(1));
    assert_eq!(wait(&[100, 158], 161), Some(12));
    assert_eq!(wait(&[100, 158], 160), Some(13));
    assert_eq!(wait(&[100, 690], 695), None);
    assert_eq!(wait(&[100], 701), None);
}

#[test]
fn a_later_stretch_with_a_shorter_gap_does_not_open_early() {
    let secs = Duration::from_secs;
    let stretches = vec![Stretch { until: secs(60), gap: secs(30) }, Stretch { until: secs(120), gap: secs(5) }];
    let poll =
        || vec![Change::Poll { checkout: checkout("c"), pace: Arc::new(PollPace { stretches: stretches.clone() }) }];
    let mut state = State::default();
    allowed(&mut state, at(0), vec![bind("c", "a")]);
    allowed(&mut state, at(0), poll());
    allowed(&mut state, at(40), poll());
    assert_eq!(denied(&mut state, at(50), poll()).retry_after, Some(Duration::from_millis(10_001)));
    allowed(&mut state, Timestamp::from_millis(60_001), poll());
}

#[test]
fn a_terminal_status_stays() {
    let mut state = State::default();
    allowed(&mut state, at(0), vec![bind("c", "a"), advance("c", "completed", true)]);
    let before = state.clone();
    allowed(
        &mut state,
        at(1),
        vec![advance("c", "ready", false), advance("c", "failed", true), advance("d", "x", true)],
    );
    assert_eq!(state, before);
    assert_eq!(denied(&mut state, at(2), vec![poll("c")]).rule.as_str(), "/checkout/done");
}

#[test]
fn foreign_and_unknown_checkouts_are_refused_alike() {
    let mut state = State::default();
    allowed(&mut state, at(0), vec![bind("c", "a")]);
    let own = |handle| vec![Change::Own { checkout: checkout(handle), grant: grant("b") }];
    assert_eq!(denied(&mut state, at(0), own("c")), denied(&mut state, at(0), own("d")));
    assert_eq!(denied(&mut state, at(0), own("d")), denied(&mut state, at(0), vec![poll("d")]));
}

#[test]
fn what_was_done_is_remembered_without_the_take_back_that_made_room() {
    let once = Plan { changes: vec![charge("n", 1, 1, 60)] };
    let mut redone = State::default();
    redone.redo(moment(at(0)), &once);
    redone.redo(moment(at(50)), &once);
    let denial = denied(&mut redone, at(60), once.changes.clone());
    assert_eq!(denial.retry_after, Some(Duration::from_secs(50)));
    allowed(&mut redone, at(110), once.changes);
}

#[test]
fn redoing_leads_where_the_commits_led() {
    let plans = [
        (1, vec![bind("c", "a"), advance("c", "ready", false), charge("n", 2, 9, 60), deliver("s")]),
        (2, vec![poll("c"), charge("n", 2, 9, 60)]),
        (3, vec![take_back(at(2), vec![poll("c"), charge("n", 2, 9, 60)])]),
        (4, vec![poll("c"), advance("c", "awaiting_payment", false), advance("c", "ready", false)]),
        (90, vec![charge("n", 3, 9, 60)]),
        (91, vec![total("c", 5, true), total("c", 4, false), quote(7), quote(8)]),
        (92, vec![begin("c", Once::Completion), begin("c", Once::Claim)]),
        (93, vec![end("c", Once::Completion, Ending::Unknown), end("c", Once::Claim, Ending::Refused)]),
        (94, vec![Change::Reopen { checkout: checkout("c"), asked: moment(at(94)).turn }]),
        (95, vec![begin("c", Once::Completion), begin("c", Once::Claim)]),
        (96, vec![take_back(at(95), vec![begin("c", Once::Completion), begin("c", Once::Claim)])]),
        (97, vec![advance("c", "completed", true), advance("c", "ready", false)]),
    ];
    let (mut state, mut redone) = (State::default(), State::default());
    for (secs, changes) in plans {
        redone.redo(moment(at(secs)), &Plan { changes: changes.clone() });
        allowed(&mut state, at(secs), changes);
    }
    assert_eq!(redone, state);
}

#[test]
fn redoing_asks_for_no_pace_and_keeps_whoever_was_first() {
    let mut redone = State::default();
    for (secs, owner) in [(1, "a"), (2, "b")] {
        let secret = Change::Deliver { secret: Digest::of(b"s"), grant: grant(owner) };
        redone.redo(moment(at(secs)), &Plan { changes: vec![bind("c", owner), poll("c"), poll("nobody's"), secret] });
    }
    let Some(Row::Checkout(row)) = redone.row(&RowKey::Checkout(checkout("c"))) else { panic!("the row is there") };
    assert_eq!((row.owner.as_str(), &row.polls[..]), ("a", &[at(1), at(2)][..]));
    let Some(Row::Secret(row)) = redone.row(&RowKey::Secret(Digest::of(b"s"))) else { panic!("the row is there") };
    assert_eq!((row.grant.as_str(), row.at), ("a", at(1)));
    assert_eq!(redone.row(&RowKey::Checkout(checkout("nobody's"))), None);
}

#[test]
fn rows_that_a_store_has_kept_go_back_in() {
    let plan =
        Plan { changes: vec![deliver("s"), bind("c", "a"), charge("n", 1, 9, 60), charge("m", 1, 9, 60), quote(5)] };
    let (mut state, mut copy) = (State::default(), State::default());
    allowed(&mut state, at(0), plan.changes.clone());
    for key in plan.keys() {
        let row = state.row(&key).unwrap().clone();
        copy.insert(key, row).unwrap();
    }
    assert_eq!(copy, state);
    let key = RowKey::Secret(Digest::of(b"s"));
    let row = Row::Checkout(CheckoutRow::new(grant("a")));
    assert_eq!(copy.insert(key.clone(), row), Err(WrongKind(key)));
    assert_eq!(copy, state);
}
