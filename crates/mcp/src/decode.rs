//! Bytes into one message, strictly.
//!
//! A client's message is refused when two readers could read it differently: a batch, a key that can be taken for one
//! that means something, positional parameters, a request that is also an answer. An upstream's message must be one
//! whole JSON-RPC message as well, but its inner keys may be anybody's words.

use floorwalker_json::{Keys, Member, Node, Object, Value, scan, shown};

use crate::message::{Content, ENVELOPE, META_VERSION};
use crate::{Answer, Id, Message, Notification, Request};

/// The parameters that mean something to somebody behind the gateway.
const PARAMS: &[&str] = &[
    "_meta",
    "argument",
    "arguments",
    "capabilities",
    "clientInfo",
    "context",
    "cursor",
    "inputResponses",
    "level",
    "name",
    "notifications",
    "progress",
    "progressToken",
    "protocolVersion",
    "reason",
    "ref",
    "requestId",
    "requestState",
    "task",
    "taskId",
    "uri",
];

/// The members of `_meta` that mean something.
const META: &[&str] = &[
    META_VERSION,
    "io.modelcontextprotocol/clientCapabilities",
    "io.modelcontextprotocol/clientInfo",
    "io.modelcontextprotocol/logLevel",
    "io.modelcontextprotocol/related-task",
    "io.modelcontextprotocol/subscriptionId",
    "progressToken",
];

/// Why a client's bytes are not a message, as the error reply says it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DecodeError {
    /// The JSON-RPC code: [`Self::PARSE`], [`Self::REQUEST`] or [`Self::PARAMS`].
    pub code: i64,
    /// What is wrong. It never holds a value that was sent.
    pub message: String,
    /// The id as it was written, if it could be read.
    pub id: Option<String>,
}

/// Why an upstream's bytes are not a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an acceptable JSON-RPC message: {0}")]
pub struct ReplyError(String);

/// What an upstream sends.
#[derive(Clone, Debug)]
pub enum Reply<'b> {
    /// A result or an error.
    Answer(Answer<'b>),
    /// Something it tells on the way.
    Notification(Notification<'b>),
    /// Something it asks the client, in the legacy era.
    Request(Request<'b>),
}

impl DecodeError {
    /// The bytes are not one acceptable JSON text.
    pub const PARSE: i64 = -32700;
    /// The JSON is not one acceptable message.
    pub const REQUEST: i64 = -32600;
    /// The parameters are not acceptable.
    pub const PARAMS: i64 = -32602;
}

/// Reads what a client sent.
///
/// # Errors
/// The first thing that is not acceptable.
pub fn decode(body: &[u8]) -> Result<Message<'_>, DecodeError> {
    let root = scan(body, Keys::Unconfusable).map_err(|error| DecodeError {
        code: DecodeError::PARSE,
        message: error.to_string(),
        id: None,
    })?;
    let source = text_of(body);
    let id = usable_id(&root, source);
    let refuse = |fault: Fault| DecodeError { code: fault.code, message: fault.message, id };
    let message = envelope(root, source).and_then(checked_for_client);
    message.map_err(refuse)
}

/// Reads what an upstream sent.
///
/// # Errors
/// The first thing that is not acceptable.
pub fn decode_reply(body: &[u8]) -> Result<Reply<'_>, ReplyError> {
    let root = scan(body, Keys::Distinct).map_err(|error| ReplyError(error.to_string()))?;
    match envelope(root, text_of(body)) {
        Ok(Message::Response(answer)) => Ok(Reply::Answer(answer)),
        Ok(Message::Notification(notification)) => Ok(Reply::Notification(notification)),
        Ok(Message::Request(request)) => Ok(Reply::Request(request)),
        Err(fault) => Err(ReplyError(fault.message)),
    }
}

/// What is wrong, and under which code a client hears of it.
struct Fault {
    code: i64,
    message: String,
}

impl Fault {
    fn request(message: impl Into<String>) -> Self {
        Self { code: DecodeError::REQUEST, message: message.into() }
    }

    fn params(message: impl Into<String>) -> Self {
        Self { code: DecodeError::PARAMS, message: message.into() }
    }
}

/// Whoever scanned the bytes found them to be UTF-8.
fn text_of(body: &[u8]) -> &str {
    std::str::from_utf8(body).unwrap_or_default()
}

fn usable_id(root: &Node<'_>, source: &str) -> Option<String> {
    let id = Id::read(root.get("id")?, source).ok()?;
    Some(id.text().to_owned())
}

/// Checks what holds for a message in either direction.
fn envelope<'b>(root: Node<'b>, source: &'b str) -> Result<Message<'b>, Fault> {
    let object = object_of(&root)?;
    if let Some(member) = object.confusable_with(ENVELOPE) {
        return Err(Fault::request(confusable(member)));
    }
    if object.get("jsonrpc").and_then(Node::as_str) != Some("2.0") {
        return Err(Fault::request("`jsonrpc` is not \"2.0\""));
    }
    match object.get("method") {
        Some(_) => spoken(root, source),
        None => answer(root, source),
    }
}

fn object_of<'n, 'b>(root: &'n Node<'b>) -> Result<&'n Object<'b>, Fault> {
    match &root.value {
        Value::Object(object) => Ok(object),
        Value::Array(_) => Err(Fault::request("a batch; send one message at a time")),
        _ => Err(Fault::request("a message is an object")),
    }
}

/// A request or a notification.
fn spoken<'b>(root: Node<'b>, source: &'b str) -> Result<Message<'b>, Fault> {
    let Some(Value::String(method)) = root.get("method").map(|node| &node.value) else {
        return Err(Fault::request("`method` is not a string"));
    };
    if root.get("result").is_some() || root.get("error").is_some() {
        return Err(Fault::request("a message with a method cannot have a result or an error"));
    }
    if root.get("params").is_some_and(|params| params.as_object().is_none()) {
        return Err(Fault::params("`params` is not an object"));
    }
    let id = root.get("id").map(|node| Id::read(node, source)).transpose().map_err(Fault::request)?;
    let content = Content { source, method: method.clone(), root };
    Ok(match id {
        Some(id) => Message::Request(Request { id, content }),
        None => Message::Notification(Notification { content }),
    })
}

fn answer<'b>(root: Node<'b>, source: &'b str) -> Result<Message<'b>, Fault> {
    let outcome = match (root.get("result"), root.get("error")) {
        (Some(outcome), None) | (None, Some(outcome)) => outcome,
        (Some(_), Some(_)) => {
            return Err(Fault::request("a message has either a result or an error"));
        }
        (None, None) => {
            return Err(Fault::request("a message has a method, a result or an error"));
        }
    };
    if outcome.as_object().is_none() {
        return Err(Fault::request("a result or an error is an object"));
    }
    if root.get("params").is_some() {
        return Err(Fault::request("an answer has no `params`"));
    }
    let id = answered_id(&root, source).map_err(Fault::request)?;
    Ok(Message::Response(Answer { id, source, root }))
}

/// Only an error may leave open what it answers.
fn answered_id<'b>(root: &Node<'b>, source: &'b str) -> Result<Option<Id<'b>>, &'static str> {
    match root.get("id") {
        None | Some(Node { value: Value::Null, .. }) if root.get("error").is_some() => Ok(None),
        None => Err("an answer has an `id`"),
        Some(node) => Id::read(node, source).map(Some),
    }
}

/// Checks what holds for a client's message only.
fn checked_for_client(message: Message<'_>) -> Result<Message<'_>, Fault> {
    match &message {
        Message::Request(Request { content, .. }) | Message::Notification(Notification { content }) => {
            content.root.get("params").map_or(Ok(()), check_params)?;
        }
        Message::Response(Answer { id: None, .. }) => {
            return Err(Fault::request("an answer has an `id`"));
        }
        Message::Response(_) => {}
    }
    Ok(message)
}

fn check_params(params: &Node<'_>) -> Result<(), Fault> {
    check_keys(params, PARAMS)?;
    let Some(meta) = params.get("_meta") else {
        return Ok(());
    };
    if meta.as_object().is_none() {
        return Err(Fault::params("`_meta` is not an object"));
    }
    check_keys(meta, META)?;
    match meta.get(META_VERSION) {
        Some(version) if version.as_str().is_none() => Err(Fault::params(format!("`{META_VERSION}` is not a string"))),
        _ => Ok(()),
    }
}

fn check_keys(node: &Node<'_>, known: &[&str]) -> Result<(), Fault> {
    match node.as_object().and_then(|object| object.confusable_with(known)) {
        Some(member) => Err(Fault::params(confusable(member))),
        None => Ok(()),
    }
}

fn confusable(member: &Member<'_>) -> String {
    format!("key `{}` can be taken for another", shown(&member.key))
}

#[cfg(test)]
mod tests;
