//! Faults in what is counted: windows, sums, refunds, plans that are done in part.

use std::{sync::Arc, time::Duration};

use floorwalker_json::{Keys, Node, canonical, scan};
use floorwalker_policy::{Amount, Call, Change, Charge, Decision, Moment, Plan, Policy, Scope, State, Unit, Window};
use serde_json::Value;

use crate::{
    engine::{Engine, Real, Seen, taken_back},
    written::Ended,
};

const MINUTE: Duration = Duration::from_secs(60);

/// Windows of an hour begin anew with every hour of the clock.
#[derive(Debug)]
pub(crate) struct CountsFromTheHour;

impl Engine for CountsFromTheHour {
    fn commit(&self, state: &mut State, now: Moment, plan: &Plan) -> Decision<()> {
        let hour = Unit::Hour.length();
        let of_clock = |charge: &mut Charge| {
            if charge.window == Window::Rolling(hour) {
                charge.window = Window::Calendar(Unit::Hour);
            }
        };
        state.commit(now, &with_charges(plan, of_clock))
    }
}

/// Windows that are no minute are a millisecond short.
#[derive(Debug)]
pub(crate) struct ForgetsAtTheBoundary;

impl Engine for ForgetsAtTheBoundary {
    fn commit(&self, state: &mut State, now: Moment, plan: &Plan) -> Decision<()> {
        let shorten = |charge: &mut Charge| {
            if let Window::Rolling(length) = charge.window
                && length != MINUTE
            {
                charge.window = Window::Rolling(length - Duration::from_millis(1));
            }
        };
        state.commit(now, &with_charges(plan, shorten))
    }
}

/// Counters have names without case.
#[derive(Debug)]
pub(crate) struct FoldsCounterNames;

impl Engine for FoldsCounterNames {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        let fold = |charge: &mut Charge| charge.counter.counter = Arc::from(charge.counter.counter.to_lowercase());
        Real.decide(policy, seen, call).map(|plan| with_charges(&plan, fold))
    }
}

/// Only the first limit of a call is charged.
#[derive(Debug)]
pub(crate) struct ChargesOneLimitPerCall;

impl Engine for ChargesOneLimitPerCall {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        let first = |plan: Plan| Plan { changes: plan.changes.into_iter().take(1).collect() };
        Real.decide(policy, seen, call).map(first)
    }
}

/// The first limit is asked for room, and the others are charged with it.
#[derive(Debug)]
pub(crate) struct ChecksTheFirstLimitOnly;

impl Engine for ChecksTheFirstLimitOnly {
    fn commit(&self, state: &mut State, now: Moment, plan: &Plan) -> Decision<()> {
        let (first, rest) = plan.changes.split_at(plan.changes.len().min(1));
        let decision = state.commit(now, &Plan { changes: first.to_vec() });
        if decision == Decision::Allow(()) {
            state.redo(now, &Plan { changes: rest.to_vec() });
        }
        decision
    }
}

/// A call that takes several takes one.
#[derive(Debug)]
pub(crate) struct CountsCallsInsteadOfIncrements;

impl Engine for CountsCallsInsteadOfIncrements {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        let one = |charge: &mut Charge| charge.amount = charge.amount.min(1.into());
        Real.decide(policy, seen, call).map(|plan| with_charges(&plan, one))
    }
}

/// A counter that everybody shares is full one too early.
#[derive(Debug)]
pub(crate) struct OneLessForEverybody;

impl Engine for OneLessForEverybody {
    fn commit(&self, state: &mut State, now: Moment, plan: &Plan) -> Decision<()> {
        let less = |charge: &mut Charge| {
            let max: Option<u64> = charge.max.to_string().parse().ok();
            if let (Scope::Policy, Some(max)) = (&charge.counter.scope, max) {
                charge.max = max.saturating_sub(1).into();
            }
        };
        state.commit(now, &with_charges(plan, less))
    }
}

/// What was done before a change is refused stays done.
#[derive(Debug)]
pub(crate) struct KeepsHalfOfARefusedPlan;

impl Engine for KeepsHalfOfARefusedPlan {
    fn commit(&self, state: &mut State, now: Moment, plan: &Plan) -> Decision<()> {
        let mut one = |change: &Change| state.commit(now, &Plan { changes: vec![change.clone()] });
        let refused = plan.changes.iter().map(&mut one).find(|decision| *decision != Decision::Allow(()));
        refused.unwrap_or(Decision::Allow(()))
    }
}

/// A long plan loses its end.
#[derive(Debug)]
pub(crate) struct DoesThreeChangesOfAPlan;

impl Engine for DoesThreeChangesOfAPlan {
    fn commit(&self, state: &mut State, now: Moment, plan: &Plan) -> Decision<()> {
        state.commit(now, &Plan { changes: plan.changes.iter().take(3).cloned().collect() })
    }
}

/// What a refused plan took back stays taken back.
#[derive(Debug)]
pub(crate) struct KeepsTakeBacksOfARefusedPlan;

impl Engine for KeepsTakeBacksOfARefusedPlan {
    fn commit(&self, state: &mut State, now: Moment, plan: &Plan) -> Decision<()> {
        let decision = state.commit(now, plan);
        if decision != Decision::Allow(()) {
            let taken_back = plan.changes.iter().filter(|change| matches!(change, Change::TakeBack { .. }));
            state.redo(now, &Plan { changes: taken_back.cloned().collect() });
        }
        decision
    }
}

/// An error that takes its time is no charge.
#[derive(Debug)]
pub(crate) struct RefundsLateErrors;

impl Engine for RefundsLateErrors {
    fn end(&self, ended: Ended, then: Moment, now: Moment, plan: &Plan) -> Plan {
        match ended {
            Ended::Failed if now.at > then.at => taken_back(then, plan),
            _ => Real.end(ended, then, now, plan),
        }
    }
}

/// Money of which nobody heard again was not spent.
#[derive(Debug)]
pub(crate) struct RefundsLostAmounts;

impl Engine for RefundsLostAmounts {
    fn end(&self, ended: Ended, then: Moment, now: Moment, plan: &Plan) -> Plan {
        let is_money = |change: &Change| matches!(change, Change::Charge(charge) if charge.amount != 1.into());
        match ended {
            Ended::Lost if plan.changes.iter().any(is_money) => taken_back(then, plan),
            _ => Real.end(ended, then, now, plan),
        }
    }
}

/// What was not sent is given back, and then once more.
#[derive(Debug)]
pub(crate) struct GivesBackTwice;

impl Engine for GivesBackTwice {
    fn end(&self, ended: Ended, then: Moment, now: Moment, plan: &Plan) -> Plan {
        let once = Real.end(ended, then, now, plan);
        Plan { changes: once.changes.iter().chain(&once.changes).cloned().collect() }
    }
}

/// Of several charges one is given back.
#[derive(Debug)]
pub(crate) struct GivesBackTheFirstCharge;

impl Engine for GivesBackTheFirstCharge {
    fn end(&self, ended: Ended, then: Moment, now: Moment, plan: &Plan) -> Plan {
        Real.end(ended, then, now, &Plan { changes: plan.changes.iter().take(1).cloned().collect() })
    }
}

/// Amounts are doubles.
#[derive(Debug)]
pub(crate) struct SumsInDoubles;

impl Engine for SumsInDoubles {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        with_amounts(policy, seen, call, |amount| format!("{:.9}", amount.parse::<f64>().unwrap_or_default()))
    }
}

/// Amounts have two digits behind the point.
#[derive(Debug)]
pub(crate) struct RoundsToCents;

impl Engine for RoundsToCents {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        with_amounts(policy, seen, call, |amount| match amount.split_once('.') {
            Some((whole, fraction)) => format!("{whole}.{}", fraction.chars().take(2).collect::<String>()),
            None => amount,
        })
    }
}

/// Amounts are 63 bits long.
#[derive(Debug)]
pub(crate) struct WrapsAround;

impl Engine for WrapsAround {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        let wrap = |amount: String| amount.parse::<u64>().map_or(amount, |whole| (whole & (u64::MAX >> 1)).to_string());
        with_amounts(policy, seen, call, wrap)
    }
}

/// A text that reads as a number is one.
#[derive(Debug)]
pub(crate) struct ReadsTextsAsNumbers;

impl Engine for ReadsTextsAsNumbers {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        let lenient = |value: &mut Value| {
            if let Some(number) = value.as_str().and_then(|text| text.parse::<serde_json::Number>().ok()) {
                *value = Value::Number(number);
            }
        };
        with_arguments(policy, seen, call, lenient)
    }
}

fn with_charges(plan: &Plan, change: impl Fn(&mut Charge)) -> Plan {
    let mut plan = plan.clone();
    for changed in &mut plan.changes {
        if let Change::Charge(charge) = changed {
            change(charge);
        }
    }
    plan
}

/// What is decided when every charge's amount is written otherwise.
fn with_amounts(policy: &Policy, seen: Seen<'_>, call: &Call<'_>, write: impl Fn(String) -> String) -> Decision<Plan> {
    let change = |charge: &mut Charge| {
        charge.amount = Amount::parse(&write(charge.amount.to_string())).unwrap_or(charge.amount);
    };
    Real.decide(policy, seen, call).map(|plan| with_charges(&plan, change))
}

/// What is decided when every value in the arguments is read otherwise.
pub(super) fn with_arguments(
    policy: &Policy,
    seen: Seen<'_>,
    call: &Call<'_>,
    change: impl Fn(&mut Value),
) -> Decision<Plan> {
    let changed = call.arguments.map(|arguments| {
        let mut value = serde_json::from_str(&canonical(arguments)).expect("arguments are JSON");
        everywhere(&mut value, &change);
        value.to_string()
    });
    let arguments: Option<Node<'_>> =
        changed.as_ref().map(|source| scan(source.as_bytes(), Keys::Unconfusable).expect("they still are"));
    Real.decide(policy, seen, &Call { arguments: arguments.as_ref(), ..*call })
}

fn everywhere(value: &mut Value, change: &impl Fn(&mut Value)) {
    change(value);
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| everywhere(value, change)),
        Value::Object(members) => members.values_mut().for_each(|value| everywhere(value, change)),
        _ => {}
    }
}
