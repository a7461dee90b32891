//! What a document is, which shows in its keys.

use std::{fmt, path::Path};

use clap::ValueEnum;
use floorwalker_json::{Document, Problem};

/// What a document can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// A policy
    Policy,
    /// A checkout profile
    Profile,
    /// A scenario
    Scenario,
    /// The configuration of `floorwalker serve`
    Config,
    /// A file that starts another gateway
    Gateway,
    /// A list of tools, as `floorwalker mock --tools` reads it
    Tools,
    /// What such tools answer
    Replies,
}

/// Keys that only one kind of document has, the most telling first.
const TELLING: [(Kind, &[&str]); 6] = [
    (Kind::Scenario, &["scenario", "steps", "mocks", "agents"]),
    (Kind::Gateway, &["gateway", "run", "speaks", "features"]),
    (Kind::Profile, &["profile", "reply", "polls", "secrets"]),
    (Kind::Replies, &["replies"]),
    (Kind::Config, &["upstreams", "grants", "listen"]),
    (Kind::Policy, &["default", "tools", "hide"]),
];

/// How the names of lists of tools end; what a server sent may be more than one document.
const TOOLS: &str = ".tools.json";

/// The kind that the name of a file tells.
pub(super) fn of_name(path: &Path) -> Option<Kind> {
    path.to_string_lossy().ends_with(TOOLS).then_some(Kind::Tools)
}

/// The kind that the keys tell.
pub(super) fn of_keys(document: &Document) -> Option<Kind> {
    let root = &document.root;
    let page = root.get("result").unwrap_or(root);
    if page.get("tools").is_some_and(|tools| tools.as_array().is_some()) {
        return Some(Kind::Tools);
    }
    let has = |keys: &[&str]| keys.iter().any(|key| root.get(key).is_some());
    TELLING.iter().find(|(_, keys)| has(keys)).map(|(kind, _)| *kind)
}

pub(super) fn unknown(document: &Document) -> Problem {
    let says = "this is no document that is known: it has none of the keys `scenario`, `gateway`, `profile`, `replies`, \
                `upstreams`, `default`";
    let words: Vec<_> = Kind::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect();
    let words: Vec<String> = words.iter().skip(1).map(|word| format!("`{}`", word.get_name())).collect();
    let help = format!("if it is one all the same, say which: `--as policy`, or {}", words.join(", "));
    Problem::new(document.root.span, says).with_help(help)
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Policy => "policy",
            Self::Profile => "checkout profile",
            Self::Scenario => "scenario",
            Self::Config => "gateway configuration",
            Self::Gateway => "gateway's file",
            Self::Tools => "list of tools",
            Self::Replies => "replies",
        })
    }
}

#[cfg(test)]
mod tests;
