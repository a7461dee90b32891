//! The grammar and the bounds of numbers, for the scanner and for decimals alike.

use crate::DecimalError;
use crate::decimal::length;

/// How many digits a number may have when it is written out.
const DIGITS_MAX: i64 = 1000;

/// Every number with at most so many digits before its point fits a double, which goes up to 1.8e308.
const DIGITS_SURELY_FINITE: i64 = 308;

/// The parts of a number's text.
pub(crate) struct Parts<'t> {
    /// Whether it begins with a minus sign.
    pub(crate) negative: bool,
    /// The digits before the point, at least one.
    pub(crate) whole: &'t str,
    /// The digits after the point.
    pub(crate) fraction: &'t str,
    /// The exponent, held at the bounds of its type.
    pub(crate) exponent: i64,
}

/// Why there is no number, and the text from where that shows: from the start of the number when it is out of bounds.
pub(crate) struct Fault<'t> {
    pub(crate) error: DecimalError,
    pub(crate) rest: &'t str,
}

impl<'t> Parts<'t> {
    /// Reads the number with which `text` begins, and gives the text behind it.
    pub(crate) fn leading(text: &'t str) -> Result<(Self, &'t str), Fault<'t>> {
        let unsigned = text.strip_prefix('-');
        let (whole, rest) = some_digits(unsigned.unwrap_or(text))?;
        if whole.len() > 1 && whole.starts_with('0') {
            return Err(Fault { error: DecimalError::Grammar, rest: unsigned.unwrap_or(text) });
        }
        let (fraction, rest) = match rest.strip_prefix('.') {
            Some(rest) => some_digits(rest)?,
            None => ("", rest),
        };
        let (exponent, rest) = match rest.strip_prefix(['e', 'E']) {
            Some(rest) => exponent(rest)?,
            None => (0, rest),
        };
        let parts = Self { negative: unsigned.is_some(), whole, fraction, exponent };
        let number = text.get(..text.len() - rest.len()).unwrap_or(text);
        parts.check_bounds(number).map_err(|error| Fault { error, rest: text })?;
        Ok((parts, rest))
    }

    fn check_bounds(&self, number: &str) -> Result<(), DecimalError> {
        // The lone zero before a point is no digit of the value; so 0.5 may have as many digits as .5 would.
        let whole_length = length(self.whole.trim_start_matches('0'));
        let before = whole_length.saturating_add(self.exponent).max(0);
        let after = length(self.fraction).saturating_sub(self.exponent).max(0);
        if before.saturating_add(after) > DIGITS_MAX {
            return Err(DecimalError::TooLong);
        }
        if before > DIGITS_SURELY_FINITE && !number.parse().is_ok_and(f64::is_finite) {
            return Err(DecimalError::NotFinite);
        }
        Ok(())
    }
}

fn exponent(text: &str) -> Result<(i64, &str), Fault<'_>> {
    let (digits, rest) = some_digits(text.strip_prefix(['+', '-']).unwrap_or(text))?;
    let sign = if text.starts_with('-') { -1_i64 } else { 1 };
    let size =
        digits.bytes().fold(0_i64, |size, digit| size.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    Ok((sign.saturating_mul(size), rest))
}

fn some_digits(text: &str) -> Result<(&str, &str), Fault<'_>> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    match text.split_at_checked(end) {
        Some((digits, rest)) if !digits.is_empty() => Ok((digits, rest)),
        _ => Err(Fault { error: DecimalError::Grammar, rest: text }),
    }
}
