//! One checkout: its states, what it remembers, and how a reply shows it.
//!
//! INVARIANT: a terminal state is never left; [`Checkout::enter`] refuses to.

use serde_json::{Map, Value, json};

use crate::instant::iso;
use crate::ledger::Lifecycle;

use super::plan::Sku;
use super::refusal::object;

/// The states of a checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    NotReady,
    Ready,
    AwaitingPayment,
    InProgress,
    Completed,
    Canceled,
    Failed,
}

/// Their names on the wire, and what the server's ledger counts.
pub(crate) const LIFECYCLE: Lifecycle = Lifecycle {
    states: &["not_ready", "ready", "awaiting_payment", "in_progress", "completed", "canceled", "failed"],
    paid: &["in_progress", "completed"],
    counted: &[
        "accounts_registered",
        "charges",
        "checkouts_created",
        "claim_tokens_minted",
        "keys_claimed",
        "keys_delivered",
        "keys_minted",
        "refunds",
    ],
};

/// One checkout.
pub(crate) struct Checkout {
    pub(crate) id: String,
    pub(crate) sku: Sku,
    pub(crate) secret: String,
    pub(crate) buyer_email: String,
    pub(crate) requested_slug: String,
    created_at: u64,
    state: State,
    /// When the server moves it on by itself.
    pub(crate) due: Option<u64>,
    /// Payment pages that were handed out and not used.
    pub(crate) open_links: u64,
    /// The payment page handed out last.
    pub(crate) payment_url: Option<String>,
    /// What completion made.
    pub(crate) purchase: Option<Purchase>,
}

/// What a completed checkout brought.
pub(crate) struct Purchase {
    pub(crate) api_key: String,
    pub(crate) shown: Shown,
    pub(crate) subscription_id: String,
    pub(crate) job_id: String,
    pub(crate) completed_at: u64,
}

/// Whether a reply has carried the API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    NotYet,
    Already,
}

impl State {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::NotReady => "not_ready",
            Self::Ready => "ready",
            Self::AwaitingPayment => "awaiting_payment",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Canceled => "canceled",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn is_unpaid(self) -> bool {
        matches!(self, Self::NotReady | Self::Ready | Self::AwaitingPayment)
    }

    pub(crate) fn is_paid(self) -> bool {
        matches!(self, Self::InProgress | Self::Completed)
    }

    pub(crate) fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Canceled | Self::Failed)
    }
}

impl Checkout {
    pub(crate) fn new(id: String, sku: Sku, secret: String, created_at: u64) -> Self {
        Self {
            id,
            sku,
            secret,
            buyer_email: String::new(),
            requested_slug: String::new(),
            created_at,
            state: State::NotReady,
            due: None,
            open_links: 0,
            payment_url: None,
            purchase: None,
        }
    }

    pub(crate) fn state(&self) -> State {
        self.state
    }

    /// Enters a state, unless the checkout is over; says whether it did.
    pub(crate) fn enter(&mut self, state: State) -> bool {
        let moves = !self.state.is_terminal();
        if moves {
            self.state = state;
        }
        moves
    }

    /// Whether the checkout keeps its slug from others.
    pub(crate) fn holds_slug(&self, slug: &str) -> bool {
        self.requested_slug == slug && !matches!(self.state, State::Canceled | State::Failed)
    }

    /// The fields every reply about an open checkout has.
    pub(crate) fn to_json(&self) -> Map<String, Value> {
        object([
            ("id", json!(self.id)),
            ("sku", json!(self.sku.to_string())),
            ("plan_slug", json!(self.sku.plan.slug)),
            ("billing_period", json!(self.sku.period.as_str())),
            ("status", json!(self.state.as_str())),
            ("buyer_email", json!(self.buyer_email)),
            ("requested_slug", json!(self.requested_slug)),
            ("created_at", json!(iso(self.created_at))),
        ])
    }

    /// The first fields of a reply about payment.
    pub(crate) fn id_and_status(&self) -> Map<String, Value> {
        object([("id", json!(self.id)), ("status", json!(self.state.as_str()))])
    }
}

impl std::fmt::Debug for Checkout {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Checkout({} {})", self.id, self.state.as_str())
    }
}
