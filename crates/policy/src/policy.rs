//! The policy: what may be called, and how often.
//!
//! Everything that a decision needs is made here once, when the document loads, so that deciding on a call is a look-up
//! and a few reference counts, however many tools the policy names.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use floorwalker_json::{Digest, Document, DocumentShape, Problem};

use crate::RuleName;

mod load;
mod shape;

/// What may be called, and how often.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    digest: Digest,
    default: DefaultRule,
    hidden: Hidden,
    tools: HashMap<String, ToolRule>,
    warnings: Vec<Problem>,
}

/// What holds for a tool that the policy does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DefaultRule {
    Allow,
    Deny,
}

#[derive(Clone, Debug, PartialEq)]
enum Hidden {
    All,
    Named(HashSet<String>),
}

/// What the policy says of one tool that it names.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ToolRule {
    pub(crate) limits: Vec<Limit>,
}

/// At most `max` in any interval of the window's length.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Limit {
    pub(crate) counter: Arc<str>,
    pub(crate) window: Duration,
    pub(crate) max: u64,
    pub(crate) shared_by: SharedBy,
    pub(crate) rule: RuleName,
}

/// Whose calls a limit counts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SharedBy {
    Grant,
    Session,
    Policy,
}

impl Policy {
    /// Reads a policy of the PolicyLayer JSON v1 dialect.
    ///
    /// # Errors
    /// Every problem of the document.
    pub fn load(document: &Document) -> Result<Self, Vec<Problem>> {
        load::policy(document)
    }

    /// What a policy's document looks like, for editors.
    #[must_use]
    pub fn shape() -> DocumentShape {
        shape::policy()
    }

    /// Identifies the policy's text in the decision log.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// What deserves a second look, though the document loads.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Whether `tool` must not show in any list.
    #[must_use]
    pub fn hides(&self, tool: &str) -> bool {
        match &self.hidden {
            Hidden::All => true,
            Hidden::Named(names) => names.contains(tool),
        }
    }

    /// What the policy says of a tool that it names.
    pub(crate) fn tool(&self, tool: &str) -> Option<&ToolRule> {
        self.tools.get(tool)
    }

    /// What holds for the others.
    pub(crate) fn default_rule(&self) -> DefaultRule {
        self.default
    }
}

#[cfg(test)]
mod tests;
