//! Every condition by itself and together with another.

use super::{Filter, instant};
use crate::log::tests::lines::{Lines, call, denial};
use crate::log::{Outcome, Verdict};

fn picked(filter: &Filter) -> Vec<u64> {
    let mut lines = Lines::default();
    lines.decision(call("grant-a", "t", Verdict::Allow)).outcome(1, Outcome::Replied { error: false });
    lines.decision(denial("u", "/tools/u/limits/rate", None));
    lines.decision(call("grant-b", "u", Verdict::Allow));
    lines.outcome(4, Outcome::Withheld("/checkout/secret: It was delivered before.".to_owned()));
    lines.outcome(99, Outcome::Lost("gone".to_owned()));
    filter.of(&lines.history()).iter().map(|picked| picked.seq).collect()
}

#[test]
fn nothing_asked_for_is_everything() {
    assert_eq!(picked(&Filter::default()), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn each_condition_leaves_out_what_it_must() {
    let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    let at = |text: &str| instant(text).ok();
    let none = Filter::default;
    for (filter, expected) in [
        (Filter { grants: words(&["grant-b"]), ..none() }, &[4, 5][..]),
        (Filter { grants: words(&["grant-b", "grant-a"]), ..none() }, &[1, 2, 3, 4, 5]),
        (Filter { servers: words(&["other"]), ..none() }, &[]),
        (Filter { tools: words(&["u"]), ..none() }, &[3, 4, 5]),
        (Filter { verdicts: vec![Verdict::Deny], ..none() }, &[3]),
        (Filter { tools: words(&["u"]), verdicts: vec![Verdict::Allow], ..none() }, &[4, 5]),
        (Filter { rule: Some("limits".to_owned()), ..none() }, &[3]),
        (Filter { rule: Some("/checkout/".to_owned()), ..none() }, &[4, 5]),
        (Filter { since: at("2026-01-15T10:30:03Z"), ..none() }, &[3, 4, 5]),
        (Filter { until: at("2026-01-15T11:30:03+01:00"), ..none() }, &[1, 2, 3]),
    ] {
        assert_eq!(picked(&filter), expected, "{filter:?}");
    }
}

#[test]
fn a_time_is_written_with_its_offset() {
    assert!(instant("2026-01-15T10:30:00.123Z").is_ok());
    for text in ["2026-01-15", "10:30", "2026-01-15T10:30:00", "yesterday", ""] {
        assert!(instant(text).is_err(), "{text}");
    }
}
