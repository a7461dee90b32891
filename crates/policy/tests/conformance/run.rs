//! What comes of a case, and what several kinds of them need.

use floorwalker_json::{Document, Format, Node};
use floorwalker_policy::{Policy, Timestamp};

/// Midnight before all times of the cases.
const MIDNIGHT_SECS: f64 = 1_768_435_200.0;

/// The time at which cases begin, after midnight.
const BEGIN_SECS: f64 = 37_800.0;

/// What came of a case.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    /// What the case expects.
    Held,
    /// Something else.
    Differs(String),
    /// There is nothing for an engine in it.
    NotHere,
}

/// How a dialect names the rule that denied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum NamedBy {
    /// By its place in the document.
    Place,
    /// By its own name; ours says its place, and ends with that name.
    Rule,
}

impl Outcome {
    pub(crate) fn of(expected: &str, found: &str) -> Self {
        match expected == found {
            true => Self::Held,
            false => Self::Differs(format!("expected {expected}, found {found}")),
        }
    }

    /// The first that did not hold.
    pub(crate) fn first(outcomes: impl IntoIterator<Item = Self>) -> Self {
        outcomes.into_iter().find(|outcome| *outcome != Self::Held).unwrap_or(Self::Held)
    }
}

/// What `t` says, or the time before it.
pub(crate) fn time(node: &Node<'_>, before: Timestamp) -> Timestamp {
    let Some(text) = node.get("t").and_then(Node::as_str) else { return before };
    let clock = text.strip_prefix("2026-01-15T").and_then(|rest| rest.strip_suffix('Z')).unwrap();
    let parts: Vec<f64> = clock.split(':').map(|part| part.parse().unwrap()).collect();
    after_midnight(parts[0] * 3_600.0 + parts[1] * 60.0 + parts[2])
}

pub(crate) fn begin() -> Timestamp {
    after_midnight(BEGIN_SECS)
}

fn after_midnight(secs: f64) -> Timestamp {
    Timestamp::from_millis(((MIDNIGHT_SECS + secs) * 1_000.0).round() as u64)
}

/// Loads a policy; what was said of it, if it does not load.
pub(crate) fn load(source: &str) -> Result<Policy, Vec<String>> {
    let document =
        Document::parse("policy", source, Format::Json).map_err(|problem| vec![problem.line("policy", source)])?;
    Policy::load(&document).map_err(|problems| problems.iter().map(|problem| problem.line("policy", source)).collect())
}
