//! The switches of the BorealHost mock: how honest it is, and which faults of the real one it plays.
//!
//! The defaults are the well-behaved server. Each other value makes one known attack bite.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::face::Leniency;
use crate::mint::Seed;
use crate::settings::{SettingsError, read};

/// How a BorealHost mock behaves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// What secrets are made from; the same seed makes the same secrets.
    pub seed: Seed,
    /// Whose API key and checkout secrets a call uses.
    pub credentials: Credentials,
    /// How often the API key of a checkout is shown.
    pub api_key: ApiKey,
    /// How much of the key in use `whoami` shows.
    pub whoami: Whoami,
    /// Whether reading a checkout needs its secret.
    pub secret_check: SecretCheck,
    /// What becomes of a direct charge.
    pub payment: Payment,
    /// Whether a paid checkout can be completed, and charged, again.
    pub completion: Completion,
    /// Whether a claim token works again.
    pub claim: Claim,
    /// Whether a paid checkout becomes a site by itself.
    pub provisioning: Provisioning,
    /// After how many milliseconds it does.
    pub provisioning_ms: u64,
    /// After how many milliseconds without progress an unpaid checkout is canceled.
    pub abandon_ms: u64,
    /// Whether calls are limited.
    pub limits: Limits,
    /// How many tools a page of `tools/list` holds; all on one page unless written.
    #[schemars(range(min = 1))]
    pub page_size: Option<usize>,
    /// In which ways the server's parser is careless.
    pub parser: Vec<Leniency>,
}

/// Whose API key and checkout secrets a call uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Credentials {
    /// Those of the caller's session; without sessions, of its bearer credential.
    Session,
    /// One set for everybody, as in the published package.
    Shared,
}

/// How often the API key of a checkout is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApiKey {
    /// In one reply.
    Once,
    /// In every reply about the completed checkout.
    EveryPoll,
}

/// How much of the key in use `whoami` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Whoami {
    /// Its first characters.
    Prefix,
    /// All of it: a second copy of a secret that is shown once, in a reply that has nothing to do with checkouts.
    WholeKey,
}

/// Whether reading a checkout needs its secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecretCheck {
    /// It does.
    On,
    /// Anybody who knows the id can poll.
    Off,
}

/// What becomes of a direct charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Payment {
    /// It goes through, but for the provider's own test method `pm_card_chargeDeclined`.
    Accept,
    /// It is declined.
    Decline,
}

/// Whether a paid checkout can be completed, and charged, again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Completion {
    /// A checkout is completed once.
    Once,
    /// Each completion opens a payment of its own.
    Repeatable,
}

/// Whether a claim token works again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// It works once.
    Once,
    /// It works until it expires.
    Repeatable,
}

/// Whether a paid checkout becomes a site by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Provisioning {
    /// It does, after `provisioning_ms`.
    Auto,
    /// It waits for `provision` or `fail`.
    Manual,
}

/// Whether calls are limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Limits {
    /// As the server documents.
    On,
    /// Not at all.
    Off,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: Seed::new("floorwalker"),
            credentials: Credentials::Session,
            api_key: ApiKey::Once,
            whoami: Whoami::Prefix,
            secret_check: SecretCheck::On,
            payment: Payment::Accept,
            completion: Completion::Once,
            claim: Claim::Once,
            provisioning: Provisioning::Auto,
            provisioning_ms: 3_000,
            abandon_ms: 24 * 60 * 60 * 1_000,
            limits: Limits::On,
            page_size: None,
            parser: Vec::new(),
        }
    }
}

impl Settings {
    /// Reads settings from JSON; `null` stands for the defaults.
    ///
    /// # Errors
    /// Names the setting that is wrong and what would be right.
    pub fn from_json(value: &Value) -> Result<Self, SettingsError> {
        read(value)
    }
}
