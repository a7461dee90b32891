//! The numbers that some comparisons leave.

use floorwalker_json::Decimal;

use crate::condition::operand::Operand;

/// The numbers between two bounds, without some of them. A bound may be one of them, or not.
#[derive(Debug, Default)]
pub(super) struct Range<'f> {
    pub(super) low: Option<(&'f Decimal, bool)>,
    pub(super) high: Option<(&'f Decimal, bool)>,
    pub(super) not: Vec<&'f Operand>,
}

impl<'f> Range<'f> {
    pub(super) fn stay_below(&mut self, number: &'f Decimal, included: bool) {
        let is_tighter = |(high, with): (&Decimal, bool)| number < high || (number == high && with && !included);
        if self.high.is_none_or(is_tighter) {
            self.high = Some((number, included));
        }
    }

    pub(super) fn stay_above(&mut self, number: &'f Decimal, included: bool) {
        let is_tighter = |(low, with): (&Decimal, bool)| number > low || (number == low && with && !included);
        if self.low.is_none_or(is_tighter) {
            self.low = Some((number, included));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        let (Some((low, with_low)), Some((high, with_high))) = (self.low, self.high) else { return false };
        let is_left_out = || self.not.iter().any(|operand| operand.is_number(low));
        low > high || (low == high && (!with_low || !with_high || is_left_out()))
    }
}
