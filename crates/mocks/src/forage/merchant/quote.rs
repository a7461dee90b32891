//! What a checkout costs: integers in minor units, and totals that add up.
//!
//! INVARIANT: the entries other than `total` sum up to `total`, and `total` is not negative. A price that was accepted,
//! see [`Price::is_exact`], has a quote as long as its unit price and its quantity stay.

use serde_json::{Value, json};

use super::super::settings::Arithmetic;
use super::goods::{Offer, Shop};

/// The largest amount that every JSON reader sees exactly, 2^53 - 1.
pub(super) const MOST: u64 = 9_007_199_254_740_991;
const LARGEST: i128 = MOST as i128;

/// What a price is made of.
#[derive(Clone, Debug)]
pub(crate) struct Price {
    pub(crate) offer: Offer,
    pub(crate) quantity: u64,
    pub(crate) unit_minor: u64,
    /// What all discount codes together take off the goods.
    pub(crate) discount_percent: u64,
    /// What the merchant put on top, or took off, without saying why.
    pub(crate) adjustment_minor: i128,
    /// Whether shipping and tax are known.
    pub(crate) destination: Destination,
}

/// Whether it is known where the goods go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    Unknown,
    Known,
}

/// What a checkout costs, entry by entry, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quote {
    pub(crate) subtotal: i128,
    discount: i128,
    fulfillment: i128,
    tax: i128,
    fee: i128,
    pub(crate) total_minor: u64,
}

impl Price {
    pub(crate) fn new(offer: Offer, quantity: u64) -> Self {
        Self {
            offer,
            quantity,
            unit_minor: offer.product.price_minor,
            discount_percent: 0,
            adjustment_minor: 0,
            destination: Destination::Unknown,
        }
    }

    /// Whether the whole of it, shipping and tax included, can be told exactly.
    pub(crate) fn is_exact(&self, arithmetic: Arithmetic) -> bool {
        let shipped = Self { destination: Destination::Known, ..self.clone() };
        shipped.quote(arithmetic).is_some_and(|quote| i128::from(quote.total_minor) <= LARGEST)
    }

    /// The quote, if the subtotal can be told exactly.
    pub(crate) fn quote(&self, arithmetic: Arithmetic) -> Option<Quote> {
        let Shop { shipping_minor, tax_permille, .. } = self.offer.shop;
        let subtotal = self.subtotal(arithmetic)?;
        let off = subtotal * i128::from(self.discount_percent.min(100)) / 100;
        let (fulfillment, tax) = match self.destination {
            Destination::Unknown => (0, 0),
            Destination::Known => {
                (i128::from(*shipping_minor), rounded((subtotal - off) * i128::from(*tax_permille), 1_000))
            }
        };
        let bare = subtotal - off + fulfillment + tax;
        let adjustment = self.adjustment_minor.max(-bare);
        let total = bare + adjustment;
        Some(Quote {
            subtotal,
            discount: adjustment.min(0) - off,
            fulfillment,
            tax,
            fee: adjustment.max(0),
            total_minor: u64::try_from(total).ok()?,
        })
    }

    /// Adjusts the price so that it comes to this total, if it stays exact with an address and without discounts; says
    /// whether it did.
    pub(crate) fn come_to(&mut self, total_minor: u64, arithmetic: Arithmetic) -> bool {
        let bare = Self { adjustment_minor: 0, ..self.clone() };
        let Some(quote) = bare.quote(arithmetic) else { return false };
        let adjustment_minor = i128::from(total_minor) - i128::from(quote.total_minor);
        let is_exact = Self { adjustment_minor, discount_percent: 0, ..bare }.is_exact(arithmetic);
        if is_exact {
            self.adjustment_minor = adjustment_minor;
        }
        is_exact
    }

    fn subtotal(&self, arithmetic: Arithmetic) -> Option<i128> {
        let exact = i128::from(self.unit_minor).checked_mul(i128::from(self.quantity))?;
        match arithmetic {
            Arithmetic::Exact => (exact <= LARGEST).then_some(exact),
            Arithmetic::Wrapping => Some(exact & i128::from(u32::MAX)),
        }
    }
}

impl Quote {
    /// The entries on the wire. What is nothing is left out, but for subtotal and total.
    pub(crate) fn to_json(&self) -> Value {
        let entries = [
            ("subtotal", self.subtotal),
            ("discount", self.discount),
            ("fulfillment", self.fulfillment),
            ("tax", self.tax),
            ("fee", self.fee),
            ("total", i128::from(self.total_minor)),
        ];
        let shown = entries.iter().filter(|(name, amount)| *amount != 0 || matches!(*name, "subtotal" | "total"));
        shown.map(|(name, amount)| json!({ "type": name, "amount": whole(*amount) })).collect()
    }
}

/// An amount as JSON has it; all of them fit, because the total does.
pub(crate) fn whole(amount: i128) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}

/// Half a unit is rounded up.
fn rounded(amount: i128, by: i128) -> i128 {
    (amount + by / 2) / by
}
