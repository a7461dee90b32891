//! The stateless era, 2026-07-28.
//!
//! The mirrors of the body in the headers are checked where they are present; a session header is ignored.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::mock::Mock;

use super::FaceRequest;
use super::era::{MODERN, VERSION_KEY, VERSIONS};
use super::message::{Answer, Message};
use super::results::{self, CACHE_SCOPE, TTL_MS};

const CAPABILITIES_KEY: &str = "io.modelcontextprotocol/clientCapabilities";
const SERVER_INFO_KEY: &str = "io.modelcontextprotocol/serverInfo";

pub(crate) fn answer(mock: &mut dyn Mock, now: u64, request: &FaceRequest, message: &Message) -> Answer {
    let Some(id) = &message.id else {
        return Answer::accepted();
    };
    if let Some(refusal) = check_headers(request, id, message).or_else(|| check_meta(id, message)) {
        return refusal;
    }
    match message.method.as_str() {
        "server/discover" => Answer::result(id, discover(mock)),
        "tools/list" => results::list(mock, id, message, |listed| cached(complete(listed))),
        "tools/call" => results::call(mock, now, &request.caller(None), id, message, complete),
        _ => Answer::error(404, id.clone(), -32601, "Method not found"),
    }
}

fn check_headers(request: &FaceRequest, id: &Value, message: &Message) -> Option<Answer> {
    let mismatch = |name: &str| Some(Answer::error(400, id.clone(), -32020, format!("{name} differs from the body")));
    let differs = |header: &str, body: Option<&Value>| {
        request.header(header).is_some_and(|sent| Some(plain(sent).as_str()) != body.and_then(Value::as_str))
    };
    if differs("mcp-protocol-version", message.meta(VERSION_KEY)) {
        return mismatch("MCP-Protocol-Version");
    }
    if request.header("mcp-method").is_some_and(|sent| sent != message.method) {
        return mismatch("Mcp-Method");
    }
    if message.method == "tools/call" && differs("mcp-name", message.params.get("name")) {
        return mismatch("Mcp-Name");
    }
    None
}

fn check_meta(id: &Value, message: &Message) -> Option<Answer> {
    let version = message.meta(VERSION_KEY).and_then(Value::as_str);
    match version {
        Some(MODERN) if message.meta(CAPABILITIES_KEY).is_some_and(Value::is_object) => None,
        Some(MODERN) | None => Some(Answer::error(400, id.clone(), -32602, "_meta lacks a required member")),
        Some(other) => Some(
            Answer::error(400, id.clone(), -32022, "Unsupported protocol version")
                .with_data(json!({ "supported": VERSIONS, "requested": other })),
        ),
    }
}

/// An introduction is never cached: it is asked for once, and says who answers now.
fn discover(mock: &dyn Mock) -> Value {
    let info = mock.info();
    json!({
        "resultType": "complete",
        "supportedVersions": VERSIONS,
        "capabilities": results::capabilities(),
        "instructions": info.instructions,
        "ttlMs": 0,
        "cacheScope": "private",
        "_meta": { SERVER_INFO_KEY: { "name": info.name, "version": info.version } },
    })
}

fn complete(mut result: Map<String, Value>) -> Map<String, Value> {
    result.insert("resultType".to_owned(), json!("complete"));
    result
}

fn cached(mut result: Map<String, Value>) -> Map<String, Value> {
    result.insert("ttlMs".to_owned(), json!(TTL_MS));
    result.insert("cacheScope".to_owned(), json!(CACHE_SCOPE));
    result
}

/// A header's value, decoded where it is marked as base64.
fn plain(sent: &str) -> String {
    let encoded = sent.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?="));
    let decoded = encoded.and_then(|encoded| STANDARD.decode(encoded).ok());
    decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| sent.to_owned())
}
