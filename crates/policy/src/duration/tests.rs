//! Which texts are spans of time.

use std::time::Duration;

use super::{duration, spelled};

#[test]
fn a_number_with_a_unit_is_a_span() {
    let cases = [
        ("0s", 0),
        ("250ms", 250),
        ("5s", 5_000),
        ("59.9s", 59_900),
        ("1m30s", 90_000),
        ("10m", 600_000),
        ("0.5h", 1_800_000),
        ("1h", 3_600_000),
        ("30d", 2_592_000_000),
    ];
    for (text, millis) in cases {
        assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
    }
}

#[test]
fn anything_else_is_none() {
    for text in [
        "",
        "5",
        "s",
        "5 s",
        "-5s",
        "0.5ms",
        "1.s",
        ".5s",
        "1.2.3s",
        "5s ",
        "5S",
        "5sec",
        "+5s",
        "١s",
        "99999999999999999999s",
        "18446744073709551615m",
    ] {
        assert!(duration(text).is_err(), "{text}");
    }
}

#[test]
fn spans_are_spelled_in_seconds_where_they_are_whole() {
    assert_eq!(spelled(Duration::from_secs(60)), "60 s");
    assert_eq!(spelled(Duration::from_millis(1_500)), "1500 ms");
}
