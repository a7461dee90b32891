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
fn long_names_are_cut() {
    assert_eq!(shown(&"é".repeat(64)), "é".repeat(64));
    assert_eq!(shown(&"é".repeat(65)), "é".repeat(64) + "…");
}

#[test]
fn a_line_keeps_everything_and_hides_nothing() {
    let text = "é".repeat(100);
    assert_eq!(one_line(&text), text);
    assert_eq!(one_line("a`b\u{202e}\n\u{200b}\u{1b}[0m"), "a`b\\u{202e}\\u{a}\\u{200b}\\u{1b}[0m");
}
