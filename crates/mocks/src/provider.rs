//! A payment provider: it takes the buyer's money on a page of its own and tells the shop by signed webhooks.
//!
//! It plays Checkout Sessions as Stripe publishes them. A session is open, complete or expired, and apart from that it
//! is paid or not: a complete session whose money comes later is unpaid meanwhile. The shop hears of it by events,
//! which come at least once and in any order, so each carries the session's payment status and says who signed it.
//!
//! Assumed, for nothing public says it: a session of nothing is complete at once, with `no_payment_required`; a
//! declined card leaves its session open, so only a payment that takes its time can fail for good.
//!
//! INVARIANT: a session is left open once; money is taken once, and only from a session that is not expired.

use std::collections::BTreeMap;

use crate::control::{PayBy, WebhookEvent};
use crate::mint::{Mint, Seed};

use self::event::{EventKind, PaymentStatus, body};
use self::session::Status;

mod event;
mod session;
mod signature;

#[cfg(test)]
mod tests;

pub(crate) use self::event::{Heard, Says, read};
pub(crate) use self::session::{Order, Payment, Session};
pub(crate) use self::signature::{TOLERANCE_SECS, sign, verify};

/// The provider, as one shop knows it.
pub(crate) struct Provider {
    mint: Mint,
    /// What it signs with; the shop has it too.
    secret: String,
    sessions: BTreeMap<String, Session>,
}

/// What a webhook carries: exact bytes, and how they are signed.
#[derive(Clone)]
pub(crate) struct Delivery {
    pub(crate) body: String,
    /// The value of `Stripe-Signature`; nothing where it is not sent.
    pub(crate) signature: Option<String>,
}

/// What became of a payment.
#[derive(Clone, Debug)]
pub(crate) struct Settled {
    /// What was taken from the buyer, in minor units; nothing where the money did not come, or not yet.
    pub(crate) charged_minor: Option<u64>,
    /// What the provider tells the shop.
    pub(crate) told: Delivery,
}

impl Provider {
    pub(crate) fn new(seed: &Seed) -> Self {
        let mut mint = Mint::new(seed);
        let secret = format!("whsec_{}", mint.token("webhook_secret"));
        Self { mint, secret, sessions: BTreeMap::new() }
    }

    /// What the shop checks signatures with.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// Opens a session and gives back its id. One of nothing is complete, and the shop is told.
    pub(crate) fn open(&mut self, now: u64, order: Order) -> (String, Option<Settled>) {
        let id = format!("cs_test_{}", self.mint.hex_48("session"));
        let payment_intent = self.mint.serial("pi");
        let fragment = self.mint.token("session_fragment");
        let is_free = order.amount_minor == 0;
        self.sessions.insert(id.clone(), Session::new(id.clone(), payment_intent, fragment, order, now));
        let settled = is_free.then(|| self.complete(now, &id, Payment::NotRequired)).flatten();
        (id, settled)
    }

    pub(crate) fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.get(id)
    }

    /// The human pays on the page. Nothing where the session is not open.
    pub(crate) fn pay(&mut self, now: u64, id: &str, by: PayBy) -> Option<Settled> {
        let payment = match by {
            PayBy::Card => Payment::Paid,
            PayBy::Transfer => Payment::Pending,
        };
        self.complete(now, id, payment)
    }

    /// Money that was awaited comes, or will not come. Nothing where none is awaited.
    pub(crate) fn conclude(&mut self, now: u64, id: &str, payment: Payment) -> Option<Settled> {
        let session = self.sessions.get_mut(id).filter(|session| session.payment == Payment::Pending)?;
        session.payment = payment;
        let charged_minor = (payment == Payment::Paid).then_some(session.order.amount_minor);
        let event = if payment == Payment::Paid { WebhookEvent::Succeeded } else { WebhookEvent::Failed };
        Some(Settled { charged_minor, told: self.tell(now, id, event)? })
    }

    /// Closes the page unpaid. Nothing where the session is not open.
    pub(crate) fn expire(&mut self, now: u64, id: &str) -> Option<Settled> {
        let session = self.sessions.get_mut(id).filter(|session| session.status == Status::Open)?;
        session.status = Status::Expired;
        Some(Settled { charged_minor: None, told: self.tell(now, id, WebhookEvent::Expired)? })
    }

    /// The sessions whose time is up at `now`, oldest first, and when it was.
    pub(crate) fn due(&self, now: u64) -> Vec<(u64, String)> {
        let open = self.sessions.values().filter(|session| session.status == Status::Open);
        let mut due: Vec<_> = open
            .filter(|session| session.expires_at <= now)
            .map(|session| (session.expires_at, session.id.clone()))
            .collect();
        due.sort();
        due
    }

    /// A new event about a session, whether or not it is true, signed by the provider now.
    pub(crate) fn tell(&mut self, now: u64, id: &str, event: WebhookEvent) -> Option<Delivery> {
        let event_id = self.mint.serial("evt");
        let session = self.sessions.get(id)?;
        let (kind, payment_status) = told_by(session, event)?;
        let body = body(&event_id, kind, payment_status, session, now);
        let signature = Some(sign(&self.secret, now / 1_000, &body));
        Some(Delivery { body, signature })
    }

    fn complete(&mut self, now: u64, id: &str, payment: Payment) -> Option<Settled> {
        let session = self.sessions.get_mut(id).filter(|session| session.status == Status::Open)?;
        session.status = Status::Complete;
        session.payment = payment;
        let charged_minor = (payment == Payment::Paid).then_some(session.order.amount_minor);
        let event = if payment == Payment::Pending { WebhookEvent::Pending } else { WebhookEvent::Paid };
        Some(Settled { charged_minor, told: self.tell(now, id, event)? })
    }
}

/// Which event says that, and which payment status it carries. `Again` is no event of its own.
fn told_by(session: &Session, event: WebhookEvent) -> Option<(EventKind, PaymentStatus)> {
    let paid = match session.payment {
        Payment::NotRequired => PaymentStatus::NotRequired,
        _ => PaymentStatus::Paid,
    };
    match event {
        WebhookEvent::Paid => Some((EventKind::Completed, paid)),
        WebhookEvent::Pending => Some((EventKind::Completed, PaymentStatus::Unpaid)),
        WebhookEvent::Succeeded => Some((EventKind::AsyncSucceeded, paid)),
        WebhookEvent::Failed => Some((EventKind::AsyncFailed, PaymentStatus::Unpaid)),
        WebhookEvent::Expired => Some((EventKind::Expired, PaymentStatus::Unpaid)),
        WebhookEvent::Again => None,
    }
}

impl Session {
    /// Whether the provider may send such an event, soon or late: what it says is so or was so. A stray event that denies
    /// a payment can follow one that went through, and then it must change nothing.
    pub(crate) fn could_tell(&self, event: WebhookEvent) -> bool {
        let is_settled = matches!(self.payment, Payment::Paid | Payment::NotRequired);
        match event {
            WebhookEvent::Paid | WebhookEvent::Succeeded => is_settled,
            WebhookEvent::Pending => self.status == Status::Complete,
            WebhookEvent::Failed => is_settled || self.payment == Payment::Declined,
            WebhookEvent::Expired => is_settled || self.status == Status::Expired,
            WebhookEvent::Again => true,
        }
    }
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Provider({} sessions)", self.sessions.len())
    }
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The signature is a proof that somebody could use.
        write!(out, "Delivery({} bytes)", self.body.len())
    }
}
