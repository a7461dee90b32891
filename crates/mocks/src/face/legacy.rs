//! The era with sessions, up to 2025-11-25.

use serde_json::{Value, json};

use crate::mock::Mock;

use super::era::{LEGACY, LEGACY_VERSIONS};
use super::message::{Answer, Message};
use super::{FaceRequest, FaceResponse, results};

pub(crate) fn answer(mock: &mut dyn Mock, now: u64, request: &FaceRequest, message: &Message) -> Answer {
    if message.method == "initialize" {
        return initialize(mock, message);
    }
    let no_id = || message.id.clone().unwrap_or(Value::Null);
    let Some(session) = request.header("mcp-session-id") else {
        return Answer::error(400, no_id(), -32600, "A session is required");
    };
    if !mock.books().desk.knows(session) {
        return Answer::error(404, no_id(), -32600, "No such session");
    }
    let Some(id) = &message.id else {
        return Answer::accepted();
    };
    match message.method.as_str() {
        "ping" => Answer::result(id, json!({})),
        "tools/list" => results::list(mock, id, message, |listed| listed),
        "tools/call" => results::call(mock, now, &request.caller(Some(session)), id, message, |result| result),
        _ => Answer::error(200, id.clone(), -32601, "Method not found"),
    }
}

/// Ends a session.
pub(crate) fn close(mock: &mut dyn Mock, request: &FaceRequest) -> FaceResponse {
    match request.header("mcp-session-id") {
        None => FaceResponse::empty(400),
        Some(session) if mock.books_mut().desk.close(session) => FaceResponse::empty(202),
        Some(_) => FaceResponse::empty(404),
    }
}

fn initialize(mock: &mut dyn Mock, message: &Message) -> Answer {
    let Some(id) = &message.id else {
        return Answer::accepted();
    };
    let asked = message.params.get("protocolVersion").and_then(Value::as_str);
    let version = asked.filter(|version| LEGACY_VERSIONS.contains(version)).unwrap_or(LEGACY);
    let info = mock.info();
    let result = json!({
        "protocolVersion": version,
        "capabilities": results::capabilities(),
        "serverInfo": { "name": info.name, "version": info.version },
        "instructions": info.instructions,
    });
    Answer { session: Some(mock.books_mut().desk.open()), ..Answer::result(id, result) }
}
