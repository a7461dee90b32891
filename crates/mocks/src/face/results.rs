//! The results both eras share, and the paging every face of a mock uses.

use serde_json::{Map, Value, json};

use crate::fault::{Fate, RPC_ERROR};
use crate::mock::{Caller, Mock, ToolReply};

use super::message::{Answer, Message};

pub(crate) const JSON: &str = "application/json";
/// For how long a list of tools may be cached, in milliseconds.
pub const TTL_MS: u64 = 300_000;
/// Who may share a cached list of tools.
pub const CACHE_SCOPE: &str = "public";

/// One page of `tools/list`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The definitions.
    pub tools: Vec<Value>,
    /// Where the next page starts, if there is one.
    pub next_cursor: Option<String>,
}

/// The cursor was not one of the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown cursor")]
pub struct UnknownCursor;

/// The page a cursor stands for; the first one without a cursor.
///
/// # Errors
/// When the mock never handed out such a cursor.
pub fn page(mock: &dyn Mock, cursor: Option<&str>) -> Result<Page, UnknownCursor> {
    let tools = mock.tools();
    let size = mock.books().desk.page_size.unwrap_or(usize::MAX);
    let start = match cursor {
        None => 0,
        Some(cursor) => cursor.strip_prefix("from-").and_then(|start| start.parse().ok()).ok_or(UnknownCursor)?,
    };
    if cursor.is_some() && (start == 0 || start % size != 0 || start >= tools.len()) {
        return Err(UnknownCursor);
    }
    let end = start.saturating_add(size);
    Ok(Page {
        tools: tools.iter().skip(start).take(size).cloned().collect(),
        next_cursor: (end < tools.len()).then(|| format!("from-{end}")),
    })
}

/// What the server can do: tools, whose list never changes.
pub(crate) fn capabilities() -> Value {
    json!({ "tools": { "listChanged": false } })
}

/// Answers `tools/list`; `finish` adds what the era wants.
pub(crate) fn list(
    mock: &dyn Mock,
    id: &Value,
    message: &Message,
    finish: impl FnOnce(Map<String, Value>) -> Map<String, Value>,
) -> Answer {
    let cursor = match message.params.get("cursor") {
        None => None,
        Some(Value::String(cursor)) => Some(cursor.as_str()),
        Some(_) => return Answer::error(200, id.clone(), -32602, "Invalid params"),
    };
    let Ok(Page { tools, next_cursor }) = page(mock, cursor) else {
        return Answer::error(200, id.clone(), -32602, "Unknown cursor");
    };
    let mut result = Map::from_iter([("tools".to_owned(), Value::Array(tools))]);
    if let Some(cursor) = next_cursor {
        result.insert("nextCursor".to_owned(), Value::String(cursor));
    }
    Answer::result(id, Value::Object(finish(result)))
}

/// Answers `tools/call`; `finish` adds what the era wants.
pub(crate) fn call(
    mock: &mut dyn Mock,
    now: u64,
    caller: &Caller,
    id: &Value,
    message: &Message,
    finish: impl FnOnce(Map<String, Value>) -> Map<String, Value>,
) -> Answer {
    let tool = message.tool(&mock.books().desk.parser);
    let (Some(tool), Some(arguments)) = (tool, message.arguments()) else {
        return Answer::error(200, id.clone(), -32602, "Invalid params");
    };
    let performed = mock.perform(now, caller, &tool, &arguments);
    let answer = match performed.fate {
        Fate::RpcError => Answer::error(200, id.clone(), RPC_ERROR.0.into(), RPC_ERROR.1),
        _ => Answer::result(id, Value::Object(finish(called(performed.reply)))),
    };
    Answer { fate: performed.fate, ..answer }
}

fn called(reply: ToolReply) -> Map<String, Value> {
    let content: Vec<Value> = reply.content.into_iter().map(|text| json!({ "type": "text", "text": text })).collect();
    let mut result = Map::from_iter([("content".to_owned(), Value::Array(content))]);
    result.extend(reply.structured.map(|structured| ("structuredContent".to_owned(), structured)));
    result.insert("isError".to_owned(), Value::Bool(reply.is_error));
    result
}
