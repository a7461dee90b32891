//! The port that a gateway says.

use super::port_after;

#[test]
fn a_port_is_the_number_right_behind_the_words() {
    let text = "listening on http://127.0.0.1:";
    assert_eq!(port_after("12:00 listening on http://127.0.0.1:4821/mcp", text), Some(4_821));
    assert_eq!(port_after("listening on http://127.0.0.1:99999", text), None);
    assert_eq!(port_after("listening on http://127.0.0.1:x", text), None);
    assert_eq!(port_after("nothing", text), None);
}
