//! A document of the PolicyLayer JSON v1 dialect becomes a policy.
//!
//! A key that this program does not do yet stops the document: a rule that is silently left out is a hole.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use floorwalker_json::{Digest, Document, Fields, Node, Object, Problem, Span, shown};

use super::{DefaultRule, Hidden, Limit, Policy, SharedBy, ToolRule};
use crate::{
    RuleName,
    profile::pointer_part,
    reading::{NotYet, Reading, word_help},
};

/// The only version there is.
pub(super) const VERSION: &str = "1";

pub(super) const DEFAULTS: [(&str, DefaultRule); 2] = [("allow", DefaultRule::Allow), ("deny", DefaultRule::Deny)];
pub(super) const SHARED_BY: [(&str, SharedBy); 3] =
    [("grant", SharedBy::Grant), ("session", SharedBy::Session), ("policy", SharedBy::Policy)];
pub(super) const WINDOWS: [(&str, u64); 3] = [("minute", 60), ("hour", 3_600), ("day", 86_400)];

const POLICY_NOT_YET: NotYet = &["all_tools", "approvals", "description", "windows"];
const TOOL_NOT_YET: NotYet = &["require", "deny_if", "action", "reason", "rate_limit", "rules"];
const LIMIT_NOT_YET: NotYet = &["increment", "increment_from"];

pub(super) fn policy(document: &Document) -> Result<Policy, Vec<Problem>> {
    let mut reading = Reading::of(document);
    let root = &document.root;
    let mut fields = Fields::of(root, "the policy", &mut reading.problems);
    if let Some(node) = reading.required(&mut fields, "version", "add `\"version\": \"1\"`") {
        version(&mut reading, node);
    }
    let default = reading.required(&mut fields, "default", "add `\"default\": \"deny\"`, or `\"allow\"`");
    let default = default.and_then(|node| reading.one_of(node, "`default`", &DEFAULTS));
    let hide = fields.optional("hide");
    let hidden = hide.map_or_else(|| Hidden::Named(HashSet::new()), |node| hidden(&mut reading, node));
    let tools = fields.optional("tools").map(|node| tools(&mut reading, node, &hidden)).unwrap_or_default();
    reading.finish(fields, root, POLICY_NOT_YET);
    match default {
        Some(default) if reading.problems.is_empty() => {
            let digest = Digest::of(document.source.as_bytes());
            Ok(Policy { digest, default, hidden, tools, warnings: reading.warnings })
        }
        _ => Err(reading.problems_in_order()),
    }
}

fn version(reading: &mut Reading<'_>, node: &Node<'_>) {
    if node.as_str() != Some(VERSION) {
        let says = format!("`version` is {}", reading.written(node));
        reading.complain(node.span, says, "write `\"1\"`, in quotes: it is the only version there is");
    }
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

fn tools(reading: &mut Reading<'_>, node: &Node<'_>, hidden: &Hidden) -> HashMap<String, ToolRule> {
    let Some(members) = node.as_object() else {
        let says = format!("`tools` is {}, not a map", reading.written(node));
        reading.complain(node.span, says, "write the tools' names as keys in `{` and `}`");
        return HashMap::new();
    };
    let mut tools = HashMap::new();
    for member in members {
        if is_tool_name(reading, member.key_span, &member.key) {
            warn_of_hidden(reading, member.key_span, &member.key, hidden);
            tools.insert(member.key.clone().into_owned(), tool(reading, &member.value, &member.key));
        }
    }
    refuse_two_windows(reading, members);
    tools
}

/// Tools may share a counter, but a counter forgets what has left its window, so it can have only one.
fn refuse_two_windows(reading: &mut Reading<'_>, tools: &Object<'_>) {
    let mut first_of = HashMap::new();
    for tool in tools {
        for limit in tool.value.get("limits").and_then(Node::as_array).unwrap_or_default() {
            let counter = limit.get("counter").and_then(Node::as_str);
            let Some((counter, window)) = counter.zip(limit.get("window")) else { continue };
            let scope = limit.get("scope").and_then(Node::as_str).unwrap_or("grant");
            let Some(secs) = window_secs(window) else { continue };
            let (first_secs, first_tool) = *first_of.entry((counter, scope)).or_insert((secs, &tool.key));
            if first_secs != secs && first_tool != &tool.key {
                let says = format!("the counter `{}` has another window in `{}`", shown(counter), shown(first_tool));
                reading.complain(window.span, says, "write the same window, or give this limit a counter of its own");
            }
        }
    }
}

fn is_tool_name(reading: &mut Reading<'_>, span: Span, key: &str) -> bool {
    if key == "*" {
        reading.complain(span, "`*` is not a tool", "rules for all tools are not supported yet; name each tool");
        return false;
    }
    reading.is_name(span, key, "a tool's name")
}

fn warn_of_hidden(reading: &mut Reading<'_>, span: Span, name: &str, hidden: &Hidden) {
    let is_hidden = match hidden {
        Hidden::All => true,
        Hidden::Named(names) => names.contains(name),
    };
    if is_hidden {
        let says = format!("`{}` is hidden, so its rule never applies", shown(name));
        reading.warn(span, says, "take it out of `hide` or out of `tools`");
    }
}

fn tool(reading: &mut Reading<'_>, node: &Node<'_>, name: &str) -> ToolRule {
    let mut fields = Fields::of(node, "a tool's rule", &mut reading.problems);
    let entries = fields.optional("limits").map_or(&[][..], |node| reading.list(node, "`limits`"));
    let limits = entries.iter().filter_map(|entry| limit(reading, entry, name)).collect();
    refuse_twins(reading, entries, name);
    reading.finish(fields, node, TOOL_NOT_YET);
    ToolRule { limits }
}

/// Two limits of a tool on one counter would charge it twice per call, and have one name.
fn refuse_twins(reading: &mut Reading<'_>, entries: &[Node<'_>], tool: &str) {
    let mut seen = HashSet::new();
    for node in entries.iter().filter_map(|entry| entry.get("counter")) {
        if let Some(counter) = node.as_str().filter(|counter| !seen.insert(*counter)) {
            let says = format!("the counter `{}` stands twice in `{}`", shown(counter), shown(tool));
            reading.complain(node.span, says, "give each limit of a tool a counter of its own");
        }
    }
}

fn limit(reading: &mut Reading<'_>, node: &Node<'_>, tool: &str) -> Option<Limit> {
    let mut fields = Fields::of(node, "a limit", &mut reading.problems);
    let counter = reading.required(&mut fields, "counter", "add a name for what is counted");
    let counter = counter.and_then(|node| reading.name(node, "`counter`"));
    let window = reading.required(&mut fields, "window", "add `minute`, `hour`, `day` or a number of seconds");
    let window = window.and_then(|node| window_of(reading, node));
    let max = reading.required(&mut fields, "max", "add how many calls the window may hold");
    let max = max.and_then(|node| reading.whole(node, "`max`", 0));
    let shared_by = match fields.optional("scope") {
        Some(node) => scope(reading, node),
        None => Some(SharedBy::Grant),
    };
    reading.finish(fields, node, LIMIT_NOT_YET);
    let counter = counter?;
    let rule = RuleName::placed(format!("/tools/{}/limits/{}", pointer_part(tool), pointer_part(counter)));
    Some(Limit { counter: Arc::from(counter), window: window?, max: max?, shared_by: shared_by?, rule })
}

fn window_of(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Duration> {
    let secs = window_secs(node);
    if secs.is_none() {
        let help = match node.as_str().and_then(|text| text.parse::<u64>().ok()) {
            Some(secs) => format!("write the seconds without quotes: `{secs}`"),
            None => window_help(node),
        };
        let says = format!("`window` is {}", reading.written(node));
        reading.complain(node.span, says, help);
    }
    secs.map(Duration::from_secs)
}

fn window_secs(node: &Node<'_>) -> Option<u64> {
    let named = WINDOWS.iter().find(|(word, _)| node.as_str() == Some(word)).map(|(_, secs)| *secs);
    named.or_else(|| node.as_u64().filter(|secs| *secs > 0))
}

fn window_help(node: &Node<'_>) -> String {
    let words = WINDOWS.iter().map(|(word, _)| *word);
    match word_help(node, words) {
        guess if guess.starts_with("did you mean") => guess,
        words => format!("{words}, or a whole number of seconds, `1` or more"),
    }
}

fn scope(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<SharedBy> {
    let shared_by = reading.one_of(node, "`scope`", &SHARED_BY)?;
    if shared_by == SharedBy::Session {
        reading.warn(
            node.span,
            "an agent that opens a new session starts a limit of `scope` `session` anew",
            "write `grant`; a call without a session is denied by this limit",
        );
    }
    Some(shared_by)
}
