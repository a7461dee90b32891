//! Limits that are never full, because another one is full before.
//!
//! Only limits are compared that count the same calls: one that shares its counter with other tools may be filled by them.

use floorwalker_json::Decimal;

use crate::{
    Policy, Warning, WarningCode, Window,
    policy::{Limit, Rules, SharedBy, Takes},
};

pub(super) fn shadowed<'p>(policy: &'p Policy, tool: &'p str, rules: &'p Rules) -> impl Iterator<Item = Warning> {
    let others = move || rules.limits.iter().chain(&policy.every().limits);
    rules.limits.iter().filter(move |limit| is_of_one_tool(policy, tool, limit)).filter_map(move |limit| {
        let other = others().find(|other| other.rule != limit.rule && is_full_before(other, limit))?;
        let says = format!("`{}` can never deny: `{}` is full before", limit.rule, other.rule);
        let help = "take it out, or write the bound that was meant";
        Some(Warning::new(WarningCode::NeverFires, limit.span, says, help))
    })
}

fn is_of_one_tool(policy: &Policy, tool: &str, limit: &Limit) -> bool {
    let is_same = |other: &Limit| (&other.counter, other.shared_by) == (&limit.counter, limit.shared_by);
    policy.tools().iter().all(|(name, rules)| *name == tool || !rules.limits.iter().any(is_same))
}

/// Whether `other` has denied before `limit` can, whatever calls come.
fn is_full_before(other: &Limit, limit: &Limit) -> bool {
    let Some((fewer, calls)) = calls(other).zip(calls(limit)) else { return false };
    let is_as_long = match (other.window, limit.window) {
        (Window::Rolling(other), Window::Rolling(own)) => other >= own,
        (other, own) => other == own,
    };
    is_as_long && is_as_wide(other.shared_by, limit.shared_by) && fewer < calls
}

/// Whether calls that the second counts together are counted together by the first, and by nobody else. Other grants'
/// policies may fill what the policy shares, and a call without a session is denied by what counts in one.
fn is_as_wide(first: SharedBy, second: SharedBy) -> bool {
    second == SharedBy::Grant && first != SharedBy::Session
}

/// How many calls fit, where each takes as much.
fn calls(limit: &Limit) -> Option<u64> {
    let whole = |amount: crate::Amount| Decimal::parse(&amount.floor().to_string()).ok()?.to_u64();
    match limit.takes {
        Takes::Same(amount) => whole(limit.max)?.checked_div(whole(amount)?),
        Takes::Argument(_) => None,
    }
}
