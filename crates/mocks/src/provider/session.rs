//! One Checkout Session: what it is for, how far it is, and what is known of the money.

/// How long a session is open unless it is paid: a day.
pub(crate) const LIFETIME_MS: u64 = 24 * 60 * 60 * 1_000;

/// What a shop wants paid.
#[derive(Clone)]
pub(crate) struct Order {
    /// The shop's own name for it, `client_reference_id`.
    pub(crate) reference: String,
    /// In minor units of the currency.
    pub(crate) amount_minor: u64,
    /// In lower case, `eur`.
    pub(crate) currency: &'static str,
    /// Who gets the receipt; empty where nobody was named.
    pub(crate) email: String,
    /// Where the human goes afterwards; empty for the provider's own page.
    pub(crate) return_url: String,
}

/// A Checkout Session.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) payment_intent: String,
    fragment: String,
    pub(crate) order: Order,
    pub(crate) created_at: u64,
    pub(crate) expires_at: u64,
    pub(crate) status: Status,
    pub(crate) payment: Payment,
}

/// How far the human is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Open,
    Complete,
    Expired,
}

/// What is known of the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payment {
    /// The human has not paid.
    Unpaid,
    /// The human has paid in a way that takes its time.
    Pending,
    /// The money is there.
    Paid,
    /// The money will not come.
    Declined,
    /// There is nothing to pay.
    NotRequired,
}

impl Session {
    pub(crate) fn new(id: String, payment_intent: String, fragment: String, order: Order, created_at: u64) -> Self {
        let expires_at = created_at.saturating_add(LIFETIME_MS);
        let (status, payment) = (Status::Open, Payment::Unpaid);
        Self { id, payment_intent, fragment, order, created_at, expires_at, status, payment }
    }

    /// The payment page; there is one only while the session is open.
    pub(crate) fn url(&self) -> Option<String> {
        let Self { id, fragment, .. } = self;
        (self.status == Status::Open).then(|| format!("https://checkout.stripe.com/c/pay/{id}#{fragment}"))
    }
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Complete => "complete",
            Self::Expired => "expired",
        }
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Session({} {:?})", self.status.as_str(), self.payment)
    }
}
