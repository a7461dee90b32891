//! The catalogue's shorthand: `action`, `reason` and `rate_limit`, beside or instead of the longer words for the same.

use std::sync::Arc;

use floorwalker_json::{Fields, Node, shown};

use super::limits::{self, Counters};
use crate::{
    Amount,
    policy::{
        AskRule, Check, Demand, Limit, SharedBy, Takes,
        approvals::{Defaults, Own},
        naming::Naming,
    },
    reading::Reading,
};

pub(super) const ACTIONS: [(&str, Action); 3] =
    [("allow", Action::Allow), ("deny", Action::Deny), ("require_approval", Action::RequireApproval)];

/// What a tool that is always denied has no use for.
pub(super) const BESIDE_NO_DENIAL: [&str; 6] =
    ["require", "deny_if", "schema", "limits", "rate_limit", "require_approval"];

const DENIED: &str = "The policy of this grant denies this tool.";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Allow,
    Deny,
    RequireApproval,
}

/// What an action says: a check that always denies, or a rule that always asks.
#[derive(Debug, Default)]
pub(super) struct Spoken {
    pub(super) checks: Vec<Check>,
    pub(super) asks: Vec<AskRule>,
}

/// What the action says, if there is one.
pub(super) fn action(
    reading: &mut Reading<'_>,
    fields: &mut Fields<'_, '_>,
    naming: &mut Naming,
    asked: &Defaults,
) -> Spoken {
    let reason = fields.optional("reason").and_then(|node| Some((node, reading.text(node, "`reason`")?)));
    let action = fields.optional("action").map(|node| (node.span, reading.one_of(node, "`action`", &ACTIONS)));
    let text = reason.map(|(_, text)| text);
    match action {
        Some((span, Some(Action::Deny))) => {
            let (rule, reason) = (naming.name(&["action"]), Arc::from(text.unwrap_or(DENIED)));
            let check = Check { demand: Demand::DenyIf, conditions: Vec::new(), rule, reason, span };
            Spoken { checks: vec![check], ..Spoken::default() }
        }
        Some((span, Some(Action::RequireApproval))) => {
            let own = Own { reason: text, ..Own::default() };
            let rule = asked.rule(naming.name(&["action"]), Vec::new(), own, span);
            Spoken { asks: vec![rule], ..Spoken::default() }
        }
        Some((_, Some(Action::Allow))) | None => {
            refuse_reason(reading, reason.map(|(node, _)| node));
            Spoken::default()
        }
        Some((_, None)) => Spoken::default(),
    }
}

fn refuse_reason(reading: &mut Reading<'_>, reason: Option<&Node<'_>>) {
    if let Some(node) = reason {
        let says = "`reason` says why a call is denied or asked about, but there is no `action` here that does either";
        reading.complain(node.span, says, "add the action; a rule's own words stand in its `on_deny`");
    }
}

/// A tool that is always denied has nothing else to say, and one that is allowed is not always denied.
pub(super) fn refuse_contradictions(reading: &mut Reading<'_>, node: &Node<'_>, tool: &str) {
    let action = node.get("action").and_then(Node::as_str);
    let contradicting: Vec<_> = match action {
        Some("deny") => {
            BESIDE_NO_DENIAL.into_iter().filter_map(|key| node.get(key).map(|node| (key, node.span))).collect()
        }
        Some("allow") => {
            let entries = node.get("deny_if").and_then(Node::as_array).unwrap_or_default();
            let is_always = |entry: &&Node<'_>| {
                entry.get("conditions").and_then(Node::as_array).is_some_and(<[Node<'_>]>::is_empty)
            };
            entries.iter().filter(is_always).map(|entry| ("deny_if", entry.span)).collect()
        }
        _ => Vec::new(),
    };
    for (key, span) in contradicting {
        let action = action.unwrap_or_default();
        let says = format!("`{key}` contradicts `action: {action}` of `{}`", shown(tool));
        reading.complain(span, says, "take one of them out");
    }
}

/// `rate_limit: {max, window}` counts the calls of each grant to this tool.
pub(super) fn rate_limit(
    reading: &mut Reading<'_>,
    fields: &mut Fields<'_, '_>,
    tool: &str,
    beside: &[Limit],
    counters: &mut Counters,
) -> Option<Limit> {
    let node = fields.optional("rate_limit")?;
    let counter = format!("{tool}_rate");
    if beside.iter().any(|limit| *limit.counter == *counter) {
        let says = format!("`rate_limit` counts in `{}`, which stands in `limits` too", shown(&counter));
        reading.complain(node.span, says, "take one of them out, or give the limit another counter");
    }
    let mut fields = Fields::of(node, "`rate_limit`", &mut reading.problems);
    let max = reading.required(&mut fields, "max", "add how many calls the window may hold");
    let max = max.and_then(|node| reading.whole(node, "`max`", 0));
    let written = reading.required(&mut fields, "window", "add a number of seconds, or `minute`, `hour` or `day`");
    let window = written.and_then(|node| limits::window(reading, node));
    reading.finish(fields, node, &[]);
    let limit = Limit {
        counter: Arc::from(counter),
        window: window?,
        max: Amount::whole(max?),
        takes: Takes::Same(Amount::whole(1)),
        shared_by: SharedBy::Grant,
        rule: Naming::of_tool(tool).name(&["rate_limit"]),
        on_deny: None,
        span: node.span,
    };
    counters.note(reading, written?.span, Some(&Arc::from(tool)), &limit);
    Some(limit)
}
