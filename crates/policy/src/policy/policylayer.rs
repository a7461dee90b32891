//! PolicyLayer JSON v1: `tools.<name>.{require, deny_if, limits}` and `all_tools.limits`, with what is ours on top, and
//! the catalogue's shorthand: `action`, `reason`, `rate_limit`.

use std::collections::HashMap;

use floorwalker_json::{Fields, Node, Span, shown};

use super::{
    Rules, SchemaRule,
    approvals::{self, Defaults},
    load::AllRules,
    naming::Naming,
};
use crate::{
    ArgumentSchema,
    policy::policylayer::{limits::Counters, shorthand::Spoken},
    reading::{NotYet, Reading},
};

mod checks;
mod limits;
pub(super) mod shape;
mod shorthand;

/// The schema that the tool's server publishes.
const PUBLISHED: &str = "published";
const ROLLING: [(&str, ()); 1] = [("rolling", ())];
const ALL_TOOLS: &str = "/all_tools";
const ALL_TOOLS_NOT_YET: NotYet = &["require", "deny_if"];

pub(super) fn rules(reading: &mut Reading<'_>, fields: &mut Fields<'_, '_>, asked: &Defaults) -> AllRules {
    if let Some(node) = fields.optional("windows") {
        reading.one_of(node, "`windows`", &ROLLING);
    }
    let mut counters = Counters::default();
    let every = fields.optional("all_tools").map(|node| all_tools(reading, node, &mut counters, asked));
    let every = every.unwrap_or_default();
    let mut tool =
        |reading: &mut Reading<'_>, node: &Node<'_>, name: &str| tool(reading, node, name, &mut counters, asked);
    let tools = fields.optional("tools").map(|node| tools(reading, node, &mut tool)).unwrap_or_default();
    (tools, every)
}

fn all_tools(reading: &mut Reading<'_>, node: &Node<'_>, counters: &mut Counters, asked: &Defaults) -> Rules {
    let mut fields = Fields::of(node, "`all_tools`", &mut reading.problems);
    let limits = fields.optional("limits");
    let asks = approvals::entries(reading, &mut fields, &mut Naming::at(ALL_TOOLS.to_owned()), asked);
    reading.finish(fields, node, ALL_TOOLS_NOT_YET);
    if node.as_object().is_some_and(|map| ["limits", "require_approval"].iter().all(|key| map.get(key).is_none())) {
        let help = "add `limits`, what all calls together may use up, or `require_approval`";
        reading.complain(node.span, "`all_tools` says nothing", help);
    }
    let limits = limits.map(|node| limits::of_all_tools(reading, node, counters)).unwrap_or_default();
    Rules { span: node.span, limits, asks, ..Rules::default() }
}

fn tools(
    reading: &mut Reading<'_>,
    node: &Node<'_>,
    tool: &mut impl FnMut(&mut Reading<'_>, &Node<'_>, &str) -> Rules,
) -> HashMap<String, Rules> {
    let Some(members) = node.as_object() else {
        let says = format!("`tools` is {}, not a map", reading.written(node));
        reading.complain(node.span, says, "write the tools' names as keys in `{` and `}`");
        return HashMap::new();
    };
    let mut tools = HashMap::with_capacity(members.len());
    for member in members {
        if is_tool_name(reading, member.key_span, &member.key) {
            let rules = tool(reading, &member.value, &member.key);
            tools.insert(member.key.clone().into_owned(), Rules { span: member.key_span, ..rules });
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

fn tool(reading: &mut Reading<'_>, node: &Node<'_>, name: &str, counters: &mut Counters, asked: &Defaults) -> Rules {
    let mut fields = Fields::of(node, "a tool's rule", &mut reading.problems);
    let mut naming = Naming::of_tool(name);
    shorthand::refuse_contradictions(reading, node, name);
    let Spoken { mut checks, mut asks } = shorthand::action(reading, &mut fields, &mut naming, asked);
    checks.extend(checks::of_tool(reading, &mut fields, &mut naming));
    let schema = fields.optional("schema").and_then(|node| schema(reading, node, &mut naming));
    let listed = fields.optional("limits");
    let mut limits = listed.map(|node| limits::of_tool(reading, node, name, counters)).unwrap_or_default();
    let rate = shorthand::rate_limit(reading, &mut fields, name, &limits, counters);
    limits.extend(rate);
    asks.extend(approvals::entries(reading, &mut fields, &mut naming, asked));
    reading.finish(fields, node, &[]);
    Rules { checks, schema, limits, asks, ..Rules::default() }
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
