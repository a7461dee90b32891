//! How much a call takes of a limit: exact, to the billionth, so that calls and money are counted alike.
//!
//! INVARIANT: adding and taking away never round and never wrap; what does not fit is no amount.

use std::fmt;

use floorwalker_json::Decimal;

/// How many digits an amount may have behind its point.
const DIGITS: usize = 9;
const BILLION: u128 = 1_000_000_000;

/// A number that is not below zero, of at most nine digits behind its point, and at most `u64::MAX`.
///
/// Sums of amounts may be larger: what a counter holds is one, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount {
    billionths: u128,
}

impl Amount {
    /// That many.
    #[must_use]
    pub fn whole(number: u64) -> Self {
        Self { billionths: u128::from(number).saturating_mul(BILLION) }
    }

    /// The number, if it is an amount.
    #[must_use]
    pub fn of(number: &Decimal) -> Option<Self> {
        let written = number.to_string();
        let (whole, fraction) = written.split_once('.').unwrap_or((&written, ""));
        if number.is_negative() || fraction.len() > DIGITS {
            return None;
        }
        let rest: u128 = format!("{fraction:0<DIGITS$}").parse().ok()?;
        let billionths = Self::whole(whole.parse().ok()?).billionths.checked_add(rest)?;
        (billionths <= Self::whole(u64::MAX).billionths).then_some(Self { billionths })
    }

    /// Reads what [`fmt::Display`] writes, and any other spelling that JSON has for an amount.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Decimal::parse(text).ok().and_then(|number| Self::of(&number))
    }

    /// Whether it takes nothing.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.billionths == 0
    }

    /// The largest amount below this one, if there is one.
    pub(crate) fn just_below(self) -> Option<Self> {
        self.checked_sub(Self { billionths: 1 })
    }

    /// The largest whole number that is not above it.
    pub(crate) fn floor(self) -> Self {
        let rest = self.billionths.checked_rem(BILLION).unwrap_or_default();
        Self { billionths: self.billionths.saturating_sub(rest) }
    }

    pub(crate) fn checked_sub(self, other: Self) -> Option<Self> {
        self.billionths.checked_sub(other.billionths).map(|billionths| Self { billionths })
    }

    /// Both together; a sum may be larger than an amount.
    #[must_use]
    pub fn saturating_add(self, other: Self) -> Self {
        Self { billionths: self.billionths.saturating_add(other.billionths) }
    }

    /// What that many calls take; it may be larger than an amount, too.
    #[must_use]
    pub fn saturating_mul(self, calls: u64) -> Self {
        Self { billionths: self.billionths.saturating_mul(calls.into()) }
    }

    pub(crate) fn saturating_sub(self, other: Self) -> Self {
        Self { billionths: self.billionths.saturating_sub(other.billionths) }
    }
}

impl From<u64> for Amount {
    fn from(number: u64) -> Self {
        Self::whole(number)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.billionths.checked_div(BILLION).unwrap_or_default();
        let rest = self.billionths.checked_rem(BILLION).unwrap_or_default();
        if rest == 0 {
            return write!(out, "{whole}");
        }
        write!(out, "{whole}.{}", format!("{rest:0>DIGITS$}").trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests;
