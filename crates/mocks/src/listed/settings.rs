//! How a listed server behaves beside its replies, and where its documents are.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::face::Leniency;
use crate::mint::Seed;
use crate::settings::{SettingsError, read};

/// The settings of a listed server. Whoever reads files reads those that are named here.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListedSettings {
    /// Where its list of tools is.
    pub tools: Option<String>,
    /// Where its replies are, if any are written.
    pub replies: Option<String>,
    /// Whether arguments are checked.
    pub validate: Validate,
    /// What tokens in templates are made from.
    pub seed: Seed,
    /// How many tools a page of `tools/list` holds; all on one page unless written.
    pub page_size: Option<usize>,
    /// In which ways the server's parser is careless.
    pub parser: Vec<Leniency>,
}

/// Whether arguments, and replies that are made or written as JSON, are held to the tool's schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Validate {
    /// They are.
    On,
    /// Anything goes.
    Off,
}

impl Default for ListedSettings {
    fn default() -> Self {
        Self {
            tools: None,
            replies: None,
            validate: Validate::On,
            seed: Seed::new("floorwalker"),
            page_size: None,
            parser: Vec::new(),
        }
    }
}

impl ListedSettings {
    /// Reads settings from JSON; `null` stands for the defaults.
    ///
    /// # Errors
    /// Names the setting that is wrong and what would be right.
    pub fn from_json(value: &Value) -> Result<Self, SettingsError> {
        read(value)
    }
}
