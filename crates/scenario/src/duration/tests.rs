use std::time::Duration;

use super::{parse, shown, since_start};

#[test]
fn lengths_are_read_to_the_millisecond() {
    let cases = [
        ("5s", Some(5_000)),
        ("100ms", Some(100)),
        ("59.9s", Some(59_900)),
        ("1m30s", Some(90_000)),
        ("30d", Some(2_592_000_000)),
        ("0.5h", Some(1_800_000)),
        ("0.5ms", None),
        ("5", None),
        ("", None),
        ("-1s", None),
        ("1.s", None),
        ("1.2.3s", None),
        ("5 s", None),
    ];
    for (written, millis) in cases {
        assert_eq!(parse(written), millis.map(Duration::from_millis), "{written}");
    }
}

#[test]
fn virtual_time_is_shown_in_one_width() {
    assert_eq!(since_start(Duration::from_millis(5_000)), "0:05.000");
    assert_eq!(since_start(Duration::from_millis(3_661_001)), "61:01.001");
    assert_eq!(shown(Duration::from_millis(59_900)), "59.9 s");
    assert_eq!(shown(Duration::from_millis(120)), "120 ms");
    assert_eq!(shown(Duration::ZERO), "0 s");
}
