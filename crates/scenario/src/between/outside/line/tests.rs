//! Lines that fit, that do not, and that never end.

use tokio::io::BufReader;

use super::{Line, next_line};

#[tokio::test]
async fn of_a_line_no_more_is_kept_than_was_asked_for_and_the_next_one_is_whole() {
    let mut output = BufReader::with_capacity(3, &b"four\n\nfive5\nlast"[..]);
    let mut next = async || next_line(&mut output, 4).await.unwrap();
    let line = |kept: &str, is_whole| Some(Line { kept: kept.into(), is_whole });
    assert_eq!(next().await, line("four", true));
    assert_eq!(next().await, line("", true));
    assert_eq!(next().await, line("five", false));
    assert_eq!(next().await, line("last", true));
    assert_eq!(next().await, None);
}
