//! Which words name a guarantee.

use super::Guarantee;

#[test]
fn only_the_numbered_ones_are_guarantees() {
    for written in ["G1", "G11", "G23"] {
        assert_eq!(Guarantee::parse(written).map(|one| one.to_string()).as_deref(), Some(written));
    }
    for written in ["G0", "G24", "G01", "G+1", "11", "g1", "G"] {
        assert_eq!(Guarantee::parse(written), None, "{written}");
    }
}
