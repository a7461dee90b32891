//! Places that a pointer alone cannot name: one entry of a list, chosen by what its members say.

use std::{collections::BTreeMap, fmt};

use floorwalker_json::Node;

use super::Pointer;

/// A place inside a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Where the pointer says.
    At(Pointer),
    /// In the one entry of a list whose members say that.
    In {
        /// Where the list is.
        list: Pointer,
        /// What its members say.
        entry: BTreeMap<String, String>,
        /// The place inside the entry.
        at: Pointer,
    },
}

/// Several entries of a list say what only one should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ambiguous;

impl Place {
    /// What stands there, if anything does.
    pub(crate) fn find<'n, 's>(&self, node: &'n Node<'s>) -> Result<Option<&'n Node<'s>>, Ambiguous> {
        let (list, wanted, at) = match self {
            Self::At(pointer) => return Ok(pointer.find(node)),
            Self::In { list, entry, at } => (list, entry, at),
        };
        let is_it = |entry: &&Node<'_>| {
            wanted.iter().all(|(member, text)| entry.get(member).and_then(Node::as_str) == Some(text))
        };
        let mut found = list.find(node).and_then(Node::as_array).unwrap_or_default().iter().filter(is_it);
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => Err(Ambiguous),
            (entry, _) => Ok(entry.and_then(|entry| at.find(entry))),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(pointer) => write!(out, "{pointer}"),
            Self::In { list, entry, at } => {
                let entry: Vec<String> = entry.iter().map(|(member, text)| format!("{member}={text}")).collect();
                write!(out, "{list}[{}]{at}", entry.join(","))
            }
        }
    }
}
