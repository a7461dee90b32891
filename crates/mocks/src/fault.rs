//! Scripted trouble: the next calls of a tool are executed, and then something happens to the reply.
//!
//! What goes wrong before anything is executed needs no fault here: the gateway's own ports play that.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::control::ControlError;
use crate::mock::Mock;

/// A script for the next calls of one tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The tool whose replies suffer.
    pub tool: String,
    /// For how many calls; one unless written.
    #[serde(default = "once")]
    pub times: u64,
    /// What happens to the reply.
    pub then: Then,
}

/// What happens after the tool was executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// The connection closes without a reply.
    LoseReply,
    /// The reply does not come for as long as anybody waits for it.
    HoldReply,
    /// The reply is cut in half, so that it is no longer JSON.
    GarbleReply,
    /// The tool answers with an error as if it had done nothing.
    ErrorAfter,
    /// The tool answers with an error, because its backend's answer was no JSON.
    NotJson,
    /// The tool answers with an error, because its backend's answer was an error without a code.
    NoCode,
    /// A JSON-RPC error in the place of the result.
    RpcError,
    /// HTTP 500 without a JSON-RPC message.
    #[serde(rename = "http_500")]
    Http500,
}

impl Fault {
    /// The script for a tool that the mock has; of another one nothing would ever go wrong.
    pub(crate) fn of(&self, mock: &dyn Mock) -> Result<Self, ControlError> {
        let has = |tool: &Value| tool.get("name").and_then(Value::as_str) == Some(&self.tool);
        match mock.tools().iter().any(has) {
            true => Ok(self.clone()),
            false => Err(ControlError::NoSuchTool { mock: mock.name().to_owned(), tool: self.tool.clone() }),
        }
    }
}

impl Then {
    /// The word for it in controls.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::LoseReply => "lose_reply",
            Self::HoldReply => "hold_reply",
            Self::GarbleReply => "garble_reply",
            Self::ErrorAfter => "error_after",
            Self::NotJson => "not_json",
            Self::NoCode => "no_code",
            Self::RpcError => "rpc_error",
            Self::Http500 => "http_500",
        }
    }
}

/// What the transport has to do to a reply; a [`Trouble`] never gets there, the tool plays it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Send it.
    Whole,
    /// Close without sending it.
    Lost,
    /// Keep it until whoever waits for it gives up.
    Held,
    /// Send half of it.
    Garbled,
    /// Send a JSON-RPC error in its place, [`RPC_ERROR`].
    RpcError,
    /// Send HTTP 500 in its place.
    Http500,
}

/// Code and message of the error that stands in the place of a reply.
pub const RPC_ERROR: (i32, &str) = (-32603, "Internal error");

/// How a tool's backend fails after it did what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// For no reason it would tell.
    Internal,
    /// With an answer that is no JSON.
    NotJson,
    /// With an error that has no code.
    NoCode,
}

/// The scripts that still wait for their call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Uses up one call of the oldest script for the tool.
    pub(crate) fn take(&mut self, tool: &str) -> Option<Then> {
        let fault = self.0.iter_mut().find(|fault| fault.tool == tool && fault.times > 0)?;
        fault.times -= 1;
        Some(fault.then)
    }
}

fn once() -> u64 {
    1
}
