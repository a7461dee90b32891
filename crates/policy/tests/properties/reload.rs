//! G4 and G10: another policy holds from the next decision on, and no reload gives anybody room.
//!
//! For every sequence of policies in any dialects, for one grant or for all, and every history around it: what a call finds
//! room in is all that was ever charged on its counter, and what it may fill is what the policy active at its decision says, so
//! that a lowered limit holds at once. And a reload of a policy that says the same changes no word of anything.

use proptest::prelude::*;
use std::collections::BTreeMap;

use crate::{
    broken::keeping::{KeepsThePolicyThatLooksTheSame, KeysCountersByPolicy, RefillsForAnotherPolicy},
    engine::Engine,
    generate::{
        histories::{Happens, PLAIN, case},
        policies::{About, CALLS},
    },
    hold::{Held, Property},
    limits::alike,
    model::Model,
    play::{Player, Verdict, play},
    written::{Case, Deed, Step, Written},
};

pub(crate) const PROPERTY: Property = Property {
    name: "reload",
    pairs: 7_000,
    check: |engine, run| {
        let cases = case(About { amounts: true, ..CALLS }, Happens { policies: 3, endings: true, steps: 32, ..PLAIN });
        run.cases(cases, |case| hold(engine, case))
    },
    broken: &[&KeysCountersByPolicy, &RefillsForAnotherPolicy, &KeepsThePolicyThatLooksTheSame],
};

#[test]
fn no_reload_gives_room() {
    PROPERTY.holds();
}

#[test]
fn broken_engines_refill_or_lag_behind() {
    PROPERTY.finds_what_is_broken();
}

fn hold(engine: &dyn Engine, case: &Case) -> Held {
    let verdicts = play(case, &mut Player::new(engine, &case.policies));
    alike(&verdicts, &play(case, &mut Model::new(&case.policies)))?;
    let (quiet, busy) = (Case { steps: before_calls(case, false), ..case.clone() }, with_twins(case));
    prop_assert_eq!(told(engine, &quiet), told(engine, &busy));
    Ok(())
}

/// What everybody is told, but for the number of the policy: twins say the same.
fn told(engine: &dyn Engine, case: &Case) -> Vec<Verdict> {
    let mut verdicts = play(case, &mut Player::new(engine, &case.policies).with_words());
    let kinds = verdicts.iter_mut();
    kinds.for_each(|verdict| verdict.policy = 0);
    verdicts
}

/// The same case, but before every call the caller's policy makes way for its twin.
fn with_twins(case: &Case) -> Case {
    let twin = |written: &Written| Written { description: Some("The same again."), ..written.clone() };
    let policies = case.policies.iter().cloned().chain(case.policies.iter().map(twin)).collect();
    Case { policies, steps: before_calls(case, true) }
}

/// The steps, with one more before each call: a rest, or a reload of what says the same.
fn before_calls(case: &Case, reloads: bool) -> Vec<Step> {
    let (mut steps, mut holds, mut of_others) = (Vec::new(), BTreeMap::new(), 0);
    for step in &case.steps {
        match &step.deed {
            Deed::Ask { asked, .. } => {
                let now = holds.get(asked.grant).copied().unwrap_or(of_others);
                let twin = (now + case.policies.len()) % (2 * case.policies.len());
                let reload = Deed::Reload { grant: Some(asked.grant), policy: twin };
                steps.push(Step { pause: 0, deed: if reloads { reload } else { Deed::Rest } });
                holds.insert(asked.grant, twin);
            }
            Deed::Reload { grant: Some(grant), policy } => drop(holds.insert(*grant, *policy)),
            Deed::Reload { grant: None, policy } => {
                holds.clear();
                of_others = *policy;
            }
            Deed::Restart | Deed::Rest => {}
        }
        steps.push(step.clone());
    }
    steps
}
