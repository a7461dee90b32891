//! The three tools that look for products: `search_products`, `compare_prices` and `find_deals`.
//!
//! What they show is remembered per caller, because it is what a later checkout is attributed to.

use serde_json::{Value, json};

use crate::mock::Caller;

use super::catalogue::Arguments;
use super::merchant::Refusal;
use super::merchant::goods::{Offer, offers};
use super::merchant::message::Severity;
use super::{Forage, who};

/// What a deal may cost: an amount in minor units, in one currency or in any.
struct Budget {
    currency: Option<String>,
    /// In whole units of the currency.
    units: u64,
}

impl Forage {
    pub(crate) fn search_products(&mut self, caller: &Caller, arguments: &Arguments) -> Value {
        let query = arguments.text("query").to_lowercase();
        let fits = |offer: &Offer| {
            let text = format!("{} {}", offer.product.title, offer.product.category).to_lowercase();
            query.split_whitespace().all(|word| text.contains(word))
        };
        json!({ "products": self.show(caller, offers().filter(fits).collect()) })
    }

    pub(crate) fn compare_prices(&mut self, caller: &Caller, arguments: &Arguments) -> Value {
        let product = arguments.text("product").to_lowercase();
        let mut found: Vec<Offer> = offers().filter(|offer| offer.product.title.to_lowercase() == product).collect();
        found.sort_by_key(|offer| (offer.shop.currency.as_str(), offer.product.price_minor));
        // Prices of different currencies have no difference.
        let cheapest = |offer: &Offer| found.iter().find(|other| other.shop.currency == offer.shop.currency);
        let differences: Vec<Value> = found
            .iter()
            .filter_map(|offer| {
                let more = offer.product.price_minor - cheapest(offer)?.product.price_minor;
                Some(json!({ "merchant": offer.shop.name, "currency": offer.shop.currency, "above_cheapest": more }))
            })
            .collect();
        json!({ "offers": self.show(caller, found), "price_differences": differences })
    }

    pub(crate) fn find_deals(&mut self, caller: &Caller, arguments: &Arguments) -> Result<Value, Refusal> {
        let budget = match arguments.text("budget") {
            "" => None,
            written => Some(Budget::read(written).ok_or_else(bad_budget)?),
        };
        let category = arguments.text("category").to_lowercase();
        let reduced = offers().filter(|offer| offer.product.was_minor.is_some() && offer.product.category == category);
        let found = reduced.filter(|offer| budget.as_ref().is_none_or(|budget| budget.reaches(offer))).collect();
        Ok(json!({ "deals": self.show(caller, found) }))
    }

    fn show(&mut self, caller: &Caller, found: Vec<Offer>) -> Vec<Value> {
        if !found.is_empty() {
            self.visits.entry(who(caller)).or_default().extend(found.iter().map(Offer::url));
        }
        found.into_iter().map(Offer::to_json).collect()
    }
}

impl Budget {
    /// `50`, `$50`, `USD 50` or `¥5000`; nothing in a currency that no merchant sells in.
    fn read(written: &str) -> Option<Self> {
        let digits = written.find(|character: char| character.is_ascii_digit())?;
        let (currency, units) = written.split_at_checked(digits)?;
        let currency = match currency.trim() {
            "" => None,
            "$" => Some("USD".to_owned()),
            "¥" => Some("JPY".to_owned()),
            code => Some(code.to_uppercase()),
        };
        if currency.as_ref().is_some_and(|code| offers().all(|offer| offer.shop.currency != *code)) {
            return None;
        }
        Some(Self { currency, units: units.trim().parse().ok()? })
    }

    fn reaches(&self, offer: &Offer) -> bool {
        let minor_per_unit = if offer.shop.currency == "JPY" { 1 } else { 100 };
        let in_currency = self.currency.as_ref().is_none_or(|currency| *currency == offer.shop.currency);
        in_currency && offer.product.price_minor <= self.units.saturating_mul(minor_per_unit)
    }
}

fn bad_budget() -> Refusal {
    let message = Severity::Recoverable
        .error("invalid_budget", "Write a budget as `50`, `$50` or `USD 50`, in a merchant's currency.");
    Refusal { message, checkout: None }
}
