//! G3: what is not listed is denied, and what is hidden is not there.
//!
//! For every policy and every name, with every argument: under `default: deny` no name is allowed but those that are listed,
//! letter by letter; no hidden name is allowed, nor any other spelling of one; and a hidden tool and one that does not exist
//! are told apart by nothing that an agent gets.

use floorwalker_policy::{Decision, Outward};
use proptest::prelude::*;

use crate::{
    broken::reading::{FoldsToolNames, ListedBeatsHidden, TellsHiddenFromUnknown, TrimsToolNames},
    engine::Engine,
    generate::{
        histories::{Happens, PLAIN, case},
        policies::RULES,
        words::CATALOGUE,
    },
    hold::{Held, Property},
    model::hides,
    play::{Player, decision},
    written::{Asked, Case, Deed, Written},
};

pub(crate) const PROPERTY: Property = Property {
    name: "closure",
    pairs: 12_000,
    check: |engine, run| run.cases(case(RULES, Happens { steps: 16, ..PLAIN }), |case| hold(engine, case)),
    broken: &[&TrimsToolNames, &FoldsToolNames, &ListedBeatsHidden, &TellsHiddenFromUnknown],
};

#[test]
fn what_is_not_listed_is_denied() {
    PROPERTY.holds();
}

#[test]
fn broken_engines_open_a_door_or_tell_of_one() {
    PROPERTY.finds_what_is_broken();
}

fn hold(engine: &dyn Engine, case: &Case) -> Held {
    let (player, policy) = (Player::new(engine, &case.policies), &case.policies[0]);
    let unhidden = Written { hide: Vec::new(), ..policy.clone() };
    let unhidden = Player::new(engine, &[unhidden]);
    for step in &case.steps {
        let Deed::Ask { asked, .. } = &step.deed else { continue };
        let is_listed = policy.rules_of(asked.tool).is_some() || policy.allows_unlisted;
        let is_there = CATALOGUE.contains(&asked.tool) && !hides(policy, asked.tool);
        prop_assert_eq!(engine.hides(&player.policies[0], asked.tool), hides(policy, asked.tool));
        let found = player.decision(0, asked);
        if let Decision::Allow(plan) = &found {
            prop_assert!(is_listed && is_there, "{:?} is allowed: {}", asked.tool, plan);
        }
        if hides(policy, asked.tool) {
            let unknown = decision(engine, &unhidden.policies[0], None, asked);
            is_told_alike(asked, &found, &unknown)?;
            is_told_alike(asked, &found, &player.decision(0, &Asked { arguments: None, ..asked.clone() }))?;
        }
    }
    Ok(())
}

/// But for the rule, which only the log shows.
fn is_told_alike<P>(asked: &Asked, one: &Decision<P>, other: &Decision<P>) -> Held {
    let (Decision::Deny(one), Decision::Deny(other)) = (one, other) else {
        return Err(TestCaseError::fail(format!("{:?} is hidden or unknown, and allowed", asked.tool)));
    };
    prop_assert_eq!((&one.reason, one.retry_after, one.outward), (&other.reason, other.retry_after, other.outward));
    prop_assert_eq!(one.outward, Outward::UnknownTool);
    Ok(())
}
