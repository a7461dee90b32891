//! Exact decimals: what a number means, digit by digit.
//!
//! Limits count money, and a double cannot hold 0.1. Nothing here passes through a double; the only question asked of
//! one is whether the number fits it, because most readers of JSON will put it there.
//!
//! INVARIANT: equal values are equal `Decimal`s. Zero has no digits, no sign and the point at 0.

use std::cmp::Ordering;
use std::fmt;

pub(crate) use crate::decimal::grammar::Parts;

mod grammar;

/// An exact decimal number of at most 1,000 digits when written out.
///
/// It is ordered by value and prints without exponent, in one spelling per value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    negative: bool,
    /// The significant digits, neither beginning nor ending with a zero.
    digits: String,
    /// Where the decimal point stands, counted from before the first digit: the value is 0.digits times ten to this.
    point: i64,
}

/// Why a text is no decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecimalError {
    /// It is not written as JSON writes numbers.
    #[error("not a number as JSON writes it")]
    Grammar,
    /// It has over 1,000 digits when written out without exponent.
    #[error("number of over 1,000 digits")]
    TooLong,
    /// It is larger than any double.
    #[error("number too large for a double")]
    NotFinite,
}

impl Decimal {
    /// Reads a number as JSON writes it, with nothing around it.
    ///
    /// # Errors
    /// The text is outside the grammar of JSON's numbers or outside the bounds that the scanner keeps.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        match Parts::leading(text) {
            Ok((parts, "")) => Ok(Self::of_parts(&parts)),
            Ok(_) => Err(DecimalError::Grammar),
            Err(fault) => Err(fault.error),
        }
    }

    /// Reads text that the scanner accepted as a number.
    #[expect(clippy::expect_used, reason = "a wrong amount would be worse than a panic")]
    pub(crate) fn of_checked(text: &str) -> Self {
        Self::parse(text).expect("the text of a `Number` has passed the same grammar and bounds")
    }

    fn of_parts(parts: &Parts<'_>) -> Self {
        let mut digits = [parts.whole, parts.fraction].concat();
        digits.truncate(digits.trim_end_matches('0').len());
        let significant = digits.trim_start_matches('0');
        if significant.is_empty() {
            return Self { negative: false, digits: String::new(), point: 0 };
        }
        let leading = digits.len() - significant.len();
        let point = length(parts.whole) - length(&digits) + length(significant) + parts.exponent;
        digits.drain(..leading);
        Self { negative: parts.negative, digits, point }
    }

    /// Whether the value is below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// Whether the value has no fraction.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        length(&self.digits) <= self.point
    }

    /// The value as a non-negative integer, if it is one that fits.
    #[must_use]
    pub fn to_u64(&self) -> Option<u64> {
        // Twenty digits hold every u64; more need not be written out to know that they do not fit.
        let fits = !self.negative && self.is_integer() && self.point <= 20;
        if fits { self.to_string().parse().ok() } else { None }
    }

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }
}

impl From<u64> for Decimal {
    fn from(value: u64) -> Self {
        let written = value.to_string();
        Self::of_parts(&Parts { negative: false, whole: &written, fraction: "", exponent: 0 })
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        // Without leading zeros the point tells the magnitude, and after an equal point digits compare like a
        // dictionary's words.
        let magnitude = || (self.point, &self.digits).cmp(&(other.point, &other.digits));
        self.sign().cmp(&other.sign()).then_with(|| if self.negative { magnitude().reverse() } else { magnitude() })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let whole_length = usize::try_from(self.point).unwrap_or(0);
        let zeros_before = usize::try_from(self.point.saturating_neg()).unwrap_or(0);
        match self.digits.split_at_checked(whole_length) {
            None | Some((_, "")) => write!(out, "{sign}{:0<whole_length$}", self.digits_or_zero()),
            Some(("", fraction)) => write!(out, "{sign}0.{:0<zeros_before$}{fraction}", ""),
            Some((whole, fraction)) => write!(out, "{sign}{whole}.{fraction}"),
        }
    }
}

impl Decimal {
    fn digits_or_zero(&self) -> &str {
        if self.digits.is_empty() { "0" } else { &self.digits }
    }
}

/// The length in the type of exponents; texts are far shorter than its maximum.
fn length(digits: &str) -> i64 {
    i64::try_from(digits.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
