//! What a checkout costs now, and what the agent agreed to pay.
//!
//! A reply to a creation or an update shows a total that the agent asked for. What later replies show may be less, but a
//! completion does not pay more.

use crate::{Denial, QuoteKey, RuleName, Total, onlooker::Onlooker};

pub(super) const TOTAL: RuleName = RuleName::fixed("/checkout/total");
pub(super) const QUOTE: RuleName = RuleName::fixed("/checkout/quote");

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

    pub(super) fn require_agreement(&self, eyes: &mut impl Onlooker) -> Result<(), Denial> {
        let (Some(agreed), Some(shown)) = (&self.agreed, &self.shown) else { return Ok(()) };
        let answer = if shown.is_within(agreed) { Ok(()) } else { Err(grown(agreed, shown)) };
        eyes.sees(&TOTAL, answer, || (format!("a total of at most {agreed}, as agreed"), shown.to_string()))
    }
}

/// Refuses a quote that the grant was not shown, be it somebody else's or nobody's, and a total that is above it.
pub(super) fn require_quote(
    row: Option<&QuoteRow>,
    quote: &QuoteKey,
    total: Option<&Total>,
    eyes: &mut impl Onlooker,
) -> Result<(), Denial> {
    let answer = row.ok_or_else(|| Denial::visible(QUOTE, "No quote with this id was given to this grant."));
    let row = eyes.sees(&QUOTE, answer, || {
        let saw = if row.is_some() { "that it was" } else { "that it was not" };
        (format!("quote {} to be shown to {}", quote.handle, quote.grant), saw.to_owned())
    })?;
    let Some(total) = total else { return Ok(()) };
    let answer = if total.is_within(&row.total) { Ok(()) } else { Err(above_quote(&row.total, total)) };
    eyes.sees(&TOTAL, answer, || (format!("a total of at most {}, as quoted", row.total), total.to_string()))
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
