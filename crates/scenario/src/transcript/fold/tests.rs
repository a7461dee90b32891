//! Lines that repeat are told once.

use super::{Foldable, folded};

fn fold(lines: &[&str]) -> Vec<String> {
    let lines: Vec<Foldable> = lines.iter().map(|line| Foldable::new((*line).to_owned(), line, None)).collect();
    folded(&lines)
}

#[test]
fn what_differs_in_numbers_alone_is_the_same() {
    let storm = ["deny, wait 4 s", "deny, wait 3500 ms", "deny, wait 3 s", "allow"];
    assert_eq!(fold(&storm), ["deny, wait 4 s", "… the same 2 more times", "allow"]);
    let ids = [
        "bind 00000000-0000-4000-8000-000000000001, deliver b1dae890c6a7",
        "bind 00000000-0000-4000-8000-000000000002, deliver eb35a16c94dc",
        "bind 00000000-0000-4000-8000-000000000003, deliver 56d1290d8bdb",
    ];
    assert_eq!(fold(&ids).len(), 2);
}

#[test]
fn groups_are_folded_and_so_is_what_is_in_them() {
    let round = ["allow", "deny 1", "deny 2", "deny 3"];
    assert_eq!(
        fold(&round.repeat(5)),
        ["allow", "deny 1", "… the same 2 more times", "… the last 4 lines 4 more times"]
    );
}

#[test]
fn what_differs_in_words_stays() {
    let lines = ["buyer allow", "thief deny", "buyer allow", "buyer allow", "thief allow"];
    assert_eq!(fold(&lines), lines);
    assert!(fold(&[]).is_empty());
}
