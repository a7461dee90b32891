//! What a checkout or a quote costs, as a reply shows it.
//!
//! INVARIANT: no total is below zero, and its currency is in upper case, because servers write `USD` and `usd` for one
//! currency.

use std::fmt;

use floorwalker_json::Decimal;

/// An amount in units of the server's choosing, usually minor ones, and its currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    amount: Decimal,
    currency: String,
}

impl Total {
    /// An amount that is not below zero, in a currency that has a name.
    #[must_use]
    pub fn new(amount: Decimal, currency: &str) -> Option<Self> {
        let is_total = !amount.is_negative() && crate::names::check(currency).is_ok();
        is_total.then(|| Self { amount, currency: currency.to_ascii_uppercase() })
    }

    /// How much.
    #[must_use]
    pub fn amount(&self) -> &Decimal {
        &self.amount
    }

    /// Of what.
    #[must_use]
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// Whether it is at most the other, in the same currency.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        self.currency == other.currency && self.amount <= other.amount
    }
}

impl fmt::Display for Total {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.amount, self.currency)
    }
}
