//! The switches of the Forage mock: how honest server and merchant are, and which faults they play.
//!
//! The defaults are the well-behaved ones. Each other value makes one known attack bite, or one honest path longer.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::face::Leniency;
use crate::mint::Seed;
use crate::settings::{SettingsError, read};

/// How a Forage mock behaves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// What the addresses of the buyer's pages are made from; the same seed makes the same.
    pub(crate) seed: Seed,
    /// Who may read and move a checkout.
    pub(crate) ownership: Ownership,
    /// Whether a paid checkout can be completed, and charged, again.
    pub(crate) completion: Completion,
    /// Whether a checkout that waits for its buyer can be completed without.
    pub(crate) escalation: Escalation,
    /// Whether a canceled checkout stays so.
    pub(crate) terminal: Terminal,
    /// What becomes of a quote when the merchant wants another total.
    pub(crate) totals: Totals,
    /// Whether a new price keeps its currency.
    pub(crate) currency: Currency,
    /// Whether money in a call's arguments is believed.
    pub(crate) price_fields: PriceFields,
    /// How prices are multiplied.
    pub(crate) arithmetic: Arithmetic,
    /// When the merchant finishes an order.
    pub(crate) fulfilment: Fulfilment,
    /// What becomes of a charge.
    pub(crate) payment: Payment,
    /// After how many milliseconds an open checkout is canceled.
    pub(crate) expires_ms: u64,
    /// How many tools a page of `tools/list` holds; all on one page unless written.
    pub(crate) page_size: Option<usize>,
    /// In which ways the server's parser is careless.
    pub(crate) parser: Vec<Leniency>,
}

/// Who may read and move a checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ownership {
    /// Whoever started it.
    Caller,
    /// Whoever knows its id.
    Anybody,
}

/// Whether a paid checkout can be completed, and charged, again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Completion {
    /// A checkout is completed once.
    Once,
    /// Each completion charges and places an order.
    Repeatable,
}

/// Whether a checkout that waits for its buyer can be completed without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Escalation {
    /// It waits.
    Strict,
    /// Completing it skips what the buyer should have done.
    Bypassable,
}

/// Whether a canceled checkout stays so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Terminal {
    /// It does.
    Final,
    /// An update opens it again.
    Revivable,
}

/// What becomes of a quote when the merchant wants another total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Totals {
    /// The checkout goes back to `incomplete` and says so; an update agrees to the new total.
    Honest,
    /// The checkout stays ready, and completing it charges the new total.
    Raised,
}

/// Whether a new price keeps its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Currency {
    /// It does.
    Fixed,
    /// Where the merchant asks for another total, it means another currency as well.
    Switched,
}

/// Whether money in a call's arguments is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PriceFields {
    /// They are not even read.
    Ignored,
    /// `price`, `currency` and `total`, which no tool declares, replace the merchant's own.
    Trusted,
}

/// How prices are multiplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Arithmetic {
    /// A quantity whose total cannot be exact is refused.
    Exact,
    /// Subtotals have 32 bits, and what does not fit is lost.
    Wrapping,
}

/// When the merchant finishes an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fulfilment {
    /// With its completion.
    AtOnce,
    /// At `provision`, or never, at `fail`.
    Later,
}

/// What becomes of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Payment {
    /// It goes through.
    Accept,
    /// It is declined, and the buyer has to pay on the merchant's page.
    Decline,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: Seed::new("floorwalker"),
            ownership: Ownership::Caller,
            completion: Completion::Once,
            escalation: Escalation::Strict,
            terminal: Terminal::Final,
            totals: Totals::Honest,
            currency: Currency::Fixed,
            price_fields: PriceFields::Ignored,
            arithmetic: Arithmetic::Exact,
            fulfilment: Fulfilment::AtOnce,
            payment: Payment::Accept,
            expires_ms: 6 * 60 * 60 * 1_000,
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
