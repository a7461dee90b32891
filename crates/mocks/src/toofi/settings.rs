//! The switches of the Toofi mock: how honest it is, and which faults of such servers it plays.
//!
//! The defaults are the well-behaved server. Each other value makes one known attack bite.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::face::Leniency;
use crate::mint::Seed;
use crate::settings::{SettingsError, read};

/// How a Toofi mock behaves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// What secrets are made from; the same seed makes the same secrets.
    pub(crate) seed: Seed,
    /// What a second claim of the same purchase gets.
    pub(crate) claim: ClaimAgain,
    /// Whether a claim needs its token.
    pub(crate) claim_check: ClaimCheck,
    /// Whose wrong claims are counted.
    pub(crate) claim_limit: ClaimLimit,
    /// Whether a webhook must be signed.
    pub(crate) signature_check: SignatureCheck,
    /// Whether a signature can be too old.
    pub(crate) tolerance: Tolerance,
    /// What a second delivery of an event does.
    pub(crate) events: Events,
    /// What becomes of events that come out of order.
    pub(crate) order: Order,
    /// What a completed session is whose money comes later.
    pub(crate) unpaid_completion: UnpaidCompletion,
    /// Whether a quote binds the server.
    pub(crate) quote_check: QuoteCheck,
    /// In which currency a quote is paid.
    pub(crate) currency: SessionCurrency,
    /// What the same `request_id` makes of a second creation.
    pub(crate) request_id: RequestId,
    /// Which units can be bought.
    pub(crate) units: Units,
    /// What the balance shows of the key.
    pub(crate) balance: Balance,
    /// Whether the provider's webhooks come by themselves.
    pub(crate) webhooks: Webhooks,
    /// How many tools a page of `tools/list` holds; all on one page unless written.
    pub(crate) page_size: Option<usize>,
    /// In which ways the server's parser is careless.
    pub(crate) parser: Vec<Leniency>,
}

/// What a second claim of the same purchase gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClaimAgain {
    /// A refusal.
    Once,
    /// Another key.
    Repeatable,
    /// The same key, as an idempotent call would.
    RepeatsSameKey,
}

/// Whether a claim needs its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClaimCheck {
    /// It does.
    Token,
    /// Whoever knows the purchase can claim.
    PurchaseOnly,
}

/// Whose wrong claims are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClaimLimit {
    /// Each caller's own.
    PerCaller,
    /// All that name the purchase: anybody can lock its owner out.
    PerPurchase,
    /// Nobody's: a token can be guessed for ever.
    Off,
}

/// Whether a webhook must be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignatureCheck {
    /// By the provider.
    On,
    /// Anybody is believed.
    Off,
}

/// Whether a signature can be too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tolerance {
    /// After five minutes.
    On,
    /// Never.
    Off,
}

/// What a second delivery of an event does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Events {
    /// Nothing.
    Deduped,
    /// Each delivery that says `paid` grants the credits again.
    CountedAgain,
}

/// What becomes of events that come out of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// Any order ends the same: nothing that is settled is undone.
    Any,
    /// The last one that comes is right.
    LastWins,
}

/// What a completed session is whose money comes later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UnpaidCompletion {
    /// Unpaid, until it comes.
    Waits,
    /// Paid, because it is completed.
    CountsAsPaid,
}

/// Whether a quote binds the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QuoteCheck {
    /// A session costs what was quoted.
    Honoured,
    /// A session costs what the price is by then, and a quote never expires.
    Ignored,
}

/// In which currency a quote is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionCurrency {
    /// That of the quote.
    Quoted,
    /// Another one, with the same number.
    Switched,
}

/// What the same `request_id` makes of a second creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RequestId {
    /// The same purchase once more, without its claim token.
    Idempotent,
    /// The same purchase once more, claim token and all.
    RepeatsToken,
    /// Another purchase.
    Ignored,
}

/// Which units can be bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Units {
    /// From 1 to 1,000.
    Checked,
    /// Any: the amount is computed in 32 bits, and what is below zero costs nothing.
    Unchecked,
}

/// What the balance shows of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Balance {
    /// Its first characters.
    Prefix,
    /// All of it: a second copy of a secret that is shown once.
    WholeKey,
}

/// Whether the provider's webhooks come by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Webhooks {
    /// At once.
    Auto,
    /// Only when the world sends one.
    Manual,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: Seed::new("floorwalker"),
            claim: ClaimAgain::Once,
            claim_check: ClaimCheck::Token,
            claim_limit: ClaimLimit::PerCaller,
            signature_check: SignatureCheck::On,
            tolerance: Tolerance::On,
            events: Events::Deduped,
            order: Order::Any,
            unpaid_completion: UnpaidCompletion::Waits,
            quote_check: QuoteCheck::Honoured,
            currency: SessionCurrency::Quoted,
            request_id: RequestId::Idempotent,
            units: Units::Checked,
            balance: Balance::Prefix,
            webhooks: Webhooks::Auto,
            page_size: None,
            parser: Vec::new(),
        }
    }
}

impl Settings {
    /// Reads settings from JSON; `null` stands for the defaults.
    pub(crate) fn from_json(value: &Value) -> Result<Self, SettingsError> {
        read(value)
    }
}
