//! Where the result of a tool call holds what it says.

use std::borrow::Cow;

use floorwalker_json::{Node, Value};

use super::embedded;
use crate::profile::{ObjectPlace, ReplyShape};

/// Whether a tool did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Success {
    Yes,
    /// It reports an error.
    No,
    /// What it says of errors is neither yes nor no.
    Odd,
}

/// What the result says of the tool's work. What did not succeed for sure binds nothing.
pub(super) fn success(result: &Node<'_>) -> Success {
    match result.get("isError").map(|node| &node.value) {
        None | Some(Value::Bool(false)) => Success::Yes,
        Some(Value::Bool(true)) => Success::No,
        Some(_) => Success::Odd,
    }
}

/// The object of a result, by the first of the profile's places that is there.
pub(super) fn object<'n>(shape: &ReplyShape, result: &'n Node<'_>) -> Option<Cow<'n, Node<'n>>> {
    shape.object.iter().find_map(|place| match place {
        ObjectPlace::Structured => structured(result),
        ObjectPlace::Text => first_text(result).and_then(embedded::whole).map(Cow::Owned),
    })
}

fn structured<'n>(result: &'n Node<'_>) -> Option<Cow<'n, Node<'n>>> {
    let node: &'n Node<'n> = result.get("structuredContent")?;
    (node.value != Value::Null).then_some(Cow::Borrowed(node))
}

fn first_text<'n>(result: &'n Node<'_>) -> Option<&'n str> {
    let blocks = result.get("content")?.as_array()?;
    let text = blocks.iter().find(|block| block.get("type").and_then(Node::as_str) == Some("text"))?;
    text.get("text")?.as_str()
}
