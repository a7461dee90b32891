//! One-time secrets, wherever a reply hides them.
//!
//! A place is looked for in every map of a reply, not only at its top, so that a list or a wrapper is no way around. A
//! pattern is looked for in every text and key, also in the middle of a word. JSON in a text is read as JSON too, because
//! escapes could hide a secret from a pattern, and what is encoded is decoded once.

use std::collections::BTreeSet;

use floorwalker_json::{Digest, DigestKey, Node, Value};

use super::{Unreadable, embedded, encoded};
use crate::{
    Change, GrantId, Profile,
    profile::{Pointer, SecretKind},
};

/// JSON in text in JSON in text: further down nobody reads it as JSON.
const EMBEDDED_MAX: usize = 4;

/// A delivery for each secret in `message`, in the order in which they stand there, each once.
pub(super) fn deliveries(
    profile: &Profile,
    key: &DigestKey,
    grant: &GrantId,
    message: &Node<'_>,
) -> Result<Vec<Change>, Unreadable> {
    if profile.secrets().is_empty() {
        return Ok(Vec::new());
    }
    let search = Search::through(profile, message);
    let deliver =
        |secret: String| Change::Deliver { secret: Digest::keyed(key, secret.as_bytes()), grant: grant.clone() };
    match search.odd {
        Some(place) => Err(Unreadable::OddSecret(place.to_string())),
        None => Ok(search.found.into_iter().map(deliver).collect()),
    }
}

/// The secrets in `message` themselves, for whoever must not show them.
pub(super) fn secrets(profile: &Profile, message: &Node<'_>) -> Vec<String> {
    Search::through(profile, message).found
}

struct Search<'p> {
    kinds: &'p [SecretKind],
    seen: BTreeSet<String>,
    found: Vec<String>,
    /// A place that holds what nobody can make a digest of.
    odd: Option<&'p Pointer>,
}

impl<'p> Search<'p> {
    fn through(profile: &'p Profile, message: &Node<'_>) -> Self {
        let mut search = Self { kinds: profile.secrets(), seen: BTreeSet::new(), found: Vec::new(), odd: None };
        search.node(message, 0);
        search
    }

    fn node(&mut self, node: &Node<'_>, depth: usize) {
        match &node.value {
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::String(text) => self.text(text, depth),
            Value::Array(elements) => elements.iter().for_each(|element| self.node(element, depth)),
            Value::Object(object) => {
                self.places(node);
                for member in object {
                    self.text(&member.key, depth);
                    self.node(&member.value, depth);
                }
            }
        }
    }

    fn text(&mut self, text: &str, depth: usize) {
        self.patterns(text);
        if depth >= EMBEDDED_MAX {
            return;
        }
        for node in embedded::all(text) {
            self.node(&node, depth.saturating_add(1));
        }
        for text in encoded::decoded(text) {
            self.patterns(&text);
            embedded::all(&text).iter().for_each(|node| self.node(node, EMBEDDED_MAX));
        }
    }

    fn places(&mut self, map: &Node<'_>) {
        for kind in self.kinds {
            for place in &kind.places {
                match place.find(map).map(|node| &node.value) {
                    None | Some(Value::Null) => {}
                    Some(Value::String(text)) if text.is_empty() => {}
                    Some(Value::String(text)) => self.found(text),
                    // Where a pattern says what the secret looks like, it is searched for in there too.
                    Some(_) if kind.pattern.is_some() => {}
                    Some(_) => self.odd = Some(place),
                }
            }
        }
    }

    fn patterns(&mut self, text: &str) {
        for pattern in self.kinds.iter().filter_map(|kind| kind.pattern.as_ref()) {
            pattern.find_iter(text).for_each(|found| self.found(found.as_str()));
        }
    }

    fn found(&mut self, secret: &str) {
        if self.seen.insert(secret.to_owned()) {
            self.found.push(secret.to_owned());
        }
    }
}
