//! Paths into a call's arguments: `args.payment.amount`, `args.items.0.price`, `args.labels.a\.b`.
//!
//! Keys are compared exactly. Where the exact key is not there but one that can be taken for it is, a server that reads
//! carelessly would see a value that no rule has looked at; so that is neither found nor absent.

use std::fmt;

use floorwalker_json::Node;

use crate::explain::written;

/// Where every path begins.
const ROOT: &str = "args.";

/// A path of at least one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    text: String,
    steps: Vec<Step>,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Found<'n, 's> {
    Value(&'n Node<'s>),
    Absent,
    /// Nothing, but a key on the way can be taken for the one that was looked for.
    Confusable,
}

/// Why a text is no path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PathError {
    #[error("a path begins with `args.`, followed by an argument's name")]
    Root,
    #[error("a step of it is empty; to look for a key with a dot in it, write `\\.`")]
    Empty,
    #[error("write an element of a list as a step of its own, such as `args.items.0`; a bracket in a key is `\\[`")]
    Bracket,
    #[error("a backslash stands before `.`, `[` or another backslash only")]
    Escape,
}

/// One step: a key of a map, and if it is a number, an index of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) key: String,
    pub(super) index: Option<usize>,
}

impl Path {
    pub(crate) fn parse(text: &str) -> Result<Self, PathError> {
        let mut keys = vec![String::new()];
        let mut rest = text.strip_prefix(ROOT).ok_or(PathError::Root)?.chars();
        while let Some(character) = rest.next() {
            match (character, keys.last_mut()) {
                ('.', _) => keys.push(String::new()),
                ('[', _) => return Err(PathError::Bracket),
                ('\\', Some(key)) => {
                    key.push(rest.next().filter(|next| r".[\".contains(*next)).ok_or(PathError::Escape)?)
                }
                (_, Some(key)) => key.push(character),
                (_, None) => {}
            }
        }
        match keys.iter().any(String::is_empty) {
            true => Err(PathError::Empty),
            false => Ok(Self { text: text.to_owned(), steps: keys.into_iter().map(Step::of).collect() }),
        }
    }

    /// The path as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The path of these keys.
    pub(crate) fn of_keys<'k>(keys: impl Iterator<Item = &'k str>) -> Self {
        let escaped = |key: &str| key.replace('\\', r"\\").replace('.', r"\.").replace('[', r"\[");
        let steps: Vec<Step> = keys.map(|key| Step::of(key.to_owned())).collect();
        let text: Vec<String> = steps.iter().map(|step| escaped(&step.key)).collect();
        Self { text: format!("{ROOT}{}", text.join(".")), steps }
    }

    /// Whether it leads no further than to an argument.
    pub(crate) fn is_one_key(&self) -> bool {
        self.steps.len() == 1
    }

    /// The key of its first step.
    pub(crate) fn first(&self) -> &str {
        self.steps.first().map_or("", |step| &step.key)
    }

    /// What it leads to in these arguments.
    #[inline]
    pub(crate) fn find<'n, 's>(&self, arguments: Option<&'n Node<'s>>) -> Found<'n, 's> {
        let Some(mut node) = arguments else { return Found::Absent };
        for step in &self.steps {
            match step.take(node) {
                Found::Value(next) => node = next,
                nothing => return nothing,
            }
        }
        Found::Value(node)
    }
}

impl fmt::Display for Found<'_, '_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(node) => out.write_str(&written(Some(node))),
            Self::Absent => out.write_str(&written(None)),
            Self::Confusable => out.write_str("a key that can be taken for it"),
        }
    }
}

impl Step {
    fn of(key: String) -> Self {
        let is_index = key == "0" || (!key.starts_with('0') && key.bytes().all(|byte| byte.is_ascii_digit()));
        let index = if is_index { key.parse().ok() } else { None };
        Self { key, index }
    }

    fn take<'n, 's>(&self, node: &'n Node<'s>) -> Found<'n, 's> {
        if let Some(elements) = node.as_array() {
            return self.index.and_then(|index| elements.get(index)).map_or(Found::Absent, Found::Value);
        }
        let Some(object) = node.as_object() else { return Found::Absent };
        match object.get(&self.key) {
            Some(next) => Found::Value(next),
            None if object.confusable_with(&[&self.key]).is_some() => Found::Confusable,
            None => Found::Absent,
        }
    }
}
