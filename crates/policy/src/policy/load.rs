//! A document becomes a policy: what the dialects have in common, and which of them it is.
//!
//! A key that this program does not do yet stops the document: a rule that is silently left out is a hole.

use std::collections::{HashMap, HashSet};

use floorwalker_json::{Digest, Document, Fields, Node, Problem, Span, canonical, shown};

use super::{DefaultRule, Hidden, Places, Policy, Rules, SharedBy, intercept, policylayer};
use crate::{
    Unit,
    reading::{NotYet, Reading},
};

/// The only version there is.
pub(super) const VERSION: &str = "1";

pub(super) const DEFAULTS: [(&str, DefaultRule); 2] = [("allow", DefaultRule::Allow), ("deny", DefaultRule::Deny)];
pub(super) const SHARED_BY: [(&str, SharedBy); 3] =
    [("grant", SharedBy::Grant), ("session", SharedBy::Session), ("policy", SharedBy::Policy)];
pub(super) const WINDOWS: [(&str, Unit); 3] = [("minute", Unit::Minute), ("hour", Unit::Hour), ("day", Unit::Day)];

const NOT_YET: NotYet = &["approvals"];

/// The vocabulary of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    PolicyLayer,
    Intercept,
}

/// The rules of each tool, and those of every tool.
pub(super) type AllRules = (HashMap<String, Rules>, Rules);

pub(super) fn policy(document: &Document) -> Result<Policy, Vec<Problem>> {
    let mut reading = Reading::of(document);
    let root = &document.root;
    let dialect = Dialect::of(root);
    let mut fields = Fields::of(root, "the policy", &mut reading.problems);
    if let Some(node) = reading.required(&mut fields, "version", "add `\"version\": \"1\"`") {
        version(&mut reading, node);
    }
    if let Some(node) = fields.optional("description") {
        reading.text(node, "`description`");
    }
    let default = default(&mut reading, &mut fields, dialect);
    let hide = fields.optional("hide");
    let hidden = hide.map_or_else(|| Hidden::Named(HashSet::new()), |node| hidden(&mut reading, node));
    let (tools, every) = match dialect {
        Dialect::PolicyLayer => policylayer::rules(&mut reading, &mut fields, &hidden),
        Dialect::Intercept => intercept::rules(&mut reading, &mut fields, &hidden),
    };
    reading.finish(fields, root, NOT_YET);
    match default {
        Some(default) if reading.problems.is_empty() => {
            let digest = Digest::of(canonical(root).as_bytes());
            let places =
                Places { default: root.get("default").map(|node| node.span), hide: hide.map(|node| node.span) };
            Ok(Policy { digest, default, hidden, tools, every, warnings: reading.warnings_in_order(), places })
        }
        _ => Err(reading.problems_in_order()),
    }
}

impl Dialect {
    /// Only Intercept has rules in a list of that name.
    fn of(root: &Node<'_>) -> Self {
        let mut tools = root.get("tools").and_then(Node::as_object).into_iter().flatten();
        match tools.any(|tool| tool.value.get("rules").is_some()) {
            true => Self::Intercept,
            false => Self::PolicyLayer,
        }
    }
}

fn version(reading: &mut Reading<'_>, node: &Node<'_>) {
    if node.as_str() != Some(VERSION) {
        let says = format!("`version` is {}", reading.written(node));
        reading.complain(node.span, says, "write `\"1\"`, in quotes: it is the only version there is");
    }
}

fn default(reading: &mut Reading<'_>, fields: &mut Fields<'_, '_>, dialect: Dialect) -> Option<DefaultRule> {
    if let Some(node) = fields.optional("default") {
        return reading.one_of(node, "`default`", &DEFAULTS);
    }
    if dialect == Dialect::Intercept {
        let says = "without `default`, this dialect allows every tool that `tools` does not name";
        reading.warn(fields.span(), says, "write `default: deny`, or `default: allow` if it is meant so");
        return Some(DefaultRule::Allow);
    }
    reading.required(fields, "default", "add `\"default\": \"deny\"`, or `\"allow\"`");
    None
}

fn hidden(reading: &mut Reading<'_>, node: &Node<'_>) -> Hidden {
    let mut names = HashSet::new();
    for entry in reading.list(node, "`hide`") {
        let Some(name) = reading.name(entry, "a name in `hide`") else { continue };
        if !names.insert(name.to_owned()) {
            let says = format!("`{}` stands in `hide` twice", shown(name));
            reading.complain(entry.span, says, "take one of them out");
        }
    }
    if !names.contains("*") {
        return Hidden::Named(names);
    }
    if names.len() > 1 {
        reading.warn(node.span, "`*` in `hide` hides every tool, so the other names do nothing", "take them out");
    }
    Hidden::All
}

pub(super) fn warn_of_hidden(reading: &mut Reading<'_>, span: Span, name: &str, hidden: &Hidden) {
    if hidden.has(name) {
        let says = format!("`{}` is hidden, so its rule never applies", shown(name));
        reading.warn(span, says, "take it out of `hide` or out of `tools`");
    }
}
