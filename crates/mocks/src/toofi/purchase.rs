//! One purchase: its states, what it is worth, and what it has given away.
//!
//! INVARIANT: money is the truth, so `paid` and `claimed` are never undone by an event, and nothing else stands in the way of
//! `paid`. What is known best wins, so the same events end the same in whatever order they come; [`State::may_become`] is
//! where that is said.

use serde_json::{Value, json};

use crate::ledger::Lifecycle;

/// The states of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    Processing,
    Paid,
    Claimed,
    Failed,
    Expired,
}

/// Their names on the wire, and what the server's ledger counts.
pub(crate) const LIFECYCLE: Lifecycle = Lifecycle {
    states: &["open", "processing", "paid", "claimed", "failed", "expired"],
    paid: &["paid", "claimed"],
    counted: &[
        "charges",
        "checkouts_created",
        "claim_tokens_minted",
        "credits_granted",
        "credits_spent",
        "currencies_switched",
        "keys_claimed",
        "keys_delivered",
        "keys_minted",
        "quotes_made",
        "webhooks_accepted",
        "webhooks_refused",
    ],
};

/// One purchase.
pub(crate) struct Purchase {
    pub(crate) id: String,
    /// The provider's session.
    pub(crate) session_id: String,
    pub(crate) claim_token: String,
    /// What was bought.
    pub(crate) credits: u64,
    pub(crate) amount_minor: u64,
    pub(crate) currency: &'static str,
    /// The currency that was quoted; that of the page where nothing was.
    pub(crate) quoted_in: &'static str,
    /// The credential of whoever opened it, who owns its secrets.
    pub(crate) owner: Option<String>,
    pub(crate) state: State,
    /// How often the credits were granted.
    pub(crate) grants: u64,
    /// What is left of them.
    pub(crate) balance: u64,
    /// The agent keys that were claimed, the newest last.
    pub(crate) keys: Vec<String>,
}

impl State {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Processing => "processing",
            Self::Paid => "paid",
            Self::Claimed => "claimed",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }

    /// Whether an event may lead from here to there, in whatever order events come.
    pub(crate) fn may_become(self, next: Self) -> bool {
        next.weight() > self.weight()
    }

    /// How much what is known outweighs what was known before. A page that was completed did not expire, whatever a stray
    /// event says; a payment that failed is over; and money that came is there.
    fn weight(self) -> u8 {
        match self {
            Self::Open => 0,
            Self::Expired => 1,
            Self::Processing => 2,
            Self::Failed => 3,
            Self::Paid => 4,
            Self::Claimed => 5,
        }
    }
}

impl Purchase {
    /// A picture for people, without secrets.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "purchase_id": self.id,
            "status": self.state.as_str(),
            "amount_total": self.amount_minor,
            "currency": self.currency,
            "credits": self.credits,
            "balance": self.balance,
        })
    }
}

impl std::fmt::Debug for Purchase {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Purchase({} {})", self.id, self.state.as_str())
    }
}
