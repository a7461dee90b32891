//! What a checkout costs now, and what the agent agreed to pay.
//!
//! A reply to a creation or an update shows a total that the agent asked for. What later replies show may be less, but a
//! completion does not pay more.

use crate::{Denial, RuleName, Total};

const TOTAL: RuleName = RuleName::fixed("/checkout/total");
const QUOTE: RuleName = RuleName::fixed("/checkout/quote");

/// The totals of one checkout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The last that the agent asked for; the first that was shown, if it asked for none.
    pub agreed: Option<Total>,
    /// The last that a reply showed.
    pub shown: Option<Total>,
}

/// A quote that a grant was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteRow {
    /// What it promises.
    pub total: Total,
}

impl Totals {
    /// These totals after one more was shown.
    pub(super) fn after(&self, total: &Total, agreed: bool) -> Self {
        let kept = if agreed { None } else { self.agreed.clone() };
        Self { agreed: kept.or_else(|| Some(total.clone())), shown: Some(total.clone()) }
    }

    pub(super) fn require_agreement(&self) -> Result<(), Denial> {
        match (&self.agreed, &self.shown) {
            (Some(agreed), Some(shown)) if !shown.is_within(agreed) => Err(grown(agreed, shown)),
            _ => Ok(()),
        }
    }
}

impl QuoteRow {
    pub(super) fn require_within(&self, total: Option<&Total>) -> Result<(), Denial> {
        match total {
            Some(total) if !total.is_within(&self.total) => Err(above_quote(&self.total, total)),
            _ => Ok(()),
        }
    }
}

/// A quote that somebody else was shown, and one that does not exist.
pub(super) fn not_quoted() -> Denial {
    Denial::visible(QUOTE, "No quote with this id was given to this grant.")
}

fn grown(agreed: &Total, shown: &Total) -> Denial {
    let reason = format!(
        "The total of this checkout went from {agreed} to {shown}, in the server's units, without being asked for. \
         Update the checkout to agree to the new total."
    );
    Denial::visible(TOTAL, reason)
}

fn above_quote(quoted: &Total, total: &Total) -> Denial {
    Denial::visible(TOTAL, format!("The new checkout costs {total}, but its quote says {quoted}."))
}
