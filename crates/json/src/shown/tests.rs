//! Names of somebody else's choosing in a message.

use super::*;

#[test]
fn nothing_misleading_is_shown() {
    let table = [
        ("sku", "sku"),
        ("prix à payer", "prix à payer"),
        ("a`b", "a\\u{60}b"),
        ("a\nb\0", "a\\u{a}b\\u{0}"),
        ("a\u{202e}b\u{200b}", "a\\u{202e}b\\u{200b}"),
        ("a\u{a0}b\u{2028}c", "a\\u{a0}b\\u{2028}c"),
    ];
    for (name, expected) in table {
        assert_eq!(shown(name), expected);
    }
}

#[test]
fn a_whole_line_keeps_everything_that_can_be_seen() {
    assert_eq!(visible("a `b`\u{a0}…"), "a `b`\u{a0}…");
    assert_eq!(visible("a\u{202e}b\u{200b}\u{1b}[2J\n"), "a\\u{202e}b\\u{200b}\\u{1b}[2J\\u{a}");
    assert_eq!(visible(&"é".repeat(65)), "é".repeat(65));
}

#[test]
fn long_names_are_cut() {
    assert_eq!(shown(&"é".repeat(64)), "é".repeat(64));
    assert_eq!(shown(&"é".repeat(65)), "é".repeat(64) + "…");
}
