//! Where the result of a tool call holds what it says.

use std::borrow::Cow;

use floorwalker_json::{Node, Value};

use super::embedded;
use crate::profile::{ObjectPlace, ReplyShape};

/// Whether the result says that the tool did its work. Anything odd in `isError` counts as failure: what failed binds
/// nothing.
pub(super) fn succeeded(result: &Node<'_>) -> bool {
    match result.get("isError").map(|node| &node.value) {
        None | Some(Value::Bool(false)) => true,
        Some(_) => false,
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
