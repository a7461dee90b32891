//! Every way to make a policy stricter, by chance.

use proptest::{
    prelude::*,
    sample::{Index, select},
};

use super::{
    policies::{check, condition},
    words::{AMOUNT_MAXIMA, CATALOGUE, MAXIMA, SCHEMAS},
};
use crate::{
    model::number,
    written::{Check, Condition, Demand, Dialect, Limit, Rules, Schema, Scope, Takes, UNITS, Written},
};

/// One more thing that a policy asks for. What cannot be asked for where it falls is left out.
#[derive(Clone, Debug)]
pub(crate) enum More {
    /// One more entry of a tool's rule.
    Check(Index, Check),
    /// One more condition that must hold, or one fewer on which a denial waits.
    OnCondition(Index, Condition),
    Schema(Index, Schema),
    Deny(Index),
    Hide(&'static str),
    /// Only what is listed, and this not.
    Unlist(Index),
    /// One more limit.
    Limit(Index, Limit),
    LowerMaximum(Index),
    LongerWindow(Index),
    LargerStep(Index),
    WiderScope(Index),
    /// Intercept's windows roll.
    Roll,
}

pub(crate) fn more() -> impl Strategy<Value = More> {
    let index = any::<Index>;
    let own: Vec<Schema> = SCHEMAS.iter().map(|(source, _)| Schema::Own(source)).chain([Schema::Published]).collect();
    let new = select(MAXIMA[1..].to_vec()).prop_map(|max| Limit {
        counter: "one more",
        window_secs: UNITS[0].0,
        max,
        is_below: false,
        takes: Takes::Each(1),
        scope: Scope::Grant,
        on_deny: None,
        is_shorthand: false,
    });
    prop_oneof![
        5 => (index(), prop_oneof![check(Demand::Require), check(Demand::DenyIf)]).prop_map(|(at, check)| More::Check(at, check)),
        3 => (index(), condition()).prop_map(|(at, condition)| More::OnCondition(at, condition)),
        1 => (index(), select(own)).prop_map(|(at, schema)| More::Schema(at, schema)),
        1 => index().prop_map(More::Deny),
        1 => select([&CATALOGUE[..], &["*"]].concat()).prop_map(More::Hide),
        1 => index().prop_map(More::Unlist),
        1 => (index(), new).prop_map(|(at, limit)| More::Limit(at, limit)),
        1 => index().prop_map(More::LowerMaximum),
        1 => index().prop_map(More::LongerWindow),
        1 => index().prop_map(More::LargerStep),
        1 => index().prop_map(More::WiderScope),
        1 => Just(More::Roll),
    ]
}

impl More {
    pub(crate) fn tighten(&self, policy: &mut Written) {
        let is_json = policy.dialect == Dialect::Json;
        match self {
            Self::Hide(name) if !policy.hide.contains(name) => policy.hide.push(name),
            Self::Unlist(at) => {
                policy.allows_unlisted = false;
                if !policy.tools.is_empty() {
                    policy.tools.remove(at.index(policy.tools.len()));
                }
            }
            Self::Roll if !is_json => policy.dialect = Dialect::Intercept { is_calendar: false },
            Self::LowerMaximum(at) => drop(limit(policy, at).map(lower)),
            Self::LargerStep(at) => {
                if let Some(Limit { takes: Takes::Each(each), is_shorthand: false, .. }) = limit(policy, at) {
                    *each += 1;
                }
            }
            Self::WiderScope(at) => {
                if let Some(limit) = limit(policy, at).filter(|limit| limit.scope == Scope::Grant) {
                    limit.scope = Scope::Policy;
                }
            }
            Self::LongerWindow(at) => lengthen(policy, at),
            // A counter has one window, also where an earlier tightening made it longer.
            Self::Limit(at, limit) => {
                let known = limits(policy).find(|known| known.counter == limit.counter).map(|known| known.window_secs);
                let limit = Limit { window_secs: known.unwrap_or(limit.window_secs), ..limit.clone() };
                if let Some(rules) = rules(policy, at) {
                    Self::Limit(*at, limit).tighten_rules(is_json, rules);
                }
            }
            Self::Check(at, _) | Self::OnCondition(at, _) | Self::Schema(at, _) | Self::Deny(at) => {
                if let Some(rules) = rules(policy, at) {
                    self.tighten_rules(is_json, rules);
                }
            }
            Self::Hide(_) | Self::Roll => {}
        }
    }

    fn tighten_rules(&self, is_json: bool, rules: &mut Rules) {
        match self {
            // Intercept has no entries that deny by conditions.
            Self::Check(_, check) if is_json || check.demand == Demand::Require => rules.checks.push(check.clone()),
            Self::OnCondition(at, condition) if !rules.checks.is_empty() => {
                let at = at.index(rules.checks.len());
                let check = &mut rules.checks[at];
                match check.demand {
                    Demand::Require => check.conditions.push(condition.clone()),
                    Demand::DenyIf => drop(check.conditions.pop()),
                    Demand::Action => {}
                }
            }
            Self::Schema(_, schema) if is_json && rules.schema.is_none() => rules.schema = Some(*schema),
            Self::Deny(_) => {
                let demand = if is_json { Demand::Action } else { Demand::DenyIf };
                *rules = Rules { checks: vec![Check { demand, conditions: Vec::new() }], ..Rules::default() };
            }
            Self::Limit(_, limit) if !rules.limits.iter().any(|known| known.counter == limit.counter) => {
                rules.limits.push(limit.clone());
            }
            _ => {}
        }
    }
}

/// The rules of a tool that is not denied altogether.
fn rules<'p>(policy: &'p mut Written, at: &Index) -> Option<&'p mut Rules> {
    let is_open = |rules: &&mut Rules| !rules.checks.iter().any(|check| check.demand == Demand::Action);
    let mut open: Vec<&mut Rules> = policy.tools.iter_mut().map(|(_, rules)| rules).filter(is_open).collect();
    (!open.is_empty()).then(|| open.swap_remove(at.index(open.len())))
}

fn limits(policy: &mut Written) -> impl Iterator<Item = &mut Limit> {
    let every = policy.every.limits.iter_mut();
    every.chain(policy.tools.iter_mut().flat_map(|(_, rules)| &mut rules.limits))
}

fn limit<'p>(policy: &'p mut Written, at: &Index) -> Option<&'p mut Limit> {
    let mut limits: Vec<&mut Limit> = limits(policy).collect();
    (!limits.is_empty()).then(|| limits.swap_remove(at.index(limits.len())))
}

/// The next lower maximum that there is a word for; nothing is below nothing.
fn lower(limit: &mut Limit) {
    let least = if limit.is_below || limit.is_shorthand { 1 } else { 0 };
    let words = if matches!(limit.takes, Takes::Each(_)) { &MAXIMA[..] } else { &AMOUNT_MAXIMA[..] };
    let value = |max: &&&str| number(max);
    let lower = words.iter().filter(|max| number(max) < number(limit.max) && number(max) >= number(&least.to_string()));
    if let Some(max) = lower.max_by_key(value) {
        limit.max = max;
    }
}

/// Wherever the counter stands: it has one window.
fn lengthen(policy: &mut Written, at: &Index) {
    let Some(Limit { counter, window_secs, is_shorthand: false, .. }) = limit(policy, at).cloned() else { return };
    let Some((longer, _)) = UNITS.iter().find(|(secs, _)| *secs > window_secs) else { return };
    limits(policy).filter(|limit| limit.counter == counter).for_each(|limit| limit.window_secs = *longer);
}
