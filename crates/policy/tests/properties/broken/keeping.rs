//! Faults in what is kept, and under which name: counters, reloads, logs, rows.

use std::{
    collections::BTreeSet,
    hash::{BuildHasher as _, RandomState},
    sync::Arc,
};

use floorwalker_policy::{
    Call, Change, CheckoutKey, CounterKey, Decision, Denial, GrantId, Handle, Moment, Plan, Policy, RowKey, Scope,
    ServerName, State, review,
};

use crate::engine::{Engine, Real, Seen};

/// Grants have names without case.
#[derive(Debug)]
pub(crate) struct FoldsGrantNames;

impl Engine for FoldsGrantNames {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        let folded = GrantId::new(&call.grant.as_str().to_lowercase()).expect("it is still a name");
        Real.decide(policy, seen, &Call { grant: &folded, ..*call })
    }
}

/// A counter's name is its server, its own and its owner, with strokes between them.
#[derive(Debug)]
pub(crate) struct JoinsNamesByASlash;

impl Engine for JoinsNamesByASlash {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        Real.decide(policy, seen, call).map(|plan| {
            with_counters(plan, |CounterKey { server, counter, scope }| {
                let joined = match scope {
                    Scope::Grant(grant) => format!("{server}/{counter}/{grant}"),
                    Scope::Session(session) => format!("{server}/{counter}//{session}"),
                    Scope::Policy => format!("{server}/{counter}///"),
                };
                let server = ServerName::new("every server").expect("it is a name");
                CounterKey { server, counter: Arc::from(joined), scope: Scope::Policy }
            })
        })
    }
}

/// Sessions are told apart by their first digit.
#[derive(Debug)]
pub(crate) struct SharesSessionsByTheirFirstDigit;

impl Engine for SharesSessionsByTheirFirstDigit {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        Real.decide(policy, seen, call).map(|plan| {
            with_counters(plan, |mut key| {
                if let Scope::Session(session) = &key.scope {
                    let first: String = session.as_str().chars().take(1).collect();
                    key.scope = Scope::Grant(GrantId::new(&first).expect("it is a name"));
                }
                key
            })
        })
    }
}

/// Whoever knows a checkout's id may look at it.
#[derive(Debug)]
pub(crate) struct ForgetsOwnersOfPolls;

impl Engine for ForgetsOwnersOfPolls {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        Real.decide(policy, seen, call).map(|mut plan| {
            if plan.changes.iter().any(|change| matches!(change, Change::Poll { .. })) {
                plan.changes.retain(|change| !matches!(change, Change::Own { .. }));
            }
            plan
        })
    }
}

/// A checkout that is somebody else's is refused in other words than one that is not there.
#[derive(Debug)]
pub(crate) struct TellsForeignFromUnknown;

impl Engine for TellsForeignFromUnknown {
    fn commit(&self, state: &mut State, now: Moment, plan: &Plan) -> Decision<()> {
        let is_there = plan.keys().iter().any(|key| matches!(key, RowKey::Checkout(_)) && state.row(key).is_some());
        match state.commit(now, plan) {
            Decision::Deny(denial) if is_there && denial.rule.as_str() == "/checkout/owner" => {
                Decision::Deny(Denial { reason: "This checkout is not yours.".into(), ..denial })
            }
            decision => decision,
        }
    }
}

/// Checkouts have ids without case.
#[derive(Debug)]
pub(crate) struct FoldsHandles;

impl Engine for FoldsHandles {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        let fold = |checkout: &mut CheckoutKey| {
            checkout.handle = Handle::new(&checkout.handle.as_str().to_lowercase()).expect("it is still a name");
        };
        Real.decide(policy, seen, call).map(|mut plan| {
            for change in &mut plan.changes {
                if let Change::Own { checkout, .. } | Change::Poll { checkout, .. } | Change::Begin { checkout, .. } =
                    change
                {
                    fold(checkout);
                }
            }
            plan
        })
    }
}

/// Every document has counters of its own.
#[derive(Debug)]
pub(crate) struct KeysCountersByPolicy;

impl Engine for KeysCountersByPolicy {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        Real.decide(policy, seen, call).map(|plan| {
            with_counters(plan, |key| CounterKey {
                counter: Arc::from(format!("{} {}", key.counter, policy.digest())),
                ..key
            })
        })
    }
}

/// A policy of another content begins with nothing used up.
#[derive(Debug)]
pub(crate) struct RefillsForAnotherPolicy;

impl Engine for RefillsForAnotherPolicy {
    fn reload(&self, state: &mut State, before: &Arc<Policy>, after: &Arc<Policy>) -> Arc<Policy> {
        if before.digest() != after.digest() {
            *state = State::default();
        }
        Arc::clone(after)
    }
}

/// A policy with as many warnings and the same hidden names is taken for the same.
#[derive(Debug)]
pub(crate) struct KeepsThePolicyThatLooksTheSame;

impl Engine for KeepsThePolicyThatLooksTheSame {
    fn reload(&self, _state: &mut State, before: &Arc<Policy>, after: &Arc<Policy>) -> Arc<Policy> {
        let looks_the_same = review(before, &[]).len() == review(after, &[]).len();
        Arc::clone(if looks_the_same { before } else { after })
    }
}

/// What was taken back is not, after a restart.
#[derive(Debug)]
pub(crate) struct FoldsWithoutTakeBacks;

impl Engine for FoldsWithoutTakeBacks {
    fn redo(&self, state: &mut State, then: Moment, plan: &Plan) {
        let is_kept = |change: &&Change| !matches!(change, Change::TakeBack { .. });
        state.redo(then, &Plan { changes: plan.changes.iter().filter(is_kept).cloned().collect() });
    }
}

/// Of every plan the first change comes back after a restart.
#[derive(Debug)]
pub(crate) struct FoldsTheFirstChange;

impl Engine for FoldsTheFirstChange {
    fn redo(&self, state: &mut State, then: Moment, plan: &Plan) {
        state.redo(then, &Plan { changes: plan.changes.iter().take(1).cloned().collect() });
    }
}

/// Limits are asked in the order of a hash table.
#[derive(Debug)]
pub(crate) struct NamesAnyFullLimit;

impl Engine for NamesAnyFullLimit {
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        let hasher = RandomState::new();
        Real.decide(policy, seen, call).map(|mut plan| {
            plan.changes.sort_by_cached_key(|change| hasher.hash_one(change.to_string()));
            plan
        })
    }
}

/// Rows that only a take-back needs are not loaded.
#[derive(Debug)]
pub(crate) struct NamesTooFewRows;

impl Engine for NamesTooFewRows {
    fn keys(&self, plan: &Plan) -> BTreeSet<RowKey> {
        let is_own = |change: &&Change| !matches!(change, Change::TakeBack { .. });
        Plan { changes: plan.changes.iter().filter(is_own).cloned().collect() }.keys()
    }
}

fn with_counters(mut plan: Plan, rename: impl Fn(CounterKey) -> CounterKey) -> Plan {
    for change in &mut plan.changes {
        if let Change::Charge(charge) = change {
            charge.counter = rename(charge.counter.clone());
        }
    }
    plan
}
