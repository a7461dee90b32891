//! Places inside JSON, written as JSON pointers (`/checkout/id`, with `~1` for `/` and `~0` for `~`).

use std::fmt;

use floorwalker_json::Node;

/// A place inside a value; never the whole of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pointer {
    parts: Vec<String>,
}

impl Pointer {
    /// Reads a pointer with at least one part.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let parts = text.strip_prefix('/')?.split('/').map(unescaped).collect::<Option<Vec<_>>>()?;
        Some(Self { parts })
    }

    /// What stands there.
    pub(crate) fn find<'n, 's>(&self, node: &'n Node<'s>) -> Option<&'n Node<'s>> {
        self.parts.iter().try_fold(node, |node, part| match node.as_array() {
            Some(elements) => elements.get(part.parse::<usize>().ok()?),
            None => node.get(part),
        })
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| write!(out, "/{}", pointer_part(part)))
    }
}

/// A name as one part of a JSON pointer.
pub(crate) fn pointer_part(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn unescaped(part: &str) -> Option<String> {
    let is_escaped_well = part.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
    (!part.is_empty() && is_escaped_well).then(|| part.replace("~1", "/").replace("~0", "~"))
}
