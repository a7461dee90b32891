//! Whether the total of a checkout is known, as a line.

use floorwalker_policy::{Change, CheckoutKey};
use serde::{Deserialize, Serialize};

use super::{LineError, handle_of, key, on};

#[derive(Serialize, Deserialize)]
pub(in crate::log::line) struct TouchLine {
    server: String,
    checkout: String,
    stage: Stage,
    /// The turn of the call whose reply settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<u64>,
}

/// How far a call got that may change the total.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::log::line) enum Stage {
    Begun,
    Over,
    Settled,
}

impl TouchLine {
    pub(super) fn new(checkout: &CheckoutKey, stage: Stage, asked: Option<u64>) -> Self {
        Self { server: on(checkout), checkout: handle_of(checkout), stage, asked }
    }

    pub(super) fn meant(self) -> Result<Change, LineError> {
        let checkout = key(self.server, self.checkout)?;
        Ok(match self.stage {
            Stage::Begun => Change::Touch { checkout },
            Stage::Over => Change::Touched { checkout },
            Stage::Settled => Change::Settle { checkout, asked: self.asked.unwrap_or_default() },
        })
    }
}
