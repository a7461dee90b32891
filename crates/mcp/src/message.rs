//! A message that was understood, and how it is written anew.
//!
//! A message keeps the tree it was read from and the text behind it. It is sent on as [`Request::rebuilt`]: the
//! envelope from the fields that were read, every value in it as its validated original text, so that numbers, order
//! and escapes survive, and never the sender's bytes as a whole.
//!
//! INVARIANT: only `decode` makes these, after it has checked the envelope; accessors rely on that.

use std::borrow::Cow;

use floorwalker_json::Node;

use crate::write::ObjectWriter;
use crate::{DecodeError, Id};

/// The members of an envelope that mean something.
pub(crate) const ENVELOPE: &[&str] = &["jsonrpc", "id", "method", "params", "result", "error"];

/// Where a request of the modern era says which version it speaks.
pub(crate) const META_VERSION: &str = "io.modelcontextprotocol/protocolVersion";

/// One message.
#[derive(Clone, Debug)]
pub enum Message<'b> {
    /// It wants an answer.
    Request(Request<'b>),
    /// It wants none.
    Notification(Notification<'b>),
    /// It is the answer to a request of the other side.
    Response(Answer<'b>),
}

/// A method with an id.
#[derive(Clone, Debug)]
pub struct Request<'b> {
    pub(crate) id: Id<'b>,
    pub(crate) content: Content<'b>,
}

/// A method without an id.
#[derive(Clone, Debug)]
pub struct Notification<'b> {
    pub(crate) content: Content<'b>,
}

/// A result or an error.
///
/// INVARIANT: exactly one of the two is there.
#[derive(Clone, Debug)]
pub struct Answer<'b> {
    pub(crate) id: Option<Id<'b>>,
    pub(crate) source: &'b str,
    pub(crate) root: Node<'b>,
}

/// What `tools/call` asks for.
#[derive(Clone, Copy, Debug)]
pub struct ToolCall<'a> {
    /// The tool's name exactly as it was sent, escapes resolved.
    pub name: &'a str,
    /// The arguments, if there were any; always an object.
    pub arguments: Option<&'a Node<'a>>,
}

/// What requests and notifications have in common.
#[derive(Clone, Debug)]
pub(crate) struct Content<'b> {
    pub(crate) source: &'b str,
    pub(crate) root: Node<'b>,
    pub(crate) method: Cow<'b, str>,
}

impl<'b> Request<'b> {
    /// The id.
    #[must_use]
    pub fn id(&self) -> &Id<'b> {
        &self.id
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.content.method
    }

    /// The parameters, if there are any; always an object.
    #[must_use]
    pub fn params(&self) -> Option<&Node<'b>> {
        self.content.params()
    }

    /// The version that `_meta` names, in the modern era.
    #[must_use]
    pub fn protocol_version(&self) -> Option<&str> {
        self.content.protocol_version()
    }

    /// The text that the spans of the tree point into.
    #[must_use]
    pub fn source(&self) -> &'b str {
        self.content.source
    }

    /// The message as it is sent on.
    #[must_use]
    pub fn rebuilt(&self) -> Vec<u8> {
        self.content.rebuilt(Some(&self.id))
    }

    /// Reads the parameters of `tools/call`.
    ///
    /// # Errors
    /// The name is not a string, the arguments are there but not an object, or the call is to run as a task, whose result
    /// would come by another way than the reply.
    pub fn tool_call(&self) -> Result<ToolCall<'_>, DecodeError> {
        let refuse = |message: &str| DecodeError {
            code: DecodeError::PARAMS,
            message: message.to_owned(),
            id: Some(self.id.text().to_owned()),
        };
        let name = self.params().and_then(|params| params.get("name")).and_then(Node::as_str);
        let name = name.ok_or_else(|| refuse("`name` is missing or not a string"))?;
        let arguments = self.params().and_then(|params| params.get("arguments"));
        if arguments.is_some_and(|arguments| arguments.as_object().is_none()) {
            return Err(refuse("`arguments` is not an object"));
        }
        if self.params().is_some_and(|params| params.get("task").is_some()) {
            return Err(refuse("calls that run as tasks are not spoken here; leave `task` out"));
        }
        Ok(ToolCall { name, arguments })
    }
}

impl<'b> Notification<'b> {
    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.content.method
    }

    /// The parameters, if there are any; always an object.
    #[must_use]
    pub fn params(&self) -> Option<&Node<'b>> {
        self.content.params()
    }

    /// The version that `_meta` names, in the modern era.
    #[must_use]
    pub fn protocol_version(&self) -> Option<&str> {
        self.content.protocol_version()
    }

    /// The message as it is sent on.
    #[must_use]
    pub fn rebuilt(&self) -> Vec<u8> {
        self.content.rebuilt(None)
    }
}

impl<'b> Answer<'b> {
    /// The id, which an error about an unreadable request may lack.
    #[must_use]
    pub fn id(&self) -> Option<&Id<'b>> {
        self.id.as_ref()
    }

    /// Whether this answers the request with that id: same type, same value.
    #[must_use]
    pub fn answers(&self, id: &Id<'_>) -> bool {
        self.id.as_ref().is_some_and(|own| own == id)
    }

    /// The result, if it is no error; always an object.
    #[must_use]
    pub fn result(&self) -> Option<&Node<'b>> {
        self.root.get("result")
    }

    /// The error, if it is no result; always an object.
    #[must_use]
    pub fn error(&self) -> Option<&Node<'b>> {
        self.root.get("error")
    }

    /// The text that the spans of the tree point into.
    #[must_use]
    pub fn source(&self) -> &'b str {
        self.source
    }

    /// The message as it is handed on. Members of the envelope that mean nothing to us stay behind: nobody has looked into
    /// them, and no client needs them.
    #[must_use]
    pub fn rebuilt(&self) -> Vec<u8> {
        let id = self.id.as_ref().map_or("null", Id::text);
        let mut out = ObjectWriter::new().text("jsonrpc", "2.0").raw("id", id);
        for key in ["result", "error"] {
            if let Some(value) = self.root.get(key) {
                out = out.raw(key, value.span.text(self.source));
            }
        }
        out.finish().into_bytes()
    }
}

impl<'b> Content<'b> {
    fn params(&self) -> Option<&Node<'b>> {
        self.root.get("params")
    }

    fn protocol_version(&self) -> Option<&str> {
        self.params()?.get("_meta")?.get(META_VERSION)?.as_str()
    }

    fn rebuilt(&self, id: Option<&Id<'_>>) -> Vec<u8> {
        let mut out = ObjectWriter::new().text("jsonrpc", "2.0");
        if let Some(id) = id {
            out = out.raw("id", id.text());
        }
        out = out.text("method", &self.method);
        if let Some(params) = self.params() {
            out = out.raw("params", &rebuilt_object(params, self.source));
        }
        with_unknown(out, &self.root, self.source).finish().into_bytes()
    }
}

fn rebuilt_object(node: &Node<'_>, source: &str) -> String {
    let members = node.as_object().into_iter().flatten();
    members.fold(ObjectWriter::new(), |out, member| out.raw(&member.key, member.value.span.text(source))).finish()
}

/// Adds the members of the envelope that mean nothing to us.
fn with_unknown(out: ObjectWriter, root: &Node<'_>, source: &str) -> ObjectWriter {
    root.as_object()
        .into_iter()
        .flatten()
        .filter(|member| !ENVELOPE.contains(&&*member.key))
        .fold(out, |out, member| out.raw(&member.key, member.value.span.text(source)))
}

#[cfg(test)]
mod tests;
