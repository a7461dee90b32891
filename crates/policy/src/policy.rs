//! The policy: what may be called, with what, and how often.
//!
//! Three dialects are read, and all become this one form; whoever decides knows no other. Everything that a decision
//! needs is made here once, when the document loads, so that deciding on a call is a look-up, the conditions of one tool
//! and a few reference counts, however many tools the policy names.

use std::collections::{HashMap, HashSet};

use floorwalker_json::{Digest, Document, DocumentShape, Problem};

use crate::{Approvers, RuleName};

mod approvals;
mod intercept;
mod load;
mod naming;
mod policylayer;
mod rules;
mod shape;

pub(crate) use rules::{Argument, AskRule, Check, Demand, Limit, Rules, SchemaRule, SharedBy, Takes, ZeroAmount};

/// What may be called, with what, and how often.
#[derive(Clone, Debug)]
pub struct Policy {
    digest: Digest,
    default: DefaultRule,
    hidden: Hidden,
    tools: HashMap<String, Rules>,
    every: Rules,
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

impl Policy {
    /// Reads a policy: PolicyLayer JSON v1, with the catalogue's shorthand, or Intercept YAML v1, which it is when a tool
    /// has `rules`.
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

    /// Identifies the policy in the decision log: equal for documents of equal content, however they are spelled and laid
    /// out.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// What deserves a second look, though the document loads.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Who may answer each of its asks, in an order that is the same for the same document. Whoever runs the policy has to see
    /// to it that somebody is there.
    #[must_use]
    pub fn asks(&self) -> Vec<(&RuleName, &Approvers)> {
        let rules = self.tools.values().chain([&self.every]).flat_map(|rules| &rules.asks);
        let mut asks: Vec<_> = rules.map(|ask| (&ask.terms.rule, &ask.terms.approvers)).collect();
        asks.sort_by_key(|(rule, _)| *rule);
        asks
    }

    /// Whether `tool` must not show in any list.
    #[must_use]
    pub fn hides(&self, tool: &str) -> bool {
        self.hidden.has(tool)
    }

    /// Whether it says anything of this tool by name, or hides it.
    #[must_use]
    pub fn names(&self, tool: &str) -> bool {
        self.tools.contains_key(tool) || self.hides(tool)
    }

    /// What the policy says of a tool that it names.
    pub(crate) fn tool(&self, tool: &str) -> Option<&Rules> {
        self.tools.get(tool)
    }

    /// What it says of every tool that may be called.
    pub(crate) fn every(&self) -> &Rules {
        &self.every
    }

    /// What holds for the tools that it does not name.
    pub(crate) fn default_rule(&self) -> DefaultRule {
        self.default
    }
}

impl Hidden {
    fn has(&self, tool: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.contains(tool),
        }
    }
}

#[cfg(test)]
mod tests;
