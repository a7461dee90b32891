//! What is shown of what others chose: no secret, and nothing that hides, breaks or reverses a line.
//!
//! Arguments are shown, as whoever runs this has given them. A text that the checkout profile finds in them or in a reply and
//! calls a one-time secret is not, wherever it turns up.

use std::{borrow::Cow, collections::BTreeSet};

use floorwalker_json::{Node, Span, Value, canonical, visible};
use floorwalker_policy::{Profile, secrets_in};

use super::sequence::{Asked, Ends};

#[cfg(test)]
mod tests;

/// What stands in the place of a secret.
const VEILED: &str = "(secret)";

/// How much of one value is shown to people.
const SHOWN_MAX: usize = 300;

/// Knows the secrets of a sequence.
#[derive(Debug)]
pub(super) struct Veil<'p> {
    profile: Option<&'p Profile>,
    /// As they are, and as JSON writes them; the longest first, as one may be a part of another.
    secrets: Vec<String>,
}

impl<'p> Veil<'p> {
    pub(super) fn over<'c>(profile: Option<&'p Profile>, calls: impl Iterator<Item = &'c Asked>) -> Self {
        let mut secrets = BTreeSet::new();
        for asked in calls {
            let reply = match &asked.ends {
                Ends::Replied(reply) => Some(reply),
                _ => None,
            };
            for node in [asked.arguments.as_ref(), reply].into_iter().flatten() {
                secrets.extend(profile.into_iter().flat_map(|profile| secrets_in(profile, node)));
            }
        }
        let escaped: Vec<String> = secrets.iter().map(|secret| in_json(secret)).collect();
        secrets.extend(escaped);
        let mut secrets: Vec<String> = secrets.into_iter().collect();
        secrets.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        Self { profile, secrets }
    }

    /// All of the text that may be shown, on one line.
    pub(super) fn line(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        for secret in &self.secrets {
            shown = shown.replace(secret, VEILED);
        }
        // What is found now is encoded somehow.
        let node = Node { span: Span::default(), value: Value::String(Cow::Borrowed(&shown)) };
        if self.profile.is_some_and(|profile| secrets_in(profile, &node).iter().any(|found| found != VEILED)) {
            return VEILED.to_owned();
        }
        visible(&shown)
    }

    /// The same for people: the beginning, and a mark for the rest.
    pub(super) fn short(&self, text: &str) -> String {
        let line = self.line(text);
        match line.char_indices().nth(SHOWN_MAX).and_then(|(end, _)| line.get(..end)) {
            Some(beginning) => format!("{beginning}…"),
            None => line,
        }
    }

    /// The arguments of a call, as JSON.
    pub(super) fn arguments(&self, asked: &Asked) -> String {
        self.line(&asked.arguments.as_ref().map(canonical).unwrap_or_else(|| "{}".to_owned()))
    }
}

/// The text without the quotes that JSON puts around it.
fn in_json(text: &str) -> String {
    let quoted = canonical(&Node { span: Span::default(), value: Value::String(Cow::Borrowed(text)) });
    quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or_default().to_owned()
}
