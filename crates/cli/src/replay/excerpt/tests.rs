//! What is cut, and that what differs is not.

use super::Detail;

fn plain(styled: &str) -> String {
    anstream::adapter::strip_str(styled).to_string()
}

#[test]
fn a_long_line_is_cut_unless_everything_is_wanted() {
    let line = "ä".repeat(30);
    assert_eq!(Detail::Short { columns: 10 }.quoted([line.as_str()].into_iter()), format!("    {}…\n", "ä".repeat(5)));
    assert_eq!(Detail::Short { columns: 34 }.quoted([line.as_str()].into_iter()), format!("    {line}\n"));
    assert_eq!(Detail::Whole.quoted([line.as_str()].into_iter()), format!("    {line}\n"));
}

#[test]
fn what_differs_is_shown_however_far_behind_it_stands() {
    let long = "x".repeat(60);
    let diff = format!("--- kept\n+++ now\n@@ -1 +1 @@\n same\n-{long}old\n-gone\n+{long}new\n same\n+more\n");
    let short = plain(&Detail::Short { columns: 40 }.difference(&diff));
    let late = "x".repeat(20);
    let expected = format!("@@ -1 +1 @@\n same\n-…{late}old\n-gone\n+…{late}new\n same\n+more\n");
    assert_eq!(short.replace("    ", ""), expected);
    let whole = plain(&Detail::Whole.difference(&diff));
    assert!(whole.contains(&format!("-{long}old\n")) && !whole.contains('…') && !whole.contains("+++"), "{whole}");
}
