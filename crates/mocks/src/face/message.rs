//! One JSON-RPC message as the server understood it, and one answer before it becomes bytes.

use serde_json::{Map, Value, json};

use crate::fault::Fate;

use super::desk::Leniency;
use super::lenient::fold_keys;
use super::{FaceResponse, results};

/// A request or notification.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) id: Option<Value>,
    pub(crate) method: String,
    pub(crate) params: Map<String, Value>,
    pub(crate) wanted: Wanted,
}

/// What the client waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Answer,
    Nothing,
}

/// An answer: HTTP status, headers, body, and what becomes of it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) session: Option<String>,
    pub(crate) body: Option<Value>,
    pub(crate) fate: Fate,
}

impl Message {
    /// Understands a JSON value; responses and what is no message at all are answered at once.
    pub(crate) fn read(value: Value, parser: &[Leniency]) -> Result<Self, Answer> {
        let invalid = || Answer::error(400, Value::Null, -32600, "Invalid Request");
        let Value::Object(mut members) = value else {
            return Err(invalid());
        };
        if parser.contains(&Leniency::IgnoreKeyCase) {
            members = fold_keys(members, Some(&["jsonrpc", "id", "method", "params"]), parser);
        }
        if !members.contains_key("method") && (members.contains_key("result") || members.contains_key("error")) {
            return Err(Answer::accepted());
        }
        let id = match members.remove("id") {
            None => None,
            Some(id @ (Value::String(_) | Value::Number(_))) => Some(id),
            Some(_) => return Err(invalid()),
        };
        let (Some(Value::String(method)), Some("2.0")) =
            (members.remove("method"), members.get("jsonrpc").and_then(Value::as_str))
        else {
            return Err(invalid());
        };
        let params = match members.remove("params") {
            None => Map::new(),
            Some(Value::Object(params)) => fold_params(params, parser),
            Some(_) => {
                return Err(Answer::error(200, id.unwrap_or(Value::Null), -32602, "Invalid params"));
            }
        };
        let wanted = if id.is_some() { Wanted::Answer } else { Wanted::Nothing };
        let runs = method == "tools/call" && parser.contains(&Leniency::RunsNotifications);
        // A careless server plays the call as if it had an id, and nobody reads the answer.
        let id = id.or_else(|| runs.then_some(Value::Null));
        Ok(Self { id, method, params, wanted })
    }

    /// The tool a call names, as the server understood it.
    pub(crate) fn tool(&self, parser: &[Leniency]) -> Option<String> {
        let name = self.params.get("name")?.as_str()?;
        Some(match parser.contains(&Leniency::TrimNames) {
            true => name.trim_matches(|letter: char| letter.is_whitespace() || letter.is_control()).to_lowercase(),
            false => name.to_owned(),
        })
    }

    /// The arguments of a call; none is the same as no members.
    pub(crate) fn arguments(&self) -> Option<Map<String, Value>> {
        match self.params.get("arguments") {
            None | Some(Value::Null) => Some(Map::new()),
            Some(Value::Object(arguments)) => Some(arguments.clone()),
            Some(_) => None,
        }
    }

    /// A member of `_meta`.
    pub(crate) fn meta(&self, key: &str) -> Option<&Value> {
        self.params.get("_meta")?.get(key)
    }
}

fn fold_params(params: Map<String, Value>, parser: &[Leniency]) -> Map<String, Value> {
    if !parser.contains(&Leniency::IgnoreKeyCase) {
        return params;
    }
    let mut params = fold_keys(params, Some(&["name", "arguments", "cursor", "_meta"]), parser);
    if let Some(Value::Object(arguments)) = params.get_mut("arguments") {
        *arguments = fold_keys(std::mem::take(arguments), None, parser);
    }
    params
}

impl Answer {
    /// 200 with this body.
    pub(crate) fn ok(body: Value) -> Self {
        Self { status: 200, session: None, body: Some(body), fate: Fate::Whole }
    }

    /// A JSON-RPC result.
    pub(crate) fn result(id: &Value, result: Value) -> Self {
        Self::ok(json!({ "jsonrpc": "2.0", "id": id, "result": result }))
    }

    /// A JSON-RPC error.
    pub(crate) fn error(status: u16, id: Value, code: i64, says: impl Into<String>) -> Self {
        let error = json!({ "code": code, "message": says.into() });
        Self { status, ..Self::ok(json!({ "jsonrpc": "2.0", "id": id, "error": error })) }
    }

    /// A JSON-RPC error with data.
    pub(crate) fn with_data(mut self, data: Value) -> Self {
        if let Some(error) = self.body.as_mut().and_then(|body| body.get_mut("error")).and_then(Value::as_object_mut) {
            error.insert("data".to_owned(), data);
        }
        self
    }

    /// 202 without a body, as for a notification.
    pub(crate) fn accepted() -> Self {
        Self { status: 202, session: None, body: None, fate: Fate::Whole }
    }

    /// The bytes.
    pub(crate) fn render(self) -> FaceResponse {
        let mut response = FaceResponse::empty(self.status);
        if let Some(session) = self.session {
            response.headers.push(("Mcp-Session-Id".to_owned(), session));
        }
        if let Some(body) = self.body {
            response.headers.push(("Content-Type".to_owned(), results::JSON.to_owned()));
            response.body = body.to_string().into_bytes();
        }
        response.suffer(self.fate)
    }
}
