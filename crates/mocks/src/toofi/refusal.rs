//! What a tool answers: the envelope that every reply has, and refusals with a code.
//!
//! Text block and structured content are the same object, errors too.

use serde_json::{Map, Value, json};

use crate::instant::iso;
use crate::mock::ToolReply;

/// What a tool gives back beside the envelope; its `status` goes there.
pub(crate) type Answer = Result<Shown, Refusal>;

/// The members of a good reply.
#[derive(Clone)]
pub(crate) struct Shown {
    pub(crate) status: &'static str,
    pub(crate) members: Map<String, Value>,
}

/// Why a tool refuses.
#[derive(Debug)]
pub(crate) struct Refusal {
    code: Code,
    message: String,
}

/// The codes of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    InvalidArguments,
    InvalidUnits,
    InvalidCurrency,
    InvalidEmail,
    InvalidReturnUrl,
    UnknownTool,
    UnknownProduct,
    UnknownQuote,
    QuoteExpired,
    QuoteMismatch,
    QuoteNotPayable,
    IdempotencyConflict,
    InvalidClaim,
    PaymentPending,
    PaymentFailed,
    PurchaseExpired,
    AlreadyClaimed,
    RateLimited,
    InvalidAgentKey,
    InsufficientCredits,
    NotPlayed,
    InternalError,
    InvalidResponse,
    /// A refusal that has no code.
    None,
}

/// What every reply to one call has.
#[derive(Debug)]
pub(crate) struct Frame {
    endpoint: &'static str,
    timestamp: String,
    request_id: Option<Value>,
}

impl Code {
    fn as_str(self) -> Option<&'static str> {
        Some(match self {
            Self::InvalidArguments => "invalid_arguments",
            Self::InvalidUnits => "invalid_units",
            Self::InvalidCurrency => "invalid_currency",
            Self::InvalidEmail => "invalid_email",
            Self::InvalidReturnUrl => "invalid_return_url",
            Self::UnknownTool => "unknown_tool",
            Self::UnknownProduct => "unknown_product",
            Self::UnknownQuote => "unknown_quote",
            Self::QuoteExpired => "quote_expired",
            Self::QuoteMismatch => "quote_mismatch",
            Self::QuoteNotPayable => "quote_not_payable",
            Self::IdempotencyConflict => "idempotency_conflict",
            Self::InvalidClaim => "invalid_claim",
            Self::PaymentPending => "payment_pending",
            Self::PaymentFailed => "payment_failed",
            Self::PurchaseExpired => "purchase_expired",
            Self::AlreadyClaimed => "already_claimed",
            Self::RateLimited => "rate_limited",
            Self::InvalidAgentKey => "invalid_agent_key",
            Self::InsufficientCredits => "insufficient_credits",
            Self::NotPlayed => "not_played",
            Self::InternalError => "internal_error",
            Self::InvalidResponse => "invalid_response",
            Self::None => return None,
        })
    }

    /// A refusal with this code.
    pub(crate) fn because(self, message: impl Into<String>) -> Refusal {
        Refusal { code: self, message: message.into() }
    }
}

impl Frame {
    /// The envelope of the reply to one call; a `request_id` comes back.
    pub(crate) fn of(now: u64, tool: &str, arguments: &Map<String, Value>) -> Self {
        let request_id = arguments.get("request_id").filter(|id| id.is_string()).cloned();
        Self { endpoint: endpoint(tool), timestamp: iso(now), request_id }
    }

    pub(crate) fn render(&self, answer: Answer) -> ToolReply {
        let is_error = answer.is_err();
        let (status, members) = match answer {
            Ok(Shown { status, members }) => (status, members),
            Err(Refusal { code, message }) => {
                let code = code.as_str().map(|code| ("error".to_owned(), json!(code)));
                let message = ("message".to_owned(), json!(message));
                ("error", code.into_iter().chain([message]).collect())
            }
        };
        // What the call is about comes first, for whoever reads a reply from its beginning.
        let mut whole = object([("status", json!(status))]);
        whole.extend(members);
        whole.extend(object([
            ("ok", json!(!is_error)),
            ("mode", json!("live")),
            ("endpoint", json!(self.endpoint)),
            ("timestamp", json!(self.timestamp)),
        ]));
        whole.extend(self.request_id.clone().map(|id| ("request_id".to_owned(), id)));
        let whole = Value::Object(whole);
        ToolReply { content: vec![whole.to_string()], structured: Some(whole), is_error }
    }
}

/// A good reply with these members, in this order.
pub(crate) fn shown<const N: usize>(status: &'static str, members: [(&str, Value); N]) -> Shown {
    Shown { status, members: object(members) }
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The HTTP twin of a tool.
fn endpoint(tool: &str) -> &'static str {
    match tool {
        "discover_capabilities" => "/api/agent/capabilities",
        "get_agent_billing_quote" => "/api/runtime/agent/billing/quote",
        "create_agent_checkout_session" => "/api/runtime/agent/checkout/create",
        "claim_agent_checkout_key" => "/api/runtime/agent/checkout/claim",
        "get_agent_credit_balance" => "/api/runtime/credits/balance",
        "generate_dental_treatment_plan_pdf" => "/api/runtime/headless/plan/execute",
        _ => "/mcp",
    }
}
