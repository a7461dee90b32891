//! The one place that renders answers: denials, refusals and trouble become replies here and nowhere else.
//!
//! What the agent reads is the outside sentence; the inside one is in the log. The gateway's own error codes lie outside of
//! the range that JSON-RPC and MCP keep for themselves.

use bytes::Bytes;
use floorwalker_mcp::{Era, Json, error_reply, tool_denial};
use floorwalker_policy::{AskTerms, Denial, OpenAsk, Outward};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE},
};

use crate::envelope::Reply;

/// The upstream was not reached; nothing was sent.
pub(crate) const NOT_SENT: i64 = 4001;
/// The message was sent, but no reply came.
pub(crate) const LOST: i64 = 4002;
/// A reply came that nobody may get.
pub(crate) const WITHHELD: i64 = 4003;
/// The gateway could not keep its books, so it let nothing pass.
pub(crate) const CLOSED: i64 = 4004;
/// The grant does not reach that server.
pub(crate) const NOT_GRANTED: i64 = 4005;

/// What a client hears that must begin anew.
pub(crate) const NO_SESSION: &str = "there is no such session; start with `initialize`";

const ASKED: &str = "A person is asked whether this call may pass; repeat exactly the same call to learn the answer.";

/// JSON-RPC: the message is no request.
pub(crate) const INVALID_REQUEST: i64 = -32600;
/// JSON-RPC: there is no such method.
pub(crate) const NO_METHOD: i64 = -32601;
/// JSON-RPC, and MCP for an unknown tool.
pub(crate) const INVALID_PARAMS: i64 = -32602;
/// MCP 2026-07-28: a mirror header disagrees with the body.
pub(crate) const HEADER_MISMATCH: i64 = -32020;
/// MCP 2026-07-28: that protocol version is not spoken here.
pub(crate) const UNSUPPORTED_VERSION: i64 = -32022;

/// A reply that holds one JSON text.
pub(crate) fn json(status: StatusCode, body: impl Into<Bytes>) -> Reply {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Reply { status, headers, body: body.into() }
}

/// A reply without a body.
pub(crate) fn empty(status: StatusCode) -> Reply {
    Reply { status, headers: HeaderMap::new(), body: Bytes::new() }
}

/// A JSON-RPC error.
pub(crate) fn error(status: StatusCode, id: Option<&str>, code: i64, says: &str) -> Reply {
    json(status, error_reply(id, code, says, None))
}

/// A refusal, with the header that its status owes.
pub(crate) fn refusal(status: StatusCode, id: Option<&str>, code: i64, says: &str, data: &[(&str, Json<'_>)]) -> Reply {
    let data = (!data.is_empty()).then_some(data);
    let mut reply = json(status, error_reply(id, code, says, data));
    match status {
        StatusCode::UNAUTHORIZED => reply.headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
        StatusCode::METHOD_NOT_ALLOWED => reply.headers.insert(ALLOW, HeaderValue::from_static("POST, DELETE")),
        _ => None,
    };
    reply
}

/// A denial of a tool call.
pub(crate) fn denial(era: Era, id: &str, denial: &Denial) -> Reply {
    if denial.outward == Outward::UnknownTool {
        return error(StatusCode::OK, Some(id), INVALID_PARAMS, &denial.reason);
    }
    let mut members = vec![
        ("decision", Json::from("deny")),
        ("rule", Json::from(denial.rule.as_str())),
        ("reason", Json::from(denial.reason.as_ref())),
    ];
    if let Some(wait) = denial.retry_after {
        members.push(("retry_after_ms", Json::Integer(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))));
    }
    json(StatusCode::OK, tool_denial(era, id, &denial.reason, &members))
}

/// What an agent hears while a person is asked. It goes on by the same call: nothing in the agent's hands is the yes.
pub(crate) fn ask(era: Era, id: &str, terms: &AskTerms, open: OpenAsk) -> Reply {
    let expires_in = i64::try_from(open.expires_in.as_millis()).unwrap_or(i64::MAX);
    let members = [
        ("decision", Json::from("ask")),
        ("rule", Json::from(terms.rule.as_str())),
        ("reason", Json::from(terms.reason.as_ref())),
        ("approval", Json::from(open.id.to_string())),
        ("expires_in_ms", Json::Integer(expires_in)),
    ];
    json(StatusCode::OK, tool_denial(era, id, ASKED, &members))
}

/// Trouble after a message was let through: as a tool result where a model should read it, as an error elsewhere.
pub(crate) fn trouble(era: Era, id: Option<&str>, tool: bool, code: i64, says: &str) -> Reply {
    match id {
        Some(id) if tool => {
            let members = [("outcome", Json::from(outcome_word(code))), ("reason", Json::from(says))];
            json(StatusCode::OK, tool_denial(era, id, says, &members))
        }
        _ => error(StatusCode::BAD_GATEWAY, id, code, says),
    }
}

fn outcome_word(code: i64) -> &'static str {
    match code {
        NOT_SENT => "not_sent",
        LOST => "lost",
        WITHHELD => "withheld",
        _ => "closed",
    }
}
