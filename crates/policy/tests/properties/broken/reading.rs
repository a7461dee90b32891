//! Faults in how policies, names and arguments are read.

use floorwalker_policy::{Call, Decision, Definition, Denial, Outward, Plan, Policy};
use serde_json::Value;

use super::counting::with_arguments;
use crate::engine::{Engine, Real, Seen};

/// Blanks around a tool's name are nothing.
#[derive(Debug)]
pub(crate) struct TrimsToolNames;

impl Engine for TrimsToolNames {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        // So is the catalogue's entry found.
        let found = seen.definition.cloned().or((call.tool.trim() != call.tool).then(Definition::default));
        Real.decide(policy, Seen { definition: found.as_ref(), ..seen }, &Call { tool: call.tool.trim(), ..*call })
    }
}

/// Tools have names without case.
#[derive(Debug)]
pub(crate) struct FoldsToolNames;

impl Engine for FoldsToolNames {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        let folded = call.tool.to_lowercase();
        let found = seen.definition.cloned().or((folded != call.tool).then(Definition::default));
        Real.decide(policy, Seen { definition: found.as_ref(), ..seen }, &Call { tool: &folded, ..*call })
    }
}

/// A tool that is listed is not hidden.
#[derive(Debug)]
pub(crate) struct ListedBeatsHidden;

impl Engine for ListedBeatsHidden {
    fn load(&self, source: &str) -> Policy {
        load(source, |policy| {
            let listed: Vec<String> = members(&policy["tools"]).map(|(name, _)| name.to_owned()).collect();
            let hidden = policy.get_mut("hide").and_then(Value::as_array_mut);
            hidden.into_iter().for_each(|hidden| hidden.retain(|name| !listed.iter().any(|listed| *name == **listed)));
        })
    }
}

/// An agent learns that a tool is hidden from it.
#[derive(Debug)]
pub(crate) struct TellsHiddenFromUnknown;

impl Engine for TellsHiddenFromUnknown {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        match Real.decide(policy, seen, call) {
            Decision::Deny(denial) if denial.outward == Outward::UnknownTool && policy.hides(call.tool) => {
                Decision::Deny(Denial {
                    reason: format!("Tool \"{}\" is hidden by policy", call.tool).into(),
                    ..denial
                })
            }
            decision => decision,
        }
    }
}

/// Numbers are doubles.
#[derive(Debug)]
pub(crate) struct NumbersInDoubles;

impl Engine for NumbersInDoubles {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        let round = |value: &mut Value| {
            if let Some(number) = value.as_number().and_then(|number| number.to_string().parse::<f64>().ok()) {
                *value = serde_json::from_str(&format!("{number:?}")).expect("it is a number");
            }
        };
        with_arguments(policy, seen, call, round)
    }
}

/// A pattern that guards may match anywhere.
#[derive(Debug)]
pub(crate) struct MatchesAnywhere;

impl Engine for MatchesAnywhere {
    fn load(&self, source: &str) -> Policy {
        let loosen = |rule: &mut Value| {
            let entries = list(rule, "require").into_iter().flatten();
            for condition in entries.filter_map(|entry| list(entry, "conditions")).flatten() {
                if condition["op"] == "regex" {
                    let pattern = condition["value"].as_str().unwrap_or_default();
                    let pattern = pattern.trim_start_matches('^').trim_end_matches('$');
                    condition["value"] = format!("(?s:.*)({pattern})(?s:.*)").into();
                }
            }
        };
        load(source, |policy| each_rule(policy, loosen))
    }
}

/// Of several conditions the first decides.
#[derive(Debug)]
pub(crate) struct FirstConditionCounts;

impl Engine for FirstConditionCounts {
    fn load(&self, source: &str) -> Policy {
        let cut = |rule: &mut Value| {
            for key in ["require", "deny_if"] {
                let entries = list(rule, key).into_iter().flatten();
                entries.filter_map(|entry| list(entry, "conditions")).for_each(|conditions| conditions.truncate(1));
            }
        };
        load(source, |policy| each_rule(policy, cut))
    }
}

/// What is null is not there.
#[derive(Debug)]
pub(crate) struct TakesNullForNothing;

impl Engine for TakesNullForNothing {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        let drop_nulls = |value: &mut Value| {
            if let Some(members) = value.as_object_mut() {
                members.retain(|_, value| !value.is_null());
            }
        };
        with_arguments(policy, seen, call, drop_nulls)
    }
}

/// Of several entries the last is read.
#[derive(Debug)]
pub(crate) struct TheSecondEntryReplacesTheFirst;

impl Engine for TheSecondEntryReplacesTheFirst {
    fn load(&self, source: &str) -> Policy {
        let keep_last = |rule: &mut Value| {
            if let Some(entries) = list(rule, "require") {
                entries.drain(..entries.len().saturating_sub(1));
            }
        };
        load(source, |policy| each_rule(policy, keep_last))
    }
}

/// Where there is a schema nobody asks for conditions.
#[derive(Debug)]
pub(crate) struct ASchemaReplacesConditions;

impl Engine for ASchemaReplacesConditions {
    fn load(&self, source: &str) -> Policy {
        let replace = |rule: &mut Value| {
            if rule.get("schema").is_some() {
                for key in ["require", "deny_if"] {
                    list(rule, key).into_iter().for_each(Vec::clear);
                }
            }
        };
        load(source, |policy| each_rule(policy, replace))
    }
}

/// Whoever hides one of the tools that have rules has thought of all.
#[derive(Debug)]
pub(crate) struct HidingListsTheRest;

impl Engine for HidingListsTheRest {
    fn load(&self, source: &str) -> Policy {
        load(source, |policy| {
            let hides =
                |name: &str| policy["hide"].as_array().is_some_and(|hidden| hidden.iter().any(|one| one == name));
            if members(&policy["tools"]).any(|(name, _)| hides(name)) {
                policy["default"] = "allow".into();
            }
        })
    }
}

/// The policy of a document in which something was changed.
fn load(source: &str, change: impl Fn(&mut Value)) -> Policy {
    let mut policy = serde_json::from_str(source).expect("a policy is JSON");
    change(&mut policy);
    Real.load(&policy.to_string())
}

fn each_rule(policy: &mut Value, change: impl Fn(&mut Value)) {
    let tools = policy.get_mut("tools").and_then(Value::as_object_mut);
    tools.into_iter().flat_map(serde_json::Map::values_mut).for_each(change);
}

/// A list of a rule or an entry, if it has one.
fn list<'v>(value: &'v mut Value, key: &str) -> Option<&'v mut Vec<Value>> {
    value.get_mut(key).and_then(Value::as_array_mut)
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}
