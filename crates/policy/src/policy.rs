//! The policy: what may be called, with what, and how often.
//!
//! Three dialects are read, and all become this one form; whoever decides knows no other. Everything that a decision
//! needs is made here once, when the document loads, so that deciding on a call is a look-up, the conditions of one tool
//! and a few reference counts, however many tools the policy names.

use std::collections::HashMap;

use floorwalker_json::{Digest, Document, DocumentShape, Problem, Span};

use crate::{
    Approvers, RuleName, Warning,
    decide::{DEFAULT_DENY, HIDDEN},
};

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
    default_span: Span,
    hidden: Hidden,
    tools: HashMap<String, Rules>,
    every: Rules,
    /// What the loader noted; [`review`](crate::review) tells the rest.
    warnings: Vec<Warning>,
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
    Named(HashMap<String, Span>),
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

    /// What the loader noted, in no order.
    pub(crate) fn warnings(&self) -> &[Warning] {
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

    /// The rules that look at nothing but the call, in the order in which they are asked.
    pub(crate) fn conditions_on(&self, tool: &str) -> impl Iterator<Item = RuleName> {
        let own = self.tools.get(tool);
        let checks = own.into_iter().chain([&self.every]).flat_map(|rules| &rules.checks).map(|check| &check.rule);
        let schema = own.and_then(|rules| rules.schema.as_ref()).map(|schema| &schema.rule);
        checks.chain(schema).cloned()
    }

    /// The limits that a call charges, and then the rules that ask a person, in their order.
    pub(crate) fn limits_and_asks_on(&self, tool: &str) -> impl Iterator<Item = RuleName> {
        let rules = || self.tools.get(tool).into_iter().chain([&self.every]);
        let limits = rules().flat_map(|rules| &rules.limits).map(|limit| &limit.rule);
        limits.chain(rules().flat_map(|rules| &rules.asks).map(|ask| &ask.terms.rule)).cloned()
    }

    /// Where in its document a rule stands that was asked about the tool, if it stands there at all.
    #[must_use]
    pub fn place(&self, tool: &str, rule: &RuleName) -> Option<Span> {
        if *rule == HIDDEN {
            return self.hidden_names().into_iter().find(|(name, _)| *name == tool).map(|(_, span)| span);
        }
        if *rule == DEFAULT_DENY {
            return Some(self.default_span);
        }
        self.tools.get(tool).into_iter().chain([&self.every]).find_map(|rules| rules.place(rule))
    }

    /// The tools that it names, in its order.
    pub(crate) fn tools(&self) -> Vec<(&str, &Rules)> {
        let mut tools: Vec<_> = self.tools.iter().map(|(name, rules)| (name.as_str(), rules)).collect();
        tools.sort_by_key(|(_, rules)| rules.span);
        tools
    }

    /// The names that it hides, and where it does; none where it hides all tools.
    pub(crate) fn hidden_names(&self) -> Vec<(&str, Span)> {
        match &self.hidden {
            Hidden::All => Vec::new(),
            Hidden::Named(names) => names.iter().map(|(name, span)| (name.as_str(), *span)).collect(),
        }
    }

    /// What it says of every tool that may be called.
    pub(crate) fn every(&self) -> &Rules {
        &self.every
    }

    /// What holds for the tools that it does not name.
    pub(crate) fn default_rule(&self) -> DefaultRule {
        self.default
    }

    /// Where it says so.
    pub(crate) fn default_span(&self) -> Span {
        self.default_span
    }
}

impl Hidden {
    fn has(&self, tool: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.contains_key(tool),
        }
    }
}

#[cfg(test)]
mod tests;
