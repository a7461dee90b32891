//! Our gateway in process: it starts, answers, and goes on from its log.

mod broken;

use super::without_bounds;

#[test]
fn a_transcript_does_not_say_how_much_a_limit_allows() {
    let cases = [
        ("1 allow  [charge rate 1/10 per 60 s for a]", "1 allow  [charge rate 1 for a]"),
        (
            "[own c by a; charge x 1/2 per 1 s for a; charge y 3/4 per 5 s for everybody]",
            "[own c by a; charge x 1 for a; charge y 3 for everybody]",
        ),
        ("deny by /tools/t: nothing was charged", "deny by /tools/t: nothing was charged"),
    ];
    for (line, shown) in cases {
        assert_eq!(without_bounds(line), shown);
    }
}
