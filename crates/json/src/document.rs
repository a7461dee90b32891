//! A document: its name, its text and its tree, from JSON or YAML.
//!
//! JSON is tried by the strict scanner with the rules of the wire; YAML gives the same tree.

use crate::{Keys, Node, Problem, scan, yaml};

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Strict JSON.
    Json,
    /// YAML without anchors, aliases and tags.
    Yaml,
}

/// A document that could be read as text; whether it means anything is for others to say.
#[derive(Clone, Debug)]
pub struct Document {
    /// What errors call it, usually its path.
    pub name: String,
    /// Its text.
    pub source: String,
    /// Its tree.
    pub root: Node<'static>,
}

impl Format {
    /// The format that a file of this name has: JSON for `.json`, YAML otherwise.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        if name.ends_with(".json") { Self::Json } else { Self::Yaml }
    }
}

impl Document {
    /// Reads `source`.
    ///
    /// # Errors
    /// The first thing that makes the text unreadable; its place is in the problem's span.
    pub fn parse(name: impl Into<String>, source: impl Into<String>, format: Format) -> Result<Self, Problem> {
        let source = source.into();
        let root = match format {
            Format::Json => scan(source.as_bytes(), Keys::Unconfusable)
                .map(Node::into_owned)
                .map_err(|error| error.problem(&source))?,
            Format::Yaml => yaml::parse(&source)?,
        };
        Ok(Self { name: name.into(), source, root })
    }
}

#[cfg(test)]
mod tests;
