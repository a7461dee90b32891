//! What happens to a mock from outside MCP: the human pays, the provider declines, time passes, trouble is scripted.
//!
//! A control is written the same way in a scenario and on the control listener:
//! `{"world": "pay", "checkout": "..."}`. A checkout may be left out where there is exactly one.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fault::Fault;

/// One thing that happens to a mock from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "world", rename_all = "snake_case", deny_unknown_fields)]
pub enum Control {
    /// The human pays on the payment page.
    Pay {
        /// The checkout's id; the only one unless written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkout: Option<String>,
    },
    /// The human's payment is declined for good.
    Decline {
        /// The checkout's id; the only one unless written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkout: Option<String>,
    },
    /// What was paid for becomes ready.
    Provision {
        /// The checkout's id; the only one unless written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkout: Option<String>,
    },
    /// What was paid for cannot be made; the money goes back.
    Fail {
        /// The checkout's id; the only one unless written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkout: Option<String>,
    },
    /// The checkout is given up before it was paid.
    Expire {
        /// The checkout's id; the only one unless written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkout: Option<String>,
    },
    /// The mock's clock runs ahead.
    Advance {
        /// By how many milliseconds.
        ms: u64,
    },
    /// The server starts anew and forgets which keys and checkout secrets its callers had activated; what its backend
    /// keeps stays. The MCP sessions stay too, so that the loss is all that a caller notices.
    ///
    /// The braces are there because unknown members are refused in a variant that could have some.
    Restart {},
    /// The replies of a tool's next calls suffer.
    Fault(Fault),
}

/// A control that cannot be done now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// The document is not a control.
    #[error("not a control: {because}")]
    Unreadable {
        /// What is wrong with it.
        because: String,
    },
    /// No checkout of that id, or none at all.
    #[error("no checkout `{written}`; there is {known}")]
    NoSuchCheckout {
        /// What was written.
        written: String,
        /// The checkouts there are, with their states.
        known: String,
    },
    /// The checkout was left out and there are several.
    #[error("which checkout? There is {known}")]
    Ambiguous {
        /// The checkouts there are, with their states.
        known: String,
    },
    /// The checkout's state does not allow it.
    #[error("cannot {verb} checkout `{checkout}`: it is {state}; {allowed}")]
    WrongState {
        /// What was wanted.
        verb: &'static str,
        /// The checkout's id.
        checkout: String,
        /// The state it is in.
        state: &'static str,
        /// What would be allowed now.
        allowed: &'static str,
    },
}

impl Control {
    /// Reads a control from JSON.
    ///
    /// # Errors
    /// Names the unknown word and the known ones.
    pub fn from_json(value: &Value) -> Result<Self, ControlError> {
        serde_json::from_value(value.clone()).map_err(|error| ControlError::Unreadable { because: error.to_string() })
    }
}
