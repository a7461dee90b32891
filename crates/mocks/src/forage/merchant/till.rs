//! Where money and states move: every charge, refund, order and change of state is written here and nowhere else.
//!
//! Nothing happens by timer. What is due happens at the next look, dated with the time it was due.

use crate::ledger::EntryKind;

use super::super::settings::{Currency, Fulfilment, PriceFields, Settings, Totals};
use super::checkout::{Agreement, Attribution, Checkout, Reason, State};
use super::quote::Price;
use super::{Claims, Merchant};

/// What a merchant that switches currencies switches to.
const OTHER_CURRENCY: &str = "JPY";

impl Merchant {
    /// Lets every checkout expire that is due; gives back the mock's time.
    pub(crate) fn settle_at(&mut self, now: u64) -> u64 {
        let now = self.books.clock.look(now);
        while self.due.first().is_some_and(|(at, _)| *at <= now) {
            let Some((at, id)) = self.due.pop_first() else { break };
            let expires = self.checkouts.get(&id).is_some_and(|open| open.state().is_open() && open.expires_at == at);
            if expires {
                self.enter(at, &id, State::Canceled);
            }
        }
        now
    }

    /// Writes a new checkout down.
    pub(super) fn open(&mut self, at: u64, checkout: Checkout) {
        let id = checkout.id.clone();
        self.books.ledger.write(at, Some(&id), EntryKind::StateEntered { state: checkout.state().as_str() });
        self.checkouts.insert(id.clone(), checkout);
        self.set_expiry(at, &id);
        self.assess(at, &id);
    }

    /// Opens a canceled checkout again and gives it a new life span.
    pub(super) fn revive(&mut self, at: u64, id: &str) {
        let Some(checkout) = self.checkouts.get_mut(id) else { return };
        checkout.revive();
        let state = checkout.state().as_str();
        self.books.ledger.write(at, Some(id), EntryKind::StateEntered { state });
        self.set_expiry(at, id);
    }

    /// Puts an open checkout into the state it belongs in.
    pub(super) fn assess(&mut self, at: u64, id: &str) {
        if let Some(checkout) = self.checkouts.get_mut(id).filter(|checkout| checkout.state().is_open()) {
            let state = checkout.assessed();
            self.enter(at, id, state);
        }
    }

    /// Asks for the buyer in person.
    pub(super) fn escalate(&mut self, at: u64, id: &str, reason: Reason) {
        if let Some(checkout) = self.checkouts.get_mut(id) {
            checkout.escalated = Some(reason);
            self.assess(at, id);
        }
    }

    /// The buyer has done what was asked.
    pub(super) fn resolve(&mut self, at: u64, id: &str) {
        if let Some(checkout) = self.checkouts.get_mut(id) {
            checkout.settled.extend(checkout.escalated.take());
            self.assess(at, id);
        }
    }

    /// Wants another total; says whether that can be told exactly. If not, nothing happens.
    pub(super) fn reprice(&mut self, at: u64, id: &str, total_minor: u64) -> bool {
        let settings = &self.settings;
        let Some(checkout) = self.checkouts.get_mut(id) else { return false };
        if !checkout.price.come_to(total_minor, settings.arithmetic) {
            return false;
        }
        if settings.currency == Currency::Switched {
            OTHER_CURRENCY.clone_into(&mut checkout.currency);
        }
        if settings.totals == Totals::Honest {
            checkout.agreement = Agreement::Wanted;
        }
        self.assess(at, id);
        true
    }

    /// The buyer gives what is missing and pays, on the merchant's page.
    pub(super) fn sell_on_page(&mut self, at: u64, id: &str) {
        if let Some(checkout) = self.checkouts.get_mut(id) {
            checkout.fill_in();
            self.sell(at, id);
        }
    }

    /// Charges what the checkout costs now, and takes the order.
    pub(super) fn sell(&mut self, at: u64, id: &str) {
        self.charge(at, id);
        match (self.settings.fulfilment, self.checkouts.get(id).map(Checkout::state)) {
            (_, None) => {}
            // A completed checkout does not move, whatever is charged for it again.
            (_, Some(State::Completed)) => self.books.ledger.write(at, Some(id), EntryKind::OrderPlaced),
            (Fulfilment::Later, Some(_)) => self.enter(at, id, State::CompleteInProgress),
            (Fulfilment::AtOnce, Some(_)) => self.finish(at, id),
        }
    }

    /// Places the order of a paid checkout, and credits whoever led to it.
    pub(super) fn finish(&mut self, at: u64, id: &str) {
        self.orders += 1;
        let order = format!("ORD-{:06}", self.orders);
        self.enter(at, id, State::Completed);
        self.books.ledger.write(at, Some(id), EntryKind::OrderPlaced);
        let Some(checkout) = self.checkouts.get_mut(id) else { return };
        checkout.order = Some(order);
        if checkout.attribution == Attribution::Attached {
            self.books.ledger.write(at, Some(id), EntryKind::ConversionRecorded);
        }
    }

    /// Gives the last charge back and gives the order up.
    pub(super) fn refund(&mut self, at: u64, id: &str) {
        if let Some(checkout) = self.checkouts.get(id) {
            let amount_minor = checkout.charged_minor;
            self.books.ledger.write(at, Some(id), EntryKind::Refunded { amount_minor });
        }
        self.enter(at, id, State::Canceled);
    }

    /// Enters a state; a checkout that is over stays as it is.
    pub(super) fn enter(&mut self, at: u64, id: &str, state: State) {
        if self.checkouts.get_mut(id).is_some_and(|checkout| checkout.enter(state)) {
            self.books.ledger.write(at, Some(id), EntryKind::StateEntered { state: state.as_str() });
        }
    }

    fn charge(&mut self, at: u64, id: &str) {
        let arithmetic = self.settings.arithmetic;
        let Some(checkout) = self.checkouts.get_mut(id) else { return };
        let amount_minor = checkout.quote(arithmetic).map_or(0, |quote| quote.total_minor);
        checkout.charged_minor = amount_minor;
        let is_switched = checkout.currency != checkout.price.offer.shop.currency;
        self.books.ledger.write(at, Some(id), EntryKind::Charged { amount_minor });
        if is_switched {
            self.books.ledger.write(at, Some(id), EntryKind::CurrencySwitched);
        }
    }

    fn set_expiry(&mut self, at: u64, id: &str) {
        if let Some(checkout) = self.checkouts.get_mut(id) {
            checkout.expires_at = at.saturating_add(self.settings.expires_ms);
            self.due.insert((checkout.expires_at, id.to_owned()));
        }
    }
}

/// Takes a client's word about money, where the settings say so and it can be told exactly.
pub(super) fn believe(settings: &Settings, checkout: &mut Checkout, claims: Claims) {
    if settings.price_fields == PriceFields::Ignored {
        return;
    }
    let unit_minor = claims.unit_minor.unwrap_or(checkout.price.unit_minor);
    let price = Price { unit_minor, ..checkout.price.clone() };
    if price.is_exact(settings.arithmetic) {
        checkout.price = price;
    }
    if let Some(currency) = claims.currency {
        checkout.currency = currency;
    }
    if let Some(total_minor) = claims.total_minor {
        checkout.price.come_to(total_minor, settings.arithmetic);
    }
}
