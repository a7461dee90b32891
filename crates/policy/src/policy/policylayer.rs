//! PolicyLayer JSON v1: `tools.<name>.{require, deny_if, limits}` and `all_tools.limits`, with what is ours on top, and
//! the catalogue's shorthand: `action`, `reason`, `rate_limit`.

use std::collections::HashMap;

use floorwalker_json::{Fields, Node, Span, shown};

use super::{
    Hidden, Rules, SchemaRule,
    load::{AllRules, warn_of_hidden},
    naming::Naming,
};
use crate::{
    ArgumentSchema,
    policy::policylayer::limits::Counters,
    reading::{NotYet, Reading},
};

mod checks;
mod limits;
pub(super) mod shape;
mod shorthand;

/// The schema that the tool's server publishes.
const PUBLISHED: &str = "published";
const ROLLING: [(&str, ()); 1] = [("rolling", ())];
const ALL_TOOLS_NOT_YET: NotYet = &["require", "deny_if"];

pub(super) fn rules(reading: &mut Reading<'_>, fields: &mut Fields<'_, '_>, hidden: &Hidden) -> AllRules {
    if let Some(node) = fields.optional("windows") {
        reading.one_of(node, "`windows`", &ROLLING);
    }
    let mut counters = Counters::default();
    let every = fields.optional("all_tools").map(|node| all_tools(reading, node, &mut counters)).unwrap_or_default();
    let tools = fields.optional("tools").map(|node| tools(reading, node, hidden, &mut counters)).unwrap_or_default();
    (tools, every)
}

fn all_tools(reading: &mut Reading<'_>, node: &Node<'_>, counters: &mut Counters) -> Rules {
    let mut fields = Fields::of(node, "`all_tools`", &mut reading.problems);
    let limits = match reading.required(&mut fields, "limits", "add what all calls together may use up") {
        Some(node) => limits::of_all_tools(reading, node, counters),
        None => Vec::new(),
    };
    reading.finish(fields, node, ALL_TOOLS_NOT_YET);
    Rules { limits, ..Rules::default() }
}

fn tools(
    reading: &mut Reading<'_>,
    node: &Node<'_>,
    hidden: &Hidden,
    counters: &mut Counters,
) -> HashMap<String, Rules> {
    let Some(members) = node.as_object() else {
        let says = format!("`tools` is {}, not a map", reading.written(node));
        reading.complain(node.span, says, "write the tools' names as keys in `{` and `}`");
        return HashMap::new();
    };
    let mut tools = HashMap::with_capacity(members.len());
    for member in members {
        if is_tool_name(reading, member.key_span, &member.key) {
            warn_of_hidden(reading, member.key_span, &member.key, hidden);
            tools.insert(member.key.clone().into_owned(), tool(reading, &member.value, &member.key, counters));
        }
    }
    tools
}

fn is_tool_name(reading: &mut Reading<'_>, span: Span, key: &str) -> bool {
    if key == "*" {
        reading.complain(span, "`*` is not a tool", "limits for every tool stand in `all_tools`");
        return false;
    }
    reading.is_name(span, key, "a tool's name")
}

fn tool(reading: &mut Reading<'_>, node: &Node<'_>, name: &str, counters: &mut Counters) -> Rules {
    let mut fields = Fields::of(node, "a tool's rule", &mut reading.problems);
    let mut naming = Naming::of_tool(name);
    shorthand::refuse_contradictions(reading, node, name);
    let mut checks = shorthand::action(reading, &mut fields, &mut naming);
    checks.extend(checks::of_tool(reading, &mut fields, &mut naming));
    let schema = fields.optional("schema").and_then(|node| schema(reading, node, &mut naming));
    let listed = fields.optional("limits");
    let mut limits = listed.map(|node| limits::of_tool(reading, node, name, counters)).unwrap_or_default();
    let rate = shorthand::rate_limit(reading, &mut fields, name, &limits, counters);
    limits.extend(rate);
    reading.finish(fields, node, &[]);
    Rules { checks, schema, limits }
}

fn schema(reading: &mut Reading<'_>, node: &Node<'_>, naming: &mut Naming) -> Option<SchemaRule> {
    let rule = naming.name(&["schema"]);
    if node.as_str() == Some(PUBLISHED) {
        return Some(SchemaRule { own: None, rule, span: node.span });
    }
    if node.as_object().is_none() {
        let says = format!("`schema` is {}", reading.written(node));
        reading.complain(node.span, says, "write `published`, or a JSON Schema as a map");
        return None;
    }
    let own = ArgumentSchema::new(node);
    if let Some(fault) = own.fault() {
        let says = format!("`schema` is no JSON Schema that can be used: {}", shown(fault));
        reading.complain(node.span, says, "nothing is fetched from elsewhere, and patterns have no look-around");
        return None;
    }
    Some(SchemaRule { own: Some(own), rule, span: node.span })
}
