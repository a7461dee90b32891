//! A plan is done whole or not at all (G2, G4, and G11 to G13 with it).
//!
//! For every list of plans with any changes of all kinds (charges, owners, polls, completions, claims, statuses, totals,
//! quotes, secrets, take-backs), and for every policy with several limits and every history: a plan is committed exactly when
//! each of its changes is, one after the other, and then leaves what they leave; a refused one leaves every row as it was.

use floorwalker_policy::{Decision, Moment, Plan, State};
use proptest::prelude::*;

use crate::{
    broken::counting::{DoesThreeChangesOfAPlan, KeepsHalfOfARefusedPlan, KeepsTakeBacksOfARefusedPlan},
    engine::Engine,
    generate::{
        histories::{Happens, PLAIN, case},
        plans::{Timed, plans},
        policies::CALLS,
    },
    hold::{Held, Property},
    play::{Player, Side, play},
    written::{Asked, Case, Ended},
};

pub(crate) const PROPERTY: Property = Property {
    name: "whole",
    pairs: 10_000,
    check: |engine, run| {
        let cases = (case(CALLS, Happens { endings: true, ..PLAIN }), plans());
        run.cases(cases, |(case, plans)| hold(engine, case, plans))
    },
    broken: &[&KeepsHalfOfARefusedPlan, &DoesThreeChangesOfAPlan, &KeepsTakeBacksOfARefusedPlan],
};

#[test]
fn a_plan_is_done_whole_or_not_at_all() {
    PROPERTY.holds();
}

#[test]
fn broken_engines_do_a_part() {
    PROPERTY.finds_what_is_broken();
}

fn hold(engine: &dyn Engine, case: &Case, plans: &[Timed]) -> Held {
    let mut state = State::default();
    for (now, plan) in Timed::moments(plans) {
        commit(engine, &mut state, now, &plan)?;
    }
    let mut watched = Watched { engine, player: Player::new(engine, &case.policies), held: Ok(()) };
    play(case, &mut watched);
    watched.held
}

fn commit(engine: &dyn Engine, state: &mut State, now: Moment, plan: &Plan) -> Result<bool, TestCaseError> {
    let (before, mut apart) = (state.clone(), state.clone());
    let mut is_done = |change| apart.commit(now, &Plan { changes: vec![change] }) == Decision::Allow(());
    let is_allowed = plan.changes.iter().cloned().all(&mut is_done);
    let decision = engine.commit(state, now, plan);
    prop_assert_eq!(decision == Decision::Allow(()), is_allowed, "{}", plan);
    if is_allowed {
        prop_assert_eq!(&*state, &apart, "after {}", plan);
        return Ok(true);
    }
    prop_assert_eq!(&*state, &before, "after {} was refused", plan);
    Ok(false)
}

/// A player whose every commit is looked at.
struct Watched<'e> {
    engine: &'e dyn Engine,
    player: Player<'e>,
    held: Held,
}

impl Side for Watched<'_> {
    type Plan = Plan;

    fn decide(&mut self, policy: usize, asked: &Asked) -> Option<Plan> {
        self.player.decide(policy, asked)
    }

    fn commit(&mut self, now: Moment, plan: &Plan) -> bool {
        match commit(self.engine, &mut self.player.state, now, plan) {
            Ok(is_allowed) => {
                self.player.log.extend(is_allowed.then(|| (now, plan.clone())));
                is_allowed
            }
            Err(error) => {
                self.held = Err(error);
                false
            }
        }
    }

    fn end(&mut self, ended: Ended, then: Moment, now: Moment, plan: &Plan) {
        let follows = self.engine.end(ended, then, now, plan);
        if !follows.is_empty() {
            self.commit(now, &follows);
        }
    }

    fn reload(&mut self, before: usize, after: usize) -> usize {
        self.player.reload(before, after)
    }

    fn restart(&mut self) {
        self.player.restart();
    }
}
