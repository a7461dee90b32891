//! Which call is one too many.

use floorwalker_gateway::Reply;

use super::Tally;
use crate::answer::{Answer, Verdict};
use crate::document::Amount;

/// A tally of these calls, which stand in the transcript from the tenth line on.
fn tally(verdicts: &[Verdict]) -> Tally {
    let reply = Reply {
        status: http::StatusCode::OK,
        headers: http::HeaderMap::new(),
        body: bytes::Bytes::from_static(br#"{"id":1,"result":{}}"#),
    };
    let mut tally = Tally::default();
    for (verdict, shown_at) in verdicts.iter().zip(10..) {
        tally.count(&Answer { verdict: *verdict, ..Answer::of(&reply, "t") }, shown_at);
    }
    tally
}

#[test]
fn the_first_call_beyond_the_tally_is_the_wrong_one() {
    use Verdict::{Allow, Deny, Unknown};
    let outcome = [(Allow, Amount::exactly(3)), (Deny, Amount::exactly(1))];
    let cases: [(&[Verdict], bool, Option<usize>); 5] = [
        (&[Allow, Allow, Allow, Deny], true, None),
        (&[Allow, Allow, Deny, Deny, Deny], false, Some(13)),
        (&[Allow, Allow, Allow, Allow, Deny], false, Some(13)),
        (&[Allow, Unknown, Unknown, Deny], false, Some(11)),
        (&[Allow, Allow, Deny], false, None),
    ];
    for (verdicts, holds, wrong) in cases {
        let tally = tally(verdicts);
        assert_eq!(tally.holds(&outcome), holds, "{verdicts:?}");
        assert_eq!(tally.first_beyond(&outcome).map(|call| call.shown_at), wrong, "{verdicts:?}");
    }
}
