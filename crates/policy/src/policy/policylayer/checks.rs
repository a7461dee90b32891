//! `require` and `deny_if`: conditions on the arguments.

use std::sync::Arc;

use floorwalker_json::{Fields, Node};

use crate::{
    WarningCode,
    condition::{Condition, Stands, conditions},
    policy::{Check, Demand, naming::Naming},
    reading::Reading,
};

pub(super) fn of_tool(reading: &mut Reading<'_>, fields: &mut Fields<'_, '_>, naming: &mut Naming) -> Vec<Check> {
    let mut checks = Vec::new();
    for (key, demand) in [("require", Demand::Require), ("deny_if", Demand::DenyIf)] {
        let entries = fields.optional(key).map_or(&[][..], |node| reading.list(node, &format!("`{key}`")));
        checks.extend(entries.iter().filter_map(|entry| check(reading, entry, demand, naming)));
    }
    checks
}

fn check(reading: &mut Reading<'_>, node: &Node<'_>, demand: Demand, naming: &mut Naming) -> Option<Check> {
    let (key, what, stands) = match demand {
        Demand::Require => ("require", "an entry of `require`", Stands::Require),
        Demand::DenyIf => ("deny_if", "an entry of `deny_if`", Stands::DenyIf),
    };
    let mut fields = Fields::of(node, what, &mut reading.problems);
    let listed = reading.required(&mut fields, "conditions", "add a list of conditions");
    let entries = listed.map(|node| reading.list(node, "`conditions`"));
    let on_deny = fields.optional("on_deny").map(|node| reading.text(node, "`on_deny`"));
    reading.finish(fields, node, &[]);
    let entries: Vec<&Node<'_>> = entries?.iter().collect();
    let conditions = conditions(reading, &entries, stands)?;
    if conditions.is_empty() && demand == Demand::Require {
        let help = "add a condition, or take it out";
        reading.warn(WarningCode::NoConditions, node.span, "without conditions this `require` is always met", help);
    }
    let name = conditions.first().map_or_else(|| "always".to_owned(), Condition::name);
    let rule = naming.name(&[key, &name]);
    let reason = match on_deny {
        Some(text) => Arc::from(text?),
        None => Arc::from(reason(demand, &conditions)),
    };
    Some(Check { demand, conditions, rule, reason, span: node.span })
}

/// What the agent is told where the policy does not say.
fn reason(demand: Demand, conditions: &[Condition]) -> String {
    let mut paths: Vec<&str> = conditions.iter().map(Condition::path).collect();
    paths.dedup();
    let paths = paths.join(" and ");
    match demand {
        Demand::Require => format!("The policy allows this tool only with other arguments: see {paths}."),
        Demand::DenyIf if conditions.is_empty() => "The policy of this grant denies this tool.".to_owned(),
        Demand::DenyIf => format!("The policy denies this tool with such arguments: see {paths}."),
    }
}
