//! The catalogue's shorthand: `action`, `reason` and `rate_limit`, beside or instead of the longer words for the same.

use std::sync::Arc;

use floorwalker_json::{Fields, Node, shown};

use super::limits::{self, Counters};
use crate::{
    Amount,
    policy::{Check, Demand, Limit, SharedBy, Takes, naming::Naming},
    reading::Reading,
};

pub(super) const ACTIONS: [(&str, Action); 3] =
    [("allow", Action::Allow), ("deny", Action::Deny), ("require_approval", Action::RequireApproval)];

const DENIED: &str = "The policy of this grant denies this tool.";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Allow,
    Deny,
    RequireApproval,
}

/// A check that always denies, if that is the action.
pub(super) fn action(reading: &mut Reading<'_>, fields: &mut Fields<'_, '_>, naming: &mut Naming) -> Vec<Check> {
    let reason = fields.optional("reason").and_then(|node| Some((node, reading.text(node, "`reason`")?)));
    let Some(node) = fields.optional("action") else {
        return refuse_reason(reading, reason.map(|(node, _)| node));
    };
    match reading.one_of(node, "`action`", &ACTIONS) {
        Some(Action::Deny) => {
            let reason = Arc::from(reason.map_or(DENIED, |(_, text)| text));
            let (rule, span) = (naming.name(&["action"]), node.span);
            vec![Check { demand: Demand::DenyIf, conditions: Vec::new(), rule, reason, span }]
        }
        Some(Action::Allow) => refuse_reason(reading, reason.map(|(node, _)| node)),
        Some(Action::RequireApproval) => {
            let help = "until it is, `deny` is what comes nearest: nobody could say yes";
            reading.complain(node.span, "`require_approval` is not supported yet", help);
            Vec::new()
        }
        None => Vec::new(),
    }
}

fn refuse_reason(reading: &mut Reading<'_>, reason: Option<&Node<'_>>) -> Vec<Check> {
    if let Some(node) = reason {
        let says = "`reason` says why a call is denied, but there is no `action: deny` here";
        reading.complain(node.span, says, "add the action; a rule's own words stand in its `on_deny`");
    }
    Vec::new()
}

/// A tool that is always denied has nothing else to say, and one that is allowed is not always denied.
pub(super) fn refuse_contradictions(reading: &mut Reading<'_>, node: &Node<'_>, tool: &str) {
    let action = node.get("action").and_then(Node::as_str);
    let contradicting: Vec<_> = match action {
        Some("deny") => ["require", "deny_if", "schema", "limits", "rate_limit"]
            .into_iter()
            .filter_map(|key| node.get(key).map(|node| (key, node.span)))
            .collect(),
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
