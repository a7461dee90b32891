//! Events: the bytes the provider sends to a shop, and how a shop reads them.
//!
//! Both ends are here because the shop believes the bytes and nothing else: whoever can sign can say anything.

use serde_json::{Value, json};

use super::session::{Session, Status};

/// The four events about a Checkout Session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventKind {
    Completed,
    AsyncSucceeded,
    AsyncFailed,
    Expired,
}

/// The session's payment status, as an event carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PaymentStatus {
    Unpaid,
    Paid,
    NotRequired,
}

/// What a shop hears in an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    /// The event's id, the same in every delivery.
    pub(crate) id: String,
    /// The shop's own name for what was to be paid.
    pub(crate) reference: String,
    pub(crate) says: Says,
}

/// What an event means for what was to be paid. The payment status decides; the event's name alone proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    Paid,
    /// Completed, and the money comes later.
    Pending,
    /// The money will not come.
    Failed,
    Expired,
}

/// The bytes of an event.
pub(crate) fn body(
    id: &str,
    kind: EventKind,
    payment_status: PaymentStatus,
    session: &Session,
    created_at: u64,
) -> String {
    let status = if kind == EventKind::Expired { Status::Expired } else { Status::Complete };
    let order = &session.order;
    json!({
        "id": id,
        "object": "event",
        "type": kind.as_str(),
        "created": created_at / 1_000,
        "livemode": false,
        "data": { "object": {
            "id": session.id,
            "object": "checkout.session",
            "mode": "payment",
            "status": status.as_str(),
            "payment_status": payment_status.as_str(),
            "amount_total": order.amount_minor,
            "currency": order.currency,
            "client_reference_id": order.reference,
            "metadata": { "purchase_id": order.reference },
            "customer_email": some(&order.email),
            "payment_intent": session.payment_intent,
            "success_url": some(&order.return_url),
            "created": session.created_at / 1_000,
            "expires_at": session.expires_at / 1_000,
            "livemode": false,
            "url": null,
        } },
    })
    .to_string()
}

/// What bytes say; nothing where they are no event about a session.
pub(crate) fn read(body: &[u8]) -> Option<Heard> {
    let event: Value = serde_json::from_slice(body).ok()?;
    let text = |place: &str| event.pointer(place).and_then(Value::as_str);
    let kind = EventKind::named(text("/type")?)?;
    let is_paid = matches!(text("/data/object/payment_status")?, "paid" | "no_payment_required");
    let says = match (kind, is_paid) {
        (_, true) => Says::Paid,
        (EventKind::Completed | EventKind::AsyncSucceeded, false) => Says::Pending,
        (EventKind::AsyncFailed, false) => Says::Failed,
        (EventKind::Expired, false) => Says::Expired,
    };
    Some(Heard { id: text("/id")?.to_owned(), reference: text("/data/object/client_reference_id")?.to_owned(), says })
}

impl EventKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "checkout.session.completed",
            Self::AsyncSucceeded => "checkout.session.async_payment_succeeded",
            Self::AsyncFailed => "checkout.session.async_payment_failed",
            Self::Expired => "checkout.session.expired",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Completed, Self::AsyncSucceeded, Self::AsyncFailed, Self::Expired]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

impl PaymentStatus {
    fn as_str(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Paid => "paid",
            Self::NotRequired => "no_payment_required",
        }
    }
}

/// An empty text is no value.
fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
