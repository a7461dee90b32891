//! Where money and states move: every charge, refund and change of state is written here and nowhere else.
//!
//! Nothing happens by timer. What is due happens at the next look, dated with the time it was due.

use crate::ledger::EntryKind;
use crate::mint::IdKind;

use super::BorealHost;
use super::account::KeyOrigin;
use super::checkout::{Purchase, Shown, State};
use super::settings::Provisioning;

impl BorealHost {
    /// Lets everything happen that is due, in order; gives back the mock's time.
    pub(crate) fn settle_at(&mut self, now: u64) -> u64 {
        let now = self.books.clock.look(now);
        while let Some((at, id)) = self.pop_due(now) {
            match self.checkouts.get(&id).map(|checkout| (checkout.due, checkout.state())) {
                Some((due, State::InProgress)) if due == Some(at) => self.finish(at, &id),
                Some((due, _)) if due == Some(at) => self.enter(at, &id, State::Canceled),
                _ => {}
            }
        }
        now
    }

    /// Enters a state and notes when the server will leave it by itself. A checkout that is over stays as it is.
    pub(crate) fn enter(&mut self, at: u64, id: &str, state: State) {
        let due = self.due_after(at, state);
        let Some(checkout) = self.checkouts.get_mut(id) else {
            return;
        };
        if !checkout.enter(state) {
            return;
        }
        checkout.due = due;
        if matches!(state, State::Canceled | State::Failed) {
            checkout.open_links = 0;
        }
        if let Some(due) = due {
            self.due.insert((due, id.to_owned()));
        }
        self.books.ledger.write(at, Some(id), EntryKind::StateEntered { state: state.as_str() });
    }

    /// Charges the buyer for one period.
    pub(crate) fn charge(&mut self, at: u64, id: &str) {
        if let Some(checkout) = self.checkouts.get(id) {
            let amount_minor = checkout.sku.amount_minor();
            self.books.ledger.write(at, Some(id), EntryKind::Charged { amount_minor });
        }
    }

    /// Gives the charge for one period back.
    pub(crate) fn refund(&mut self, at: u64, id: &str) {
        if let Some(checkout) = self.checkouts.get(id) {
            let amount_minor = checkout.sku.amount_minor();
            self.books.ledger.write(at, Some(id), EntryKind::Refunded { amount_minor });
        }
    }

    /// Completes a paid checkout: account, site, subscription and the API key that nobody has seen yet.
    pub(crate) fn finish(&mut self, at: u64, id: &str) {
        let Some(checkout) = self.checkouts.get(id).filter(|checkout| checkout.purchase.is_none()) else {
            return;
        };
        let (email, slug) = (checkout.buyer_email.clone(), checkout.requested_slug.clone());
        self.enter(at, id, State::Completed);
        let account_id = self.open_account(at, &email);
        self.accounts.add_site(&slug, &account_id);
        let (api_key, _) = self.mint_key(at, &account_id, "Checkout Key", KeyOrigin::Checkout(id));
        let purchase = Purchase {
            api_key,
            shown: Shown::NotYet,
            subscription_id: self.mint.id(IdKind::Subscription),
            job_id: self.mint.id(IdKind::Job),
            completed_at: at,
        };
        if let Some(checkout) = self.checkouts.get_mut(id) {
            checkout.purchase = Some(purchase);
        }
    }

    fn due_after(&self, at: u64, state: State) -> Option<u64> {
        match (state, self.settings.provisioning) {
            (State::InProgress, Provisioning::Auto) => Some(at.saturating_add(self.settings.provisioning_ms)),
            (unpaid, _) if unpaid.is_unpaid() => Some(at.saturating_add(self.settings.abandon_ms)),
            _ => None,
        }
    }

    fn pop_due(&mut self, now: u64) -> Option<(u64, String)> {
        self.due.first().is_some_and(|(at, _)| *at <= now).then(|| self.due.pop_first()).flatten()
    }
}
