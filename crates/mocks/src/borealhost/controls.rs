//! What the world does to the server: the human at the payment page, the data centre, time.

use crate::control::{Control, ControlError, PayBy};
use crate::named;

use super::BorealHost;
use super::checkout::{Checkout, State};

/// What the world can do to it; `pay` by card.
pub(crate) const PLAYED: [&str; 8] = ["pay", "decline", "provision", "fail", "expire", "advance", "restart", "fault"];

impl BorealHost {
    pub(crate) fn obey(&mut self, now: u64, control: &Control) -> Result<(), ControlError> {
        let at = self.settle_at(now);
        match control {
            Control::Pay { checkout, by: None | Some(PayBy::Card) } => self.pay(at, &self.named(checkout.as_deref())?),
            Control::Decline { checkout } => {
                let id = self.in_state(checkout.as_deref(), "decline", &[State::AwaitingPayment])?;
                self.enter(at, &id, State::Failed);
                Ok(())
            }
            Control::Provision { checkout } => {
                let id = self.in_state(checkout.as_deref(), "provision", &[State::InProgress])?;
                self.finish(at, &id);
                Ok(())
            }
            Control::Fail { checkout } => {
                let id = self.in_state(checkout.as_deref(), "fail", &[State::InProgress])?;
                self.refund(at, &id);
                self.enter(at, &id, State::Failed);
                Ok(())
            }
            Control::Expire { checkout } => {
                let unpaid = [State::NotReady, State::Ready, State::AwaitingPayment];
                let id = self.in_state(checkout.as_deref(), "expire", &unpaid)?;
                self.enter(at, &id, State::Canceled);
                Ok(())
            }
            Control::Advance { ms } => {
                self.books.clock.advance(*ms);
                self.settle_at(now);
                Ok(())
            }
            Control::Restart {} => {
                self.contexts.forget();
                Ok(())
            }
            Control::Fault(fault) => {
                let fault = fault.of(self)?;
                self.books.script(fault);
                Ok(())
            }
            Control::Pay { .. }
            | Control::Clear { .. }
            | Control::Escalate { .. }
            | Control::Resolve { .. }
            | Control::Reprice { .. }
            | Control::Webhook(_) => Err(control.not_played(self)),
        }
    }

    /// Each payment page can be paid once, even if another page of the same checkout was paid meanwhile. A checkout that
    /// is canceled or failed has closed its pages.
    fn pay(&mut self, at: u64, id: &str) -> Result<(), ControlError> {
        let Some(checkout) = self.checkouts.get_mut(id).filter(|checkout| checkout.open_links > 0) else {
            return Err(self.wrong_state("pay", id));
        };
        checkout.open_links -= 1;
        let waits = checkout.state() == State::AwaitingPayment;
        self.charge(at, id);
        if waits {
            self.enter(at, id, State::InProgress);
        }
        Ok(())
    }

    fn in_state(&self, written: Option<&str>, verb: &'static str, states: &[State]) -> Result<String, ControlError> {
        let id = self.named(written)?;
        match self.checkouts.get(&id).is_some_and(|checkout| states.contains(&checkout.state())) {
            true => Ok(id),
            false => Err(self.wrong_state(verb, &id)),
        }
    }

    /// The checkout that is meant: the one that is written, or the only one there is.
    fn named(&self, written: Option<&str>) -> Result<String, ControlError> {
        named::named(written, self.checkouts.iter().map(|(id, checkout)| (id.as_str(), checkout.state().as_str())))
    }

    fn wrong_state(&self, verb: &'static str, id: &str) -> ControlError {
        let state = self.checkouts.get(id).map_or(State::NotReady, Checkout::state);
        ControlError::WrongState { verb, checkout: id.to_owned(), state: state.as_str(), allowed: allowed_in(state) }
    }
}

fn allowed_in(state: State) -> &'static str {
    match state {
        State::NotReady | State::Ready => "expire is possible",
        State::AwaitingPayment => "pay, decline and expire are possible",
        State::InProgress => "provision and fail are possible",
        State::Completed | State::Canceled | State::Failed => "nothing is possible any more",
    }
}
