//! Which of the checkout profiles that ship fits a server, by the tools it offers.

use std::collections::HashSet;

use floorwalker_json::{Document, Format, Node};

use super::source::Tool;

/// The profiles that ship.
const PROFILES: [(&str, &str); 3] = [
    ("borealhost", include_str!("../../../../profiles/borealhost.yaml")),
    ("forage", include_str!("../../../../profiles/forage.yaml")),
    ("toofi", include_str!("../../../../profiles/toofi.yaml")),
];

/// The profile all of whose tools are there.
pub(super) fn fitting(tools: &[Tool]) -> Option<&'static str> {
    let names: HashSet<&str> = tools.iter().map(|tool| tool.published.name.as_str()).collect();
    let fits = |text: &str| {
        let Ok(document) = Document::parse("profile", text, Format::Yaml) else { return false };
        let moved = document.root.get("tools").and_then(Node::as_object);
        moved.is_some_and(|moved| moved.iter().all(|member| names.contains(&*member.key)))
    };
    PROFILES.iter().find(|(_, text)| fits(text)).map(|(name, _)| *name)
}
