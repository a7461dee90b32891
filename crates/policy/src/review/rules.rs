//! Rules that can never deny, and rules that let nothing through although they read as if they did.

use floorwalker_json::{Decimal, Span, shown};

use super::{
    KnownServer, limits,
    walk::{Denies, Walk},
};
use crate::{
    Policy, RuleName, Warning, WarningCode,
    condition::{Condition, allowed::Allowed},
    policy::{AskRule, Check, DefaultRule, Demand, Limit, Rules, SchemaRule, Takes, ZeroAmount},
};

const TAKE_OUT: &str = "take it out, or write what it was meant to say";
const WRITE_MEANT: &str = "write what it was meant to say";
const SAY_DENY: &str = "if nothing may pass, say so: `\"action\": \"deny\"`; or write what it was meant to say";

pub(super) fn review(policy: &Policy, servers: &[KnownServer], warnings: &mut Vec<Warning>) {
    let every_closes = Walk::past(&policy.every().checks).closed_by;
    for (tool, rules) in policy.tools() {
        if policy.hides(tool) {
            warnings.push(of_hidden(tool, rules));
            continue;
        }
        checks(&rules.checks, |check| help(tool, &check.conditions, servers), warnings);
        let mut walk = Walk::past(&rules.checks);
        walk.closed_by = walk.closed_by.or(every_closes);
        if let Some(rule) = &rules.schema {
            schema(tool, rule, &walk, servers, warnings);
        }
        rules.limits.iter().for_each(|limit| warnings.extend(of_limit(limit, &walk)));
        warnings.extend(rules.asks.iter().filter_map(|ask| of_ask(ask, help(tool, &ask.conditions, servers), &walk)));
        warnings.extend(unanswerable(&rules.asks, &policy.every().asks).filter(|_| walk.closed_by.is_none()));
        warnings.extend(limits::shadowed(policy, tool, rules));
    }
    let every = policy.every();
    if (every.checks.len(), every.limits.len()) != (0, 0) && !lets_any_in(policy) {
        let says = "no tool gets as far as the rules for every tool: none is allowed";
        warnings.push(never(every.span, says.to_owned(), "allow a tool under `tools`, or take them out"));
        return;
    }
    checks(&every.checks, |_| WRITE_MEANT, warnings);
    if Walk::past(&every.checks).closed_by.is_none() {
        warnings.extend(unanswerable(&[], &every.asks));
    }
    let walk = Walk::past(&every.checks);
    every.limits.iter().for_each(|limit| warnings.extend(of_limit(limit, &walk)));
}

/// Whether a call to the tool can pass, as far as can be told from its rules.
pub(super) fn lets_in(policy: &Policy, tool: &str) -> bool {
    let limit_closes = |limit: &Limit| is_too_small(limit, &Walk::default());
    let closes = |rules: &Rules| Walk::past(&rules.checks).closed_by.is_some() || rules.limits.iter().any(limit_closes);
    let is_named = match policy.tool(tool) {
        Some(rules) => !closes(rules),
        None => policy.default_rule() == DefaultRule::Allow,
    };
    is_named && !policy.hides(tool) && !closes(policy.every())
}

fn lets_any_in(policy: &Policy) -> bool {
    let hides_all = policy.hides("*");
    !hides_all
        && (policy.default_rule() == DefaultRule::Allow || policy.tools().iter().any(|(tool, _)| !policy.hides(tool)))
}

fn of_hidden(tool: &str, rules: &Rules) -> Warning {
    let tool = shown(tool);
    if Walk::past(&rules.checks).closed_by.is_some() {
        let says = format!("`{tool}` is hidden, so its rule never denies anything");
        return never(rules.span, says, "take it out of `tools`: what is hidden is denied already");
    }
    let says = format!("`{tool}` is hidden, so its rule never applies");
    let help = "take it out of `tools` if nobody may call it, or out of `hide` if somebody may";
    Warning::new(WarningCode::HiddenAndAllowed, rules.span, says, help)
}

fn checks(checks: &[Check], help: impl Fn(&Check) -> &'static str, warnings: &mut Vec<Warning>) {
    let mut walk = Walk::default();
    for (place, check) in checks.iter().enumerate() {
        let before = checks.get(..place).unwrap_or_default();
        match walk.effect(check) {
            Denies::Nothing if !check.conditions.is_empty() || walk.closed_by.is_some() => {
                let says = format!("`{}` can never deny: {}", check.rule, because(before, &walk, check));
                let help = if walk.closed_by.is_some() { TAKE_OUT } else { help(check) };
                warnings.push(never(check.span, says, help));
            }
            Denies::Everything if !check.conditions.is_empty() => {
                let says = format!("`{}` denies every call: {}", check.rule, because(before, &walk, check));
                warnings.push(Warning::new(WarningCode::AlwaysDenies, check.span, says, SAY_DENY));
            }
            Denies::Nothing | Denies::Everything | Denies::Part => {}
        }
        walk.pass(check);
    }
}

/// What to do about a rule that does nothing by its conditions. To look at a path denies what can be mistaken for one of its keys,
/// so that it can be taken out only where that is denied anyway: where every server publishes the parameter.
fn help(tool: &str, conditions: &[Condition], servers: &[KnownServer]) -> &'static str {
    let mut having = servers.iter().filter(|server| server.may_have(tool)).peekable();
    let publishes = |server: &KnownServer, condition: &Condition| {
        let path = condition.steps();
        let parameter = server.schema(tool).and_then(|schema| schema.get("properties")?.get(path.first()));
        path.is_one_key() && parameter.is_some()
    };
    let can_go =
        having.peek().is_some() && having.all(|server| conditions.iter().all(|condition| publishes(server, condition)));
    if can_go { TAKE_OUT } else { WRITE_MEANT }
}

/// Why a check denies none or all of the calls that come to it.
fn because<'p>(before: &'p [Check], walk: &Walk<'p>, check: &'p Check) -> String {
    if let Some(rule) = walk.closed_by {
        return format!("`{rule}` denies every call before");
    }
    let effect = walk.effect(check);
    if Walk::default().effect(check) == effect {
        return of_itself(check, effect).to_owned();
    }
    let alone = before.iter().find(|earlier| Walk::past([*earlier]).effect(check) == effect);
    match (alone, effect) {
        (Some(earlier), Denies::Nothing) => format!("`{}` has denied such calls before", earlier.rule),
        (Some(earlier), _) => format!("`{}` lets nothing else through", earlier.rule),
        (None, _) => "the rules before it together let nothing else through".to_owned(),
    }
}

fn of_itself(check: &Check, effect: Denies) -> &'static str {
    match (check.conditions.len(), check.demand, effect) {
        (1, Demand::DenyIf, Denies::Nothing) | (1, Demand::Require, Denies::Everything) => {
            "its condition holds of no value"
        }
        (_, Demand::DenyIf, Denies::Nothing) | (_, Demand::Require, Denies::Everything) => {
            "its conditions contradict each other"
        }
        _ => "its conditions hold of everything",
    }
}

/// The schema is asked after all conditions.
fn schema(tool: &str, rule: &SchemaRule, walk: &Walk<'_>, servers: &[KnownServer], warnings: &mut Vec<Warning>) {
    if let Some(closed_by) = walk.closed_by {
        warnings.push(never(rule.span, never_asked(&rule.rule, closed_by), TAKE_OUT));
        return;
    }
    let says = match &rule.own {
        Some(own) => refused(own.written(), walk).map(|path| {
            format!("`{}` denies every call: it refuses what the conditions demand of `{}`", rule.rule, shown(&path))
        }),
        None => servers.iter().find_map(|server| {
            let tools = server.tools.as_ref().filter(|tools| tools.contains_key(tool))?;
            let is_published = tools.get(tool).is_some_and(|tool| tool.schema.is_some());
            let says = format!("`{}` denies every call: `{}` publishes no schema", rule.rule, shown(&server.name));
            (!is_published).then_some(says)
        }),
    };
    warnings.extend(says.map(|says| Warning::new(WarningCode::AlwaysDenies, rule.span, says, SAY_DENY)));
}

/// The first path at which the conditions want what the schema does not.
fn refused(schema: &serde_json::Value, walk: &Walk<'_>) -> Option<String> {
    let is_refused = |path: &crate::condition::Path| {
        let allowed = Allowed::at(schema, path);
        walk.facts.and_fits(path, allowed).are_impossible()
    };
    walk.facts.paths().find(is_refused).map(|path| path.as_str().to_owned())
}

fn of_limit(limit: &Limit, walk: &Walk<'_>) -> Option<Warning> {
    if let Some(closed_by) = walk.closed_by {
        return Some(never(limit.span, never_asked(&limit.rule, closed_by), TAKE_OUT));
    }
    if matches!(limit.takes, Takes::Same(amount) if amount.is_zero()) {
        let says = format!("`{}` can never deny: a call takes nothing of it", limit.rule);
        return Some(never(limit.span, says, "write an `increment` above `0`, or take it out"));
    }
    is_too_small(limit, walk).then(|| {
        let says = format!("`{}` denies every call: each takes more than {}", limit.rule, limit.max);
        Warning::new(WarningCode::AlwaysDenies, limit.span, says, SAY_DENY)
    })
}

/// A rule asks a person about what nothing has denied.
fn of_ask<'p>(ask: &'p AskRule, help: &str, walk: &Walk<'p>) -> Option<Warning> {
    let rule = &ask.terms.rule;
    let (why, help) = match walk.closed_by {
        Some(closed_by) => (format!("`{closed_by}` denies every call before"), TAKE_OUT),
        None if walk.lets_none_be(&walk.facts.and_all(&ask.conditions)) => {
            ("no call that its conditions hold of comes this far".to_owned(), help)
        }
        None => return None,
    };
    Some(never(ask.span, format!("`{rule}` can never ask: {why}"), help))
}

/// Of the rules that ask about every call, the first denies each where nobody may answer all of them.
fn unanswerable(own: &[AskRule], every: &[AskRule]) -> Option<Warning> {
    let mut always = own.iter().chain(every).filter(|ask| ask.conditions.is_empty());
    let first = always.next()?;
    let mut may_answer = first.terms.approvers.clone();
    let last = always.find(|ask| {
        may_answer = may_answer.and(&ask.terms.approvers);
        may_answer.is_nobody()
    })?;
    let says = format!(
        "`{}` denies every call: nobody may answer it and whatever else always asks, up to `{}`",
        first.terms.rule, last.terms.rule
    );
    let help = "name somebody in the `approvers` of all of them, or write one entry";
    Some(Warning::new(WarningCode::AlwaysDenies, first.span, says, help))
}

/// Whether not even one call fits into the window.
fn is_too_small(limit: &Limit, walk: &Walk<'_>) -> bool {
    match &limit.takes {
        Takes::Same(amount) => *amount > limit.max,
        Takes::Argument(argument) if limit.max.is_zero() => argument.zero == ZeroAmount::Denied,
        Takes::Argument(argument) => Decimal::parse(&limit.max.to_string()).is_ok_and(|max| {
            let fits = Condition::at_most(&argument.path, max);
            walk.facts.and(&fits, true).are_impossible()
        }),
    }
}

fn never_asked(rule: &RuleName, closed_by: &RuleName) -> String {
    format!("`{rule}` can never deny: `{closed_by}` denies every call before")
}

fn never(span: Span, says: String, help: &str) -> Warning {
    Warning::new(WarningCode::NeverFires, span, says, help)
}
