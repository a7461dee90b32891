//! Which of the checkout profiles that ship fits a server, by the tools it offers.

use std::collections::HashSet;

use floorwalker_json::{Document, Node};

use super::source::Tool;
use crate::servers;

/// The profile all of whose tools are there.
pub(super) fn fitting(tools: &[Tool]) -> Option<&'static str> {
    let names: HashSet<&str> = tools.iter().map(|tool| tool.published.name.as_str()).collect();
    let fits = |document: &Document| {
        let moved = document.root.get("tools").and_then(Node::as_object);
        moved.is_some_and(|moved| moved.iter().all(|member| names.contains(&*member.key)))
    };
    servers::shipped().find(|(_, document)| fits(document)).map(|(name, _)| name)
}
