//! What a mock did, as an append-only list: the witness for money and keys.
//!
//! A refusal leaves no entry. Counts are computed from the entries, so that nothing can be counted and not written.

use std::collections::BTreeMap;

/// What one mock did, in order.
#[derive(Clone, Debug)]
pub struct Ledger {
    lifecycle: Lifecycle,
    entries: Vec<Entry>,
}

/// What a server's checkouts can be, and what its ledger counts.
#[derive(Clone, Copy, Debug)]
pub struct Lifecycle {
    /// The states of a checkout by their names on the wire, in the order of a purchase.
    pub states: &'static [&'static str],
    /// Those in which it is paid for: there, and nowhere else, one charge stands that was not refunded.
    pub paid: &'static [&'static str],
    /// The names of the counts, see [`EntryKind::counted`]; a server counts nothing that it cannot do.
    pub counted: &'static [&'static str],
}

/// One thing the mock did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, on the mock's clock, in milliseconds since the Unix epoch.
    pub at: u64,
    /// The checkout it belongs to, if any.
    pub checkout: Option<String>,
    /// What it was.
    pub kind: EntryKind,
}

/// What a mock can have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A checkout came into being.
    CheckoutCreated,
    /// A checkout entered a state.
    StateEntered {
        /// The state's name on the wire.
        state: &'static str,
    },
    /// The buyer was charged.
    Charged {
        /// How much, in minor units of the server's currency.
        amount_minor: u64,
    },
    /// That charge was in another currency than was quoted at first.
    CurrencySwitched,
    /// The buyer got it back.
    Refunded {
        /// How much, in minor units of the server's currency.
        amount_minor: u64,
    },
    /// An API key was made.
    KeyMinted,
    /// A reply carried an API key in the clear.
    KeyDelivered,
    /// A single-use token was written where only the site's owner can read it.
    ClaimTokenMinted,
    /// Such a token was exchanged for a key.
    KeyClaimed,
    /// An account was opened by registration.
    AccountRegistered,
    /// A price was quoted.
    QuoteMade,
    /// A merchant took an order.
    OrderPlaced,
    /// It was noted which content led to a checkout.
    AttributionAttached,
    /// A purchase was credited to that content.
    ConversionRecorded,
    /// Credits were granted.
    CreditsGranted {
        /// How many.
        units: u64,
    },
    /// Credits were spent.
    CreditsSpent {
        /// How many.
        units: u64,
    },
    /// A webhook was believed.
    WebhookAccepted,
    /// A webhook was not believed.
    WebhookRefused,
    /// A tool that does nothing else answered a call.
    CallAnswered,
    /// Such a call ended with a tool error.
    CallFailed,
}

impl Ledger {
    /// An empty ledger of a server with this lifecycle.
    #[must_use]
    pub fn new(lifecycle: Lifecycle) -> Self {
        Self { lifecycle, entries: Vec::new() }
    }

    /// What the server's checkouts can be, and what is counted.
    #[must_use]
    pub fn lifecycle(&self) -> &Lifecycle {
        &self.lifecycle
    }

    /// The entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How often each thing happened, by the names scenario files use, and how many checkouts are in each state now.
    ///
    /// Every name is always there, so a misspelt one can be told from a zero. Where charges are counted, `charged_minor`
    /// is their sum, net of refunds; where credits are, `credits` is what was granted and not spent.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<String, u64> {
        let Lifecycle { states, counted, .. } = self.lifecycle;
        let mut counts: BTreeMap<String, u64> =
            counted.iter().chain(states).map(|name| ((*name).to_owned(), 0)).collect();
        for entry in &self.entries {
            if let Some(name) = entry.kind.counted() {
                *counts.entry(name.to_owned()).or_default() += 1;
            }
        }
        for state in self.final_states().into_values() {
            *counts.entry(state.to_owned()).or_default() += 1;
        }
        for (of, sum) in [("charges", "charged_minor"), ("credits_granted", "credits")] {
            if counted.contains(&of) {
                counts.insert(sum.to_owned(), self.sum(of));
            }
        }
        counts
    }

    /// The state each checkout is in, by checkout id.
    #[must_use]
    pub fn final_states(&self) -> BTreeMap<&str, &'static str> {
        let mut states = BTreeMap::new();
        for entry in &self.entries {
            if let (Some(checkout), EntryKind::StateEntered { state }) = (&entry.checkout, entry.kind) {
                states.insert(checkout.as_str(), state);
            }
        }
        states
    }

    /// Charges minus refunds of one checkout.
    #[must_use]
    pub fn net_charges(&self, checkout: &str) -> i64 {
        let of_checkout = self.entries.iter().filter(|entry| entry.checkout.as_deref() == Some(checkout));
        of_checkout.fold(0, |net, entry| match entry.kind {
            EntryKind::Charged { .. } => net + 1,
            EntryKind::Refunded { .. } => net - 1,
            _ => net,
        })
    }

    pub(crate) fn write(&mut self, at: u64, checkout: Option<&str>, kind: EntryKind) {
        self.entries.push(Entry { at, checkout: checkout.map(str::to_owned), kind });
    }

    /// What was charged and not given back, or granted and not spent.
    fn sum(&self, of: &str) -> u64 {
        self.entries.iter().fold(0, |sum, entry| match (of, entry.kind) {
            ("charges", EntryKind::Charged { amount_minor }) => sum.saturating_add(amount_minor),
            ("charges", EntryKind::Refunded { amount_minor }) => sum.saturating_sub(amount_minor),
            ("credits_granted", EntryKind::CreditsGranted { units }) => sum.saturating_add(units),
            ("credits_granted", EntryKind::CreditsSpent { units }) => sum.saturating_sub(units),
            _ => sum,
        })
    }
}

impl EntryKind {
    /// The name under which [`Ledger::counts`] counts it; a state entered counts as the state, at the end.
    #[must_use]
    pub fn counted(self) -> Option<&'static str> {
        Some(match self {
            Self::CheckoutCreated => "checkouts_created",
            Self::StateEntered { .. } => return None,
            Self::Charged { .. } => "charges",
            Self::CurrencySwitched => "currencies_switched",
            Self::Refunded { .. } => "refunds",
            Self::KeyMinted => "keys_minted",
            Self::KeyDelivered => "keys_delivered",
            Self::ClaimTokenMinted => "claim_tokens_minted",
            Self::KeyClaimed => "keys_claimed",
            Self::AccountRegistered => "accounts_registered",
            Self::QuoteMade => "quotes_made",
            Self::OrderPlaced => "orders_placed",
            Self::AttributionAttached => "attributions_attached",
            Self::ConversionRecorded => "conversions_recorded",
            Self::CreditsGranted { .. } => "credits_granted",
            Self::CreditsSpent { .. } => "credits_spent",
            Self::WebhookAccepted => "webhooks_accepted",
            Self::WebhookRefused => "webhooks_refused",
            Self::CallAnswered => "calls",
            Self::CallFailed => "errors",
        })
    }
}
