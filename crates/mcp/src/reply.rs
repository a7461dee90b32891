//! Replies of our own making.

use crate::Era;
use crate::write::{Json, ObjectWriter};

/// Where a denial says which rule decided, for programs.
const DECISION: &str = "floorwalker/decision";

/// A JSON-RPC error. `id` is the request's id as it was written; without one it is null.
#[must_use]
pub fn error_reply(id: Option<&str>, code: i64, message: &str, data: Option<&[(&str, Json<'_>)]>) -> Vec<u8> {
    let mut error = ObjectWriter::new().member("code", &Json::Integer(code)).text("message", message);
    if let Some(members) = data {
        error = error.raw("data", &ObjectWriter::new().members(members).finish());
    }
    envelope(id.unwrap_or("null")).raw("error", &error.finish()).finish().into_bytes()
}

/// A result. `id` and `result` are JSON texts that were validated before.
#[must_use]
pub fn result_reply(id: &str, result: &str) -> Vec<u8> {
    envelope(id).raw("result", result).finish().into_bytes()
}

/// A denial that the agent's model can read: an erroneous result with one sentence for it, and the decision's members
/// for programs.
#[must_use]
pub fn tool_denial(era: Era, id: &str, sentence: &str, decision: &[(&str, Json<'_>)]) -> Vec<u8> {
    let text = ObjectWriter::new().text("type", "text").text("text", sentence).finish();
    let meta = ObjectWriter::new().raw(DECISION, &ObjectWriter::new().members(decision).finish()).finish();
    let mut result = ObjectWriter::new();
    if era == Era::Modern {
        result = result.text("resultType", "complete");
    }
    let result = result.raw("content", &format!("[{text}]")).raw("isError", "true").raw("_meta", &meta);
    result_reply(id, &result.finish())
}

fn envelope(id: &str) -> ObjectWriter {
    ObjectWriter::new().text("jsonrpc", "2.0").raw("id", id)
}

#[cfg(test)]
mod tests;
