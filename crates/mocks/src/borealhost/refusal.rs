//! How the server says no, and how its answers look on the wire.
//!
//! A tool error is one text block; the HTTP status, the parameter and the retry time of the backend are lost on the
//! way, as in the published package. An object is one block of indented JSON, an array one block per element.

use serde_json::{Map, Value};

use crate::mock::ToolReply;

/// A refusal by the backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) message: String,
}

/// The backend's error codes that the mock can give, and the two that its client library makes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Validation,
    Unauthorized,
    Forbidden,
    NotFound,
    RateLimited,
    PaymentRequired,
    Internal,
    NotAvailable,
    InvalidResponse,
    Unknown,
}

impl Code {
    fn as_str(self) -> &'static str {
        match self {
            Self::Validation => "VALIDATION_ERROR",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::RateLimited => "RATE_LIMITED",
            Self::PaymentRequired => "PAYMENT_REQUIRED",
            Self::Internal => "INTERNAL_ERROR",
            Self::NotAvailable => "NOT_AVAILABLE",
            Self::InvalidResponse => "INVALID_RESPONSE",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// A refusal with this code.
    pub(crate) fn because(self, message: impl Into<String>) -> Refusal {
        Refusal { code: self, message: message.into() }
    }
}

/// What a tool gives back when it does what it was asked.
pub(crate) type Answer = Result<Value, Refusal>;

/// Renders an answer the way the published server does.
pub(crate) fn render(tool: &str, answer: Answer) -> ToolReply {
    match answer {
        Ok(Value::Array(items)) => shown(items.iter().map(pretty).collect()),
        Ok(value) => shown(vec![pretty(&value)]),
        Err(Refusal { code, message }) => executing(tool, &format!("{}: {message}", code.as_str())),
    }
}

/// The frame of every error a tool raises.
pub(crate) fn executing(tool: &str, trouble: &str) -> ToolReply {
    ToolReply::error(format!("Error executing tool {tool}: {trouble}"))
}

/// An object with these members, in this order.
pub(crate) fn object<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// A result of text alone; the server publishes no output schemas.
fn shown(content: Vec<String>) -> ToolReply {
    ToolReply { content, structured: None, is_error: false }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}")
}
