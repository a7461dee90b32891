//! Conditions and amounts on arguments that the tool's own schema knows otherwise.

use floorwalker_json::{Span, nearest, shown};
use serde_json::Value;

use super::KnownServer;
use crate::{
    Policy, Warning, WarningCode,
    condition::{
        Condition, Path,
        allowed::{Allowed, Kind},
        facts::Facts,
    },
    policy::{Limit, Takes},
};

pub(super) fn review(policy: &Policy, server: &KnownServer, warnings: &mut Vec<Warning>) {
    for (tool, rules) in policy.tools() {
        let Some(schema) = server.schema(tool).filter(|_| !policy.hides(tool)) else { continue };
        let of = OfTool { tool, schema };
        let conditions = rules.checks.iter().flat_map(|check| &check.conditions);
        warnings.extend(conditions.filter_map(|condition| of.condition(condition)));
        warnings.extend(rules.limits.iter().flat_map(|limit| of.limit(limit)));
    }
}

/// A tool and the schema that it publishes for its arguments.
struct OfTool<'r> {
    tool: &'r str,
    schema: &'r Value,
}

impl OfTool<'_> {
    fn condition(&self, condition: &Condition) -> Option<Warning> {
        // To ask for what must not be there is a way to forbid it.
        if condition.asks_for_presence() {
            return None;
        }
        let path = condition.steps();
        let allowed = Allowed::at(self.schema, path);
        if allowed.is_forbidden() {
            return Some(self.unknown(path, condition.span()));
        }
        let (asked, always) = match condition.is_negative() {
            true => (Facts::default().and(condition, false), "always"),
            false => (Facts::default().and(condition, true), "never"),
        };
        let is_ruled_out = |allowed: Allowed| asked.and_fits(path, allowed).are_impossible();
        // What holds of nothing or of everything needs no schema to be told.
        if asked.are_impossible() || !is_ruled_out(allowed.clone().present()) {
            return None;
        }
        let (path, tool) = (shown(path.as_str()), shown(self.tool));
        let says = format!(
            "`{path}` is {} in the schema of `{tool}`, so this `{}` {always} holds of it",
            allowed.described(),
            condition.operator()
        );
        let help = "compare it with what the schema allows, as the schema writes it";
        Some(Warning::new(WarningCode::AgainstSchema, condition.span(), says, help))
    }

    /// What a limit adds up must be a number, and a currency a text.
    fn limit(&self, limit: &Limit) -> Vec<Warning> {
        let Takes::Argument(argument) = &limit.takes else { return Vec::new() };
        let amount = Some((&argument.path, Kind::Number, "a number"));
        let currency = argument.currency.as_ref().map(|(path, _)| (path, Kind::Text, "a text"));
        amount
            .into_iter()
            .chain(currency)
            .filter_map(|(path, kind, what)| self.needed(limit, path, kind, what))
            .collect()
    }

    fn needed(&self, limit: &Limit, path: &Path, kind: Kind, what: &str) -> Option<Warning> {
        let allowed = Allowed::at(self.schema, path);
        if allowed.is_forbidden() {
            return Some(self.unknown(path, limit.span));
        }
        if allowed.kinds.contains(&kind) {
            return None;
        }
        let says = format!(
            "`{}` is {} in the schema of `{}`, but `{}` needs {what} there and denies every other call",
            shown(path.as_str()),
            allowed.described(),
            shown(self.tool),
            limit.rule
        );
        let help = "count by an argument that the schema calls a number, or count calls";
        Some(Warning::new(WarningCode::AgainstSchema, limit.span, says, help))
    }

    fn unknown(&self, path: &Path, span: Span) -> Warning {
        let says = format!("`{}` has no `{}`, and its schema allows no others", shown(self.tool), shown(path.as_str()));
        let there = self.schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        let help = match nearest(path.first(), there.map(|(name, _)| name.as_str())) {
            Some(name) => format!("did you mean `args.{}`?", shown(name)),
            None => "write the argument as the schema lists it".to_owned(),
        };
        Warning::new(WarningCode::UnknownArgument, span, says, help)
    }
}
