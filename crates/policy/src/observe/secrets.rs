//! One-time secrets, wherever a reply hides them.
//!
//! A place is looked for in every map of a reply, not only at its top, so that a list or a wrapper is no way around. A
//! pattern is looked for in every text and key, also in the middle of a word. Text that is JSON is read as JSON too,
//! because escapes could hide a secret from a pattern.

use std::collections::BTreeSet;

use floorwalker_json::{Digest, DigestKey, Node, Value};

use super::reply::embedded;
use crate::{Change, GrantId, Profile, profile::SecretKind};

/// JSON in text in JSON in text: further down nobody reads it as JSON.
const EMBEDDED_MAX: usize = 4;

/// A delivery for each secret in `message`, in the order in which they stand there, each once.
pub(super) fn deliveries(profile: &Profile, key: &DigestKey, grant: &GrantId, message: &Node<'_>) -> Vec<Change> {
    if profile.secrets().is_empty() {
        return Vec::new();
    }
    let mut search = Search { kinds: profile.secrets(), key, seen: BTreeSet::new(), found: Vec::new() };
    search.node(message, 0);
    search.found.into_iter().map(|secret| Change::Deliver { secret, grant: grant.clone() }).collect()
}

struct Search<'p> {
    kinds: &'p [SecretKind],
    key: &'p DigestKey,
    seen: BTreeSet<Digest>,
    found: Vec<Digest>,
}

impl Search<'_> {
    fn node(&mut self, node: &Node<'_>, embedded: usize) {
        match &node.value {
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::String(text) => self.text(text, embedded),
            Value::Array(elements) => elements.iter().for_each(|element| self.node(element, embedded)),
            Value::Object(object) => {
                self.places(node);
                for member in object {
                    self.patterns(&member.key);
                    self.node(&member.value, embedded);
                }
            }
        }
    }

    fn text(&mut self, text: &str, depth: usize) {
        self.patterns(text);
        if depth < EMBEDDED_MAX
            && let Some(node) = embedded(text)
        {
            self.node(&node, depth.saturating_add(1));
        }
    }

    fn places(&mut self, map: &Node<'_>) {
        for place in self.kinds.iter().flat_map(|kind| &kind.places) {
            let text = place.find(map).and_then(Node::as_str);
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                self.found(text);
            }
        }
    }

    fn patterns(&mut self, text: &str) {
        for pattern in self.kinds.iter().filter_map(|kind| kind.pattern.as_ref()) {
            pattern.find_iter(text).for_each(|found| self.found(found.as_str()));
        }
    }

    fn found(&mut self, secret: &str) {
        let digest = Digest::keyed(self.key, secret.as_bytes());
        if self.seen.insert(digest) {
            self.found.push(digest);
        }
    }
}
