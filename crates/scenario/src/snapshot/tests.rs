//! A kept transcript is compared by its text, and written as insta writes it.

use super::{SnapshotState, compare, render, transcript_of};

#[test]
fn what_was_rendered_is_the_same() {
    let file = render("scenarios/a/b.yaml", "one\n---\ntwo\n");
    assert_eq!(transcript_of(&file), Some("one\n---\ntwo"));
    assert_eq!(compare(Some(&file), "one\n---\ntwo\n"), SnapshotState::Same);
}

#[test]
fn a_difference_is_shown_line_by_line() {
    let SnapshotState::Differs(diff) = compare(Some(&render("x", "a\nb\n")), "a\nc\n") else { panic!("no difference") };
    assert!(diff.contains("-b") && diff.contains("+c"), "{diff}");
    assert_eq!(compare(None, "a"), SnapshotState::Missing);
    let SnapshotState::Differs(diff) = compare(Some("no header"), "a") else {
        panic!("it is no snapshot, but is there")
    };
    assert!(diff.contains("-no header"), "{diff}");
}
