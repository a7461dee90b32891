//! What the world does to the server: the human at the payment page, the payment provider, time.

use crate::control::{Control, ControlError, PayBy, Sign, Webhook, WebhookEvent};
use crate::named;
use crate::provider::{Delivery, Payment, Settled, TOLERANCE_SECS, sign};

use super::Toofi;
use super::purchase::{Purchase, State};

/// What the world can do to it.
pub(crate) const PLAYED: [&str; 9] =
    ["pay", "clear", "decline", "expire", "reprice", "webhook", "advance", "restart", "fault"];

/// The most that a pack may cost, in euro cents: 2^53 - 1, what every reader of JSON reads exactly.
const PACK_MINOR_MAX: u64 = (1 << 53) - 1;

/// With what a stranger signs.
const FOREIGN_SECRET: &str = "whsec_of_somebody_else";

impl Toofi {
    pub(crate) fn obey(&mut self, now: u64, control: &Control) -> Result<(), ControlError> {
        let at = self.settle_at(now);
        match control {
            Control::Pay { checkout, by } => {
                let (id, session) = self.named(checkout.as_deref())?;
                let settled = self.provider.pay(at, &session, by.unwrap_or(PayBy::Card));
                self.happened(at, "pay", &id, settled)
            }
            Control::Clear { checkout } => self.conclude(at, "clear", checkout.as_deref(), Payment::Paid),
            Control::Decline { checkout } => self.conclude(at, "decline", checkout.as_deref(), Payment::Declined),
            Control::Expire { checkout } => {
                let (id, session) = self.named(checkout.as_deref())?;
                let settled = self.provider.expire(at, &session);
                self.happened(at, "expire", &id, settled)
            }
            Control::Reprice { checkout, total_minor } => self.reprice(checkout.as_deref(), *total_minor),
            Control::Webhook(webhook) => self.send(at, webhook),
            Control::Advance { ms } => {
                self.books.clock.advance(*ms);
                self.settle_at(now);
                Ok(())
            }
            Control::Restart {} => {
                self.attempts.forget();
                Ok(())
            }
            Control::Fault(fault) => {
                let fault = fault.of(self)?;
                self.books.script(fault);
                Ok(())
            }
            Control::Provision { .. } | Control::Fail { .. } | Control::Escalate { .. } | Control::Resolve { .. } => {
                Err(control.not_played(self))
            }
        }
    }

    fn conclude(
        &mut self,
        at: u64,
        verb: &'static str,
        written: Option<&str>,
        payment: Payment,
    ) -> Result<(), ControlError> {
        let (id, session) = self.named(written)?;
        let settled = self.provider.conclude(at, &session, payment);
        self.happened(at, verb, &id, settled)
    }

    fn happened(
        &mut self,
        at: u64,
        verb: &'static str,
        id: &str,
        settled: Option<Settled>,
    ) -> Result<(), ControlError> {
        let settled = settled.ok_or_else(|| self.wrong_state(verb, id, None))?;
        self.hear_of(at, id, settled);
        Ok(())
    }

    /// The price list changes; what was opened keeps its amount.
    fn reprice(&mut self, written: Option<&str>, total_minor: u64) -> Result<(), ControlError> {
        if written.is_some() {
            let (id, _) = self.named(written)?;
            let why = "a session keeps its amount; without `checkout` the price of a pack changes";
            return Err(self.wrong_state("reprice", &id, Some(why)));
        }
        if !(1..=PACK_MINOR_MAX).contains(&total_minor) {
            let because = format!(
                "a pack costs from 1 to {PACK_MINOR_MAX} cents, not {total_minor}; what costs nothing would be paid without a charge"
            );
            return Err(ControlError::Unreadable { because });
        }
        self.prices.pack_minor = total_minor;
        Ok(())
    }

    /// A webhook comes in. What the provider signs must be so or have been so; anybody else can say anything.
    fn send(&mut self, at: u64, webhook: &Webhook) -> Result<(), ControlError> {
        let (id, session_id) = self.named(webhook.checkout.as_deref())?;
        let by_provider = matches!(webhook.sign, Sign::Good | Sign::Late);
        let could = self.provider.session(&session_id).is_some_and(|session| session.could_tell(webhook.event));
        if by_provider && !could {
            let why = "the provider tells only what is so; pay, clear, decline or expire first";
            return Err(self.wrong_state("webhook", &id, Some(why)));
        }
        let told = match webhook.event {
            WebhookEvent::Again => self.last_webhooks.get(&id).cloned(),
            event => self.provider.tell(at, &session_id, event),
        };
        let told = told.ok_or_else(|| self.wrong_state("webhook", &id, Some("no webhook was sent yet")))?;
        let told = self.signed(at, told, webhook);
        if by_provider {
            self.deliver(at, &id, told);
        } else {
            // What a stranger says is not kept, or `again` would have the provider sign it.
            self.take_webhook(at, told.signature.as_deref(), told.body.as_bytes());
        }
        Ok(())
    }

    /// The bytes with the signature that is wanted. What is sent again keeps the one it had, unless another is wanted.
    fn signed(&self, at: u64, told: Delivery, webhook: &Webhook) -> Delivery {
        let secs = at / 1_000;
        let signature = match webhook.sign {
            Sign::Good => told.signature,
            Sign::Late => Some(sign(self.provider.secret(), secs.saturating_sub(TOLERANCE_SECS + 1), &told.body)),
            Sign::Forged => Some(sign(FOREIGN_SECRET, secs, &told.body)),
            Sign::Missing => None,
        };
        Delivery { body: told.body, signature }
    }

    /// The purchase that is meant, and its session: the one that is written, or the only one there is.
    fn named(&self, written: Option<&str>) -> Result<(String, String), ControlError> {
        let there = self.purchases.iter().map(|(id, purchase)| (id.as_str(), purchase.state.as_str()));
        let id = named::named(written, there)?;
        let session_id = self.purchases.get(&id).map(|purchase| purchase.session_id.clone()).unwrap_or_default();
        Ok((id, session_id))
    }

    fn wrong_state(&self, verb: &'static str, id: &str, why: Option<&'static str>) -> ControlError {
        let state = self.purchases.get(id).map_or(State::Open, |purchase: &Purchase| purchase.state);
        let allowed = why.unwrap_or(allowed_in(state));
        ControlError::WrongState { verb, checkout: id.to_owned(), state: state.as_str(), allowed }
    }
}

fn allowed_in(state: State) -> &'static str {
    match state {
        State::Open => "pay and expire are possible",
        State::Processing => "clear and decline are possible",
        State::Paid | State::Claimed | State::Failed | State::Expired => "nothing but webhooks is possible any more",
    }
}
