//! When a charge leaves its window.

use std::time::Duration;

use crate::{Timestamp, Unit, Window};

#[test]
fn calendar_windows_end_with_their_unit_and_rolling_ones_do_not() {
    let at = |millis| Timestamp::from_millis(millis);
    let rolling = Window::Rolling(Duration::from_secs(60));
    assert_eq!(rolling.leaves_at(at(59_999)), at(119_999));
    assert_eq!(Window::Calendar(Unit::Minute).leaves_at(at(59_999)), at(60_000));
    assert_eq!(Window::Calendar(Unit::Minute).leaves_at(at(60_000)), at(120_000));
    assert_eq!(Window::Calendar(Unit::Hour).leaves_at(at(1)), at(3_600_000));
    assert_eq!(Window::Calendar(Unit::Day).leaves_at(at(86_399_999)), at(86_400_000));
}

#[test]
fn windows_have_words() {
    assert_eq!(Window::Rolling(Duration::from_millis(1_500)).to_string(), "1500 ms");
    assert_eq!(Window::Calendar(Unit::Day).to_string(), "calendar day");
}
