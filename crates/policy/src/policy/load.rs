//! A document becomes a policy: what the dialects have in common, and which of them it is.
//!
//! A key that this program does not do stops the document: a rule that is silently left out is a hole.

use std::collections::HashMap;

use floorwalker_json::{Digest, Document, Fields, Node, Problem, Span, canonical, shown};

use super::{DefaultRule, Hidden, Policy, Rules, SharedBy, approvals, intercept, policylayer};
use crate::{Unit, WarningCode, reading::Reading};

/// The only version there is.
pub(super) const VERSION: &str = "1";

pub(super) const DEFAULTS: [(&str, DefaultRule); 2] = [("allow", DefaultRule::Allow), ("deny", DefaultRule::Deny)];
pub(super) const SHARED_BY: [(&str, SharedBy); 3] =
    [("grant", SharedBy::Grant), ("session", SharedBy::Session), ("policy", SharedBy::Policy)];
pub(super) const WINDOWS: [(&str, Unit); 3] = [("minute", Unit::Minute), ("hour", Unit::Hour), ("day", Unit::Day)];

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
    let hidden = hide.map_or_else(|| Hidden::Named(HashMap::new()), |node| hidden(&mut reading, node));
    let asked = approvals::defaults(&mut reading, &mut fields);
    let (tools, every) = match dialect {
        Dialect::PolicyLayer => policylayer::rules(&mut reading, &mut fields, &asked),
        Dialect::Intercept => intercept::rules(&mut reading, &mut fields, &asked),
    };
    reading.finish(fields, root, &[]);
    match default {
        Some(default) if reading.problems.is_empty() => {
            let digest = Digest::of(canonical(root).as_bytes());
            let (default_span, warnings) = (default_span(root), reading.warnings);
            Ok(Policy { digest, default, default_span, hidden, tools, every, warnings })
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
        let help = "write `default: deny`, or `default: allow` if it is meant so";
        reading.warn(WarningCode::MissingDefault, fields.span(), says, help);
        return Some(DefaultRule::Allow);
    }
    reading.required(fields, "default", "add `\"default\": \"deny\"`, or `\"allow\"`");
    None
}

/// Where the document says what holds for tools that it does not name; where it does not, the whole document says it.
fn default_span(root: &Node<'_>) -> Span {
    root.get("default").unwrap_or(root).span
}

fn hidden(reading: &mut Reading<'_>, node: &Node<'_>) -> Hidden {
    let mut names = HashMap::new();
    for entry in reading.list(node, "`hide`") {
        let Some(name) = reading.name(entry, "a name in `hide`") else { continue };
        if names.insert(name.to_owned(), entry.span).is_some() {
            let says = format!("`{}` stands in `hide` twice", shown(name));
            reading.complain(entry.span, says, "take one of them out");
        }
    }
    if !names.contains_key("*") {
        return Hidden::Named(names);
    }
    if names.len() > 1 {
        let says = "`*` in `hide` hides every tool, so the other names do nothing";
        reading.warn(WarningCode::NeverFires, node.span, says, "take them out");
    }
    Hidden::All
}
