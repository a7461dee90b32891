//! Virtual time in one width.

use std::time::Duration;

use super::{shown, since_start};

#[test]
fn virtual_time_is_shown_in_one_width() {
    assert_eq!(since_start(Duration::from_millis(5_000)), "0:05.000");
    assert_eq!(since_start(Duration::from_millis(3_661_001)), "61:01.001");
    assert_eq!(shown(Duration::from_millis(59_900)), "59.9 s");
    assert_eq!(shown(Duration::from_millis(120)), "120 ms");
    assert_eq!(shown(Duration::ZERO), "0 s");
}
