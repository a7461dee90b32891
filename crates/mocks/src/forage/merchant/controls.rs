//! What the world does to a merchant: the buyer on the merchant's page, the merchant's own doings, time.

use crate::control::{Control, ControlError, PayBy};
use crate::named;

use super::Merchant;
use super::checkout::{Checkout, Reason, State};
use super::quote::MOST;

/// What the world can do to it; `pay` by card.
pub(crate) const PLAYED: [&str; 11] =
    ["pay", "decline", "provision", "fail", "expire", "escalate", "resolve", "reprice", "advance", "restart", "fault"];

const OPEN: [State; 3] = [State::Incomplete, State::RequiresEscalation, State::ReadyForComplete];

impl Merchant {
    /// Does it, if it is about a checkout; says whether it was.
    pub(crate) fn obey(&mut self, at: u64, control: &Control) -> Result<bool, ControlError> {
        use State::{CompleteInProgress, Incomplete, ReadyForComplete, RequiresEscalation};
        let (verb, named) = (control.verb(), named(control));
        let from: &[State] = match control {
            Control::Pay { by: None | Some(PayBy::Card), .. } => &[RequiresEscalation, ReadyForComplete],
            Control::Decline { .. } | Control::Resolve { .. } => &[RequiresEscalation],
            Control::Provision { .. } | Control::Fail { .. } => &[CompleteInProgress],
            Control::Escalate { .. } => &[Incomplete, ReadyForComplete],
            Control::Expire { .. } | Control::Reprice { .. } => &OPEN,
            _ => return Ok(false),
        };
        let id = self.in_state(named, verb, from)?;
        match control {
            Control::Pay { .. } => self.sell_on_page(at, &id),
            Control::Resolve { .. } => self.resolve(at, &id),
            Control::Provision { .. } => self.finish(at, &id),
            Control::Fail { .. } => self.refund(at, &id),
            Control::Escalate { .. } => self.escalate(at, &id, Reason::Merchant),
            Control::Reprice { total_minor, .. } => {
                if !self.reprice(at, &id, *total_minor) {
                    return Err(ControlError::TooMuch { checkout: id, total_minor: *total_minor, most: MOST });
                }
            }
            _ => self.enter(at, &id, State::Canceled),
        }
        Ok(true)
    }

    fn in_state(&self, written: Option<&str>, verb: &'static str, states: &[State]) -> Result<String, ControlError> {
        let id = self.meant(written)?;
        let state = self.checkouts.get(&id).map_or(State::Incomplete, Checkout::state);
        match states.contains(&state) {
            true => Ok(id),
            false => {
                Err(ControlError::WrongState { verb, checkout: id, state: state.as_str(), allowed: allowed_in(state) })
            }
        }
    }

    /// The checkout that is meant: the one that is written, or the only one there is.
    fn meant(&self, written: Option<&str>) -> Result<String, ControlError> {
        named::named(written, self.checkouts.iter().map(|(id, checkout)| (id.as_str(), checkout.state().as_str())))
    }
}

/// The checkout that is written in a control.
fn named(control: &Control) -> Option<&str> {
    match control {
        Control::Pay { checkout, .. }
        | Control::Decline { checkout }
        | Control::Provision { checkout }
        | Control::Fail { checkout }
        | Control::Expire { checkout }
        | Control::Escalate { checkout }
        | Control::Resolve { checkout }
        | Control::Reprice { checkout, .. } => checkout.as_deref(),
        _ => None,
    }
}

fn allowed_in(state: State) -> &'static str {
    match state {
        State::Incomplete => "escalate, reprice and expire are possible",
        State::RequiresEscalation => "pay, resolve, decline, reprice and expire are possible",
        State::ReadyForComplete => "pay, escalate, reprice and expire are possible",
        State::CompleteInProgress => "provision and fail are possible",
        State::Completed | State::Canceled => "nothing is possible any more",
    }
}
