//! Pairs of logs: what is told of them, and what is no difference.

use std::time::Duration;

use floorwalker_policy::{Change, CheckoutKey, Ending, GrantId, Handle, Once, Plan, QuoteKey, SessionId, Total};

use super::Difference;
use crate::log::tests::lines::{Lines, call, denial, done};
use crate::log::{Entry, Judged, Outcome, Verdict};

const SLACK: Duration = Duration::from_secs(1);
const RATE: &str = "/tools/t/limits/rate";

fn log(calls: impl IntoIterator<Item = Judged>) -> Lines {
    let mut lines = Lines::default();
    for judged in calls {
        lines.decision(judged);
    }
    lines
}

fn allowed() -> Judged {
    call("grant-a", "t", Verdict::Allow)
}

fn limited(seconds: u64) -> Judged {
    denial("t", RATE, Some(Duration::from_secs(seconds)))
}

fn between(before: &Lines, after: &Lines) -> Difference {
    Difference::between(&before.history(), &after.history(), SLACK)
}

/// How many are stricter, looser, otherwise, only before, only after and the same.
fn counts(difference: &Difference) -> [usize; 6] {
    let Difference { stricter, looser, otherwise, only_before, only_after, same } = difference;
    [stricter.len(), looser.len(), otherwise.len(), only_before.len(), only_after.len(), *same]
}

#[test]
fn a_lower_limit_is_stricter_and_a_higher_one_looser() {
    let ten = log([allowed(), allowed(), limited(60)]);
    let one = log([allowed(), limited(60), limited(60)]);
    let difference = between(&ten, &one);
    assert_eq!(counts(&difference), [1, 0, 0, 0, 0, 2]);
    let changed = &difference.stricter[0];
    assert_eq!(changed.kind.to_string(), "grant-a borealhost t(sku)");
    assert_eq!((changed.occurrence, changed.before.seq, changed.after.seq), (2, 2, 2));
    assert_eq!(changed.after.rule.as_deref(), Some(RATE));
    assert!(!difference.is_same_in_meaning());
    assert_eq!(counts(&between(&one, &ten)), [0, 1, 0, 0, 0, 2]);
}

#[test]
fn each_pair_of_answers_has_its_word() {
    let refused = || Judged { verdict: Verdict::Refuse, ..denial("t", "r", None) };
    for (before, after, expected) in [
        (allowed(), limited(60), [1, 0, 0]),
        (allowed(), refused(), [1, 0, 0]),
        (limited(60), limited(3_600), [1, 0, 0]),
        (limited(60), denial("t", RATE, None), [1, 0, 0]),
        (denial("t", RATE, None), limited(60), [0, 1, 0]),
        (limited(60), limited(58), [0, 1, 0]),
        (refused(), allowed(), [0, 1, 0]),
        (limited(60), limited(59), [0, 0, 0]),
        (denial("t", "r", None), refused(), [0, 0, 1]),
        (denial("t", "r", None), denial("t", "(hidden)", None), [0, 0, 1]),
        (denial("t", "r", None), Judged { reason: None, ..denial("t", "r", None) }, [0, 0, 1]),
    ] {
        let difference = between(&log([before.clone()]), &log([after.clone()]));
        assert_eq!(counts(&difference)[..3], expected, "{before:?}\n{after:?}");
        assert_eq!(difference.is_same_in_meaning(), expected[..2] == [0, 0]);
    }
}

#[test]
fn a_reply_that_is_withheld_is_stricter_than_one_that_is_handed_on() {
    let ending = |outcome| {
        let mut lines = log([allowed()]);
        lines.outcome(1, outcome);
        lines
    };
    let replied = || ending(Outcome::Replied { error: false });
    let lost = |why: &str| ending(Outcome::Lost(why.to_owned()));
    let withheld = || ending(Outcome::Withheld("/checkout/secret: It was delivered before.".to_owned()));
    assert_eq!(counts(&between(&replied(), &withheld())), [1, 0, 0, 0, 0, 0]);
    assert_eq!(counts(&between(&withheld(), &replied())), [0, 1, 0, 0, 0, 0]);
    assert_eq!(counts(&between(&withheld(), &log([limited(1)]))), [1, 0, 0, 0, 0, 0]);
    assert_eq!(counts(&between(&replied(), &lost("reset"))), [0, 0, 1, 0, 0, 0]);
    assert_eq!(counts(&between(&lost("reset"), &lost("closed"))), [0, 0, 0, 0, 0, 1]);
}

#[test]
fn calls_are_matched_by_who_called_what_and_how_often() {
    let other = |grant: &str, tool: &str| call(grant, tool, Verdict::Allow);
    let before = log([other("grant-a", "t"), other("grant-b", "t"), other("grant-a", "u"), other("grant-a", "t")]);
    let after = log([other("grant-a", "u"), other("grant-a", "t"), other("grant-a", "u"), other("grant-c", "t")]);
    let difference = between(&before, &after);
    assert_eq!(counts(&difference), [0, 0, 0, 2, 2, 2]);
    let told = |calls: &[super::ComparedCall]| -> Vec<String> {
        calls.iter().map(|call| format!("{} {}", call.kind, call.occurrence)).collect()
    };
    assert_eq!(told(&difference.only_before), ["grant-b borealhost t(sku) 1", "grant-a borealhost t(sku) 2"]);
    assert_eq!(told(&difference.only_after), ["grant-a borealhost u(sku) 2", "grant-c borealhost t(sku) 1"]);
    assert!(!difference.is_same_in_meaning());
    let keyed = |key: &str| log([Judged { argument_keys: vec![key.to_owned()], ..allowed() }]);
    assert_eq!(counts(&between(&keyed("sku"), &keyed("plan"))), [0, 0, 0, 1, 1, 0]);
}

#[test]
fn what_differs_from_run_to_run_is_no_difference() {
    let run = |id: &str, gap: u64| {
        let checkout = CheckoutKey { server: allowed().server, handle: Handle::new(id).unwrap() };
        let bind = Change::Bind { checkout: checkout.clone(), grant: GrantId::new("grant-a").unwrap() };
        let deliver = Change::Deliver {
            secret: floorwalker_json::Digest::of(id.as_bytes()),
            grant: GrantId::new("grant-a").unwrap(),
        };
        let advance = Change::Advance { checkout: checkout.clone(), status: "ready".to_owned(), terminal: false };
        let own = Change::Own { checkout, grant: GrantId::new("grant-a").unwrap() };
        let mut lines = Lines::default();
        for _ in 0..gap {
            lines.outcome(99, Outcome::Replied { error: false });
        }
        let session = SessionId::new(id).ok();
        lines.decision(Judged { session, commit: done(Plan { changes: vec![own] }), ..allowed() });
        let commit = done(Plan { changes: vec![bind, advance, deliver] });
        lines.push(Entry::Outcome { of: gap + 1, outcome: Outcome::Replied { error: false }, commit });
        lines
    };
    let difference = between(&run("one", 0), &run("two", 3));
    assert_eq!(counts(&difference), [0, 0, 0, 0, 0, 1]);
    assert!(difference.is_same_in_meaning());
}

#[test]
fn a_limit_that_counts_otherwise_is_told_although_nobody_was_denied() {
    let charged = |max: u64| {
        let charge = floorwalker_policy::Charge {
            counter: floorwalker_policy::CounterKey {
                server: allowed().server,
                counter: std::sync::Arc::from("rate"),
                scope: floorwalker_policy::Scope::Policy,
            },
            amount: 1.into(),
            max: max.into(),
            window: Duration::from_secs(60).into(),
            rule: floorwalker_policy::RuleName::placed(RATE.to_owned()),
            on_deny: None,
        };
        log([Judged { commit: done(Plan { changes: vec![Change::Charge(charge)] }), ..allowed() }])
    };
    assert_eq!(counts(&between(&charged(10), &charged(100))), [0, 0, 1, 0, 0, 0]);
    assert_eq!(counts(&between(&charged(10), &charged(10))), [0, 0, 0, 0, 0, 1]);
}

/// What the engine writes when somebody polls too soon.
fn polled_too_soon(seconds: u64) -> Judged {
    let reason = format!("This checkout was polled too recently; poll again in {seconds} s.");
    Judged { reason: Some(reason), ..denial("t", "/checkout/pace", Some(Duration::from_secs(seconds))) }
}

/// What the engine writes when a limit is used up.
fn used_up(seconds: u64) -> Judged {
    let reason = format!("The limit rate allows 10 per 60 s, and that is used up; try again in {seconds} s.");
    Judged { reason: Some(reason), ..limited(seconds) }
}

#[test]
fn a_wait_within_the_slack_is_the_same_although_the_reason_spells_it() {
    for (before, after, expected) in [
        (polled_too_soon(5), polled_too_soon(4), [0, 0, 0, 0, 0, 1]),
        (used_up(60), used_up(59), [0, 0, 0, 0, 0, 1]),
        (used_up(60), used_up(58), [0, 1, 0, 0, 0, 0]),
        (used_up(5), polled_too_soon(5), [0, 0, 1, 0, 0, 0]),
    ] {
        assert_eq!(counts(&between(&log([before.clone()]), &log([after.clone()]))), expected, "{before:?}\n{after:?}");
    }
}

/// A call whose plan made that change to a checkout or a quote with that name.
fn changing(change: impl Fn(CheckoutKey, QuoteKey) -> Change, id: &str) -> Lines {
    let (server, handle) = (allowed().server, Handle::new(id).unwrap());
    let quote = QuoteKey { server: server.clone(), handle: handle.clone(), grant: GrantId::new("grant-a").unwrap() };
    let change = change(CheckoutKey { server, handle }, quote);
    log([Judged { commit: done(Plan { changes: vec![change] }), ..allowed() }])
}

#[test]
fn what_a_change_says_counts_and_what_it_names_does_not() {
    let dollars = |minor: u64| Total::new(minor.into(), "USD").unwrap();
    let meanings: [&dyn Fn(CheckoutKey, QuoteKey) -> Change; 12] = [
        &|checkout, _| Change::Begin { checkout, once: Once::Completion, attempts: None, from: None },
        &|checkout, _| Change::Begin { checkout, once: Once::Claim, attempts: None, from: None },
        &|checkout, _| Change::Begin { checkout, once: Once::Claim, attempts: Some(3), from: None },
        &|checkout, _| Change::End { checkout, once: Once::Completion, ending: Ending::Done },
        &|checkout, _| Change::End { checkout, once: Once::Completion, ending: Ending::Refused },
        &|checkout, _| Change::Total { checkout, total: dollars(100), agreed: true },
        &|checkout, _| Change::Total { checkout, total: dollars(900), agreed: true },
        &|checkout, _| Change::Total { checkout, total: dollars(900), agreed: false },
        &|_, quote| Change::Quote { quote, total: dollars(100) },
        &|_, quote| Change::Quote { quote, total: dollars(900) },
        &|_, quote| Change::Within { quote, total: None },
        &|_, quote| Change::Within { quote, total: Some(dollars(100)) },
    ];
    for (first, before) in meanings.iter().enumerate() {
        for (second, after) in meanings.iter().enumerate() {
            let expected = if first == second { [0, 0, 0, 0, 0, 1] } else { [0, 0, 1, 0, 0, 0] };
            let difference = between(&changing(before, "one"), &changing(after, "two"));
            assert_eq!(counts(&difference), expected, "{first} and {second}");
        }
    }
}
