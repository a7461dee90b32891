//! What happens to a mock from outside MCP: the human pays, the provider declines, time passes, trouble is scripted.
//!
//! A control is written the same way in a scenario and on the control listener:
//! `{"world": "pay", "checkout": "..."}`. A checkout may be left out where there is exactly one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fault::Fault;
use crate::mock::Mock;

/// One thing that happens to a mock from outside. No server plays all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "world", rename_all = "snake_case", deny_unknown_fields)]
pub enum Control {
    /// The human pays on the payment page.
    Pay {
        /// The checkout's id; the only one unless written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkout: Option<String>,
        /// With what; a card unless written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<PayBy>,
    },
    /// The human's payment is declined for good.
    Decline {
        /// The checkout's id; the only one unless written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkout: Option<String>,
    },
    /// A payment that takes its time arrives.
    Clear {
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
    /// The merchant wants something that only the buyer can do, on a page of the merchant's.
    Escalate {
        /// The checkout's id; the only one unless written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkout: Option<String>,
    },
    /// The buyer has done it.
    Resolve {
        /// The checkout's id; the only one unless written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkout: Option<String>,
    },
    /// The merchant asks for another total.
    Reprice {
        /// The checkout's id; the only one unless written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkout: Option<String>,
        /// The new total, in minor units of the checkout's currency.
        total_minor: u64,
    },
    /// A webhook arrives, whoever sent it.
    Webhook(Webhook),
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

/// With what a human pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayBy {
    /// A card: paid at once.
    Card,
    /// A method whose money comes later, such as a bank transfer: `clear` or `decline` tells.
    Transfer,
}

impl PayBy {
    /// The word for it, as scenarios and the control listener write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Transfer => "transfer",
        }
    }
}

/// A webhook of the payment provider, or one that looks like it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The checkout it is about; the only one unless written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkout: Option<String>,
    /// What it tells.
    pub event: WebhookEvent,
    /// How it is signed; by the provider, now, unless written.
    #[serde(default)]
    pub sign: Sign,
}

/// What a webhook tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookEvent {
    /// The checkout was completed and is paid.
    Paid,
    /// The checkout was completed, and the money comes later.
    Pending,
    /// The money came.
    Succeeded,
    /// The money will not come.
    Failed,
    /// The checkout expired.
    Expired,
    /// The last webhook about the checkout once more, byte for byte.
    Again,
}

/// How a webhook is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// By the provider, now.
    #[default]
    Good,
    /// By the provider, longer ago than a server may tolerate.
    Late,
    /// By somebody else.
    Forged,
    /// Not at all.
    Missing,
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
    /// The server cannot play it.
    #[error("`{mock}` does not play `{verb}`; it plays {known}")]
    NotPlayed {
        /// The server.
        mock: String,
        /// What was wanted.
        verb: &'static str,
        /// What it plays.
        known: String,
    },
    /// The server has no such tool, so nothing would go wrong.
    #[error("`{mock}` has no tool `{tool}`, so nothing would go wrong")]
    NoSuchTool {
        /// The server.
        mock: String,
        /// What was written.
        tool: String,
    },
    /// The server plays `pay`, but not with that.
    #[error("`{mock}` does not play `pay` by `{by}`; it plays `pay` by `card`")]
    NotPaidBy {
        /// The server.
        mock: String,
        /// With what it was to be paid.
        by: &'static str,
    },
    /// The total cannot be told exactly, now or with shipping and tax on top.
    #[error("cannot reprice checkout `{checkout}` to {total_minor}: with shipping and tax it may be at most {most}")]
    TooMuch {
        /// The checkout's id.
        checkout: String,
        /// What was wanted, in minor units.
        total_minor: u64,
        /// The largest total, in minor units.
        most: u64,
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

    /// Every word there is for one.
    pub const VERBS: [&str; 13] = [
        "pay",
        "decline",
        "clear",
        "provision",
        "fail",
        "expire",
        "escalate",
        "resolve",
        "reprice",
        "webhook",
        "advance",
        "restart",
        "fault",
    ];

    /// The word for it, as scenarios and the control listener write it.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Pay { .. } => "pay",
            Self::Decline { .. } => "decline",
            Self::Clear { .. } => "clear",
            Self::Provision { .. } => "provision",
            Self::Fail { .. } => "fail",
            Self::Expire { .. } => "expire",
            Self::Escalate { .. } => "escalate",
            Self::Resolve { .. } => "resolve",
            Self::Reprice { .. } => "reprice",
            Self::Webhook(_) => "webhook",
            Self::Advance { .. } => "advance",
            Self::Restart {} => "restart",
            Self::Fault(_) => "fault",
        }
    }

    /// The refusal by a mock that does not play it, or not with what is to be paid with.
    pub(crate) fn not_played(&self, mock: &dyn Mock) -> ControlError {
        if let (Self::Pay { by: Some(by), .. }, true) = (self, mock.plays().contains(&self.verb())) {
            return ControlError::NotPaidBy { mock: mock.name().to_owned(), by: by.as_str() };
        }
        let known = format!("`{}`", mock.plays().join("`, `"));
        ControlError::NotPlayed { mock: mock.name().to_owned(), verb: self.verb(), known }
    }
}
