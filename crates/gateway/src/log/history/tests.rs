//! Whole logs, torn ones, broken ones, and decisions joined with their outcomes.

use super::History;
use crate::log::tests::lines::{Lines, call, denial};
use crate::log::{Outcome, Verdict};

fn two() -> Lines {
    let mut lines = Lines::default();
    lines.decision(call("grant-a", "t", Verdict::Allow)).decision(denial("u", "(hidden)", None));
    lines.outcome(1, Outcome::Replied { error: false });
    lines
}

#[test]
fn every_decision_comes_with_its_outcome() {
    let history = two().history();
    let decided = history.decided();
    let told: Vec<_> = decided.iter().map(|decided| (decided.seq, decided.outcome)).collect();
    assert_eq!(told, [(1, Some(&Outcome::Replied { error: false })), (2, None)]);
    assert_eq!((history.records.len(), history.torn), (3, None));
}

#[test]
fn a_torn_last_line_is_told_and_any_other_broken_line_has_its_number() {
    let text = two().text;
    let torn = History::read(format!("{text}{{\"seq\":4,\"at").as_bytes()).unwrap();
    assert_eq!((torn.records.len(), torn.torn), (3, Some(4)));
    for broken in ["{\"seq\":4", "", "{}", "{\"seq\":4,\"at\":\"soon\",\"outcome\":{\"of\":1,\"ended\":\"replied\"}}"] {
        let error = History::read(format!("{text}{broken}\n{text}").as_bytes()).unwrap_err();
        assert_eq!(error.line, 4, "{broken}");
        assert!(error.to_string().starts_with("line 4: not a record: "), "{error}");
    }
    let foreign = History::read("{\"seq\":1}\u{e4}\n".as_bytes()).unwrap_err();
    assert_eq!(foreign.to_string(), "line 1: not a record: it is not ASCII");
}

#[test]
fn a_whole_last_line_needs_no_end_and_lines_may_end_as_elsewhere() {
    let text = two().text;
    assert_eq!(History::read(text.trim_end().as_bytes()).unwrap().records.len(), 3);
    let history = History::read(text.replace('\n', "\r\n").as_bytes()).unwrap();
    assert_eq!((history.records.len(), history.torn), (3, None));
}

#[test]
fn an_empty_log_and_a_part_of_a_log_are_logs() {
    assert!(History::read(b"").unwrap().records.is_empty());
    let text = two().text;
    let rest = text.split_once('\n').unwrap().1;
    let history = History::read(rest.as_bytes()).unwrap();
    assert_eq!((history.records.len(), history.decided().len()), (2, 1));
}
