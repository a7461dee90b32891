//! Where money and states move: every charge, grant and change of state is written here and nowhere else.
//!
//! The money moves at the provider. The server hears of it by webhook, its own too: what the provider tells goes
//! through the same door as what anybody else sends. Nothing happens by timer; what is due happens at the next look, dated
//! with the time it was due.

use crate::ledger::EntryKind;
use crate::provider::{Delivery, Says, Settled};

use super::Toofi;
use super::purchase::State;
use super::settings::{Events, Order, UnpaidCompletion, Webhooks};

impl Toofi {
    /// Lets everything happen that is due, in order; gives back the mock's time.
    pub(crate) fn settle_at(&mut self, now: u64) -> u64 {
        let now = self.books.clock.look(now);
        for (at, session_id) in self.provider.due(now) {
            let id = self.provider.session(&session_id).map(|session| session.order.reference.clone());
            if let (Some(id), Some(settled)) = (id, self.provider.expire(at, &session_id)) {
                self.hear_of(at, &id, settled);
            }
        }
        now
    }

    /// What the provider did with a payment: the ledger has the money, and the server is told.
    pub(crate) fn hear_of(&mut self, at: u64, id: &str, settled: Settled) {
        let Settled { charged_minor, told } = settled;
        if let Some(amount_minor) = charged_minor {
            self.books.ledger.write(at, Some(id), EntryKind::Charged { amount_minor });
            if self.purchases.get(id).is_some_and(|purchase| purchase.currency != purchase.quoted_in) {
                self.books.ledger.write(at, Some(id), EntryKind::CurrencySwitched);
            }
        }
        match self.settings.webhooks {
            Webhooks::Auto => self.deliver(at, id, told),
            Webhooks::Manual => {
                self.last_webhooks.insert(id.to_owned(), told);
            }
        }
    }

    /// Brings a webhook of the provider's to the server's door.
    pub(crate) fn deliver(&mut self, at: u64, id: &str, webhook: Delivery) {
        self.take_webhook(at, webhook.signature.as_deref(), webhook.body.as_bytes());
        self.last_webhooks.insert(id.to_owned(), webhook);
    }

    /// Believes an event. What is settled is not undone by one that comes late.
    pub(crate) fn believe(&mut self, at: u64, id: &str, says: Says) {
        let says = match (says, self.settings.unpaid_completion) {
            (Says::Pending, UnpaidCompletion::CountsAsPaid) => Says::Paid,
            (says, _) => says,
        };
        let next = match says {
            Says::Paid => State::Paid,
            Says::Pending => State::Processing,
            Says::Failed => State::Failed,
            Says::Expired => State::Expired,
        };
        let Some(purchase) = self.purchases.get(id) else { return };
        let moves = match self.settings.order {
            Order::Any => purchase.state.may_become(next),
            Order::LastWins => purchase.state != next,
        };
        let is_first = purchase.grants == 0;
        if moves {
            self.enter(at, id, next);
        }
        let grants = (moves && is_first) || self.settings.events == Events::CountedAgain;
        if next == State::Paid && grants {
            self.grant(at, id);
        }
    }

    /// Enters a state, unless the purchase is in it.
    pub(crate) fn enter(&mut self, at: u64, id: &str, state: State) {
        let Some(purchase) = self.purchases.get_mut(id).filter(|purchase| purchase.state != state) else { return };
        purchase.state = state;
        self.books.ledger.write(at, Some(id), EntryKind::StateEntered { state: state.as_str() });
    }

    fn grant(&mut self, at: u64, id: &str) {
        let Some(purchase) = self.purchases.get_mut(id) else { return };
        purchase.grants += 1;
        purchase.balance = purchase.balance.saturating_add(purchase.credits);
        let units = purchase.credits;
        self.books.ledger.write(at, Some(id), EntryKind::CreditsGranted { units });
    }
}
