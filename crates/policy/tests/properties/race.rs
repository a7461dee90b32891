//! G4: of calls at once exactly as many pass as there is room for.
//!
//! For every policy whose windows are empty, every tool and caller, and n calls in one instant, in every order in which their
//! decisions and commits can meet: exactly min(n, room) are allowed, where the room is that of the tightest limit.

use proptest::{collection::vec, prelude::*};

use crate::{
    broken::counting::{ChecksTheFirstLimitOnly, CountsCallsInsteadOfIncrements, OneLessForEverybody},
    engine::Engine,
    generate::{
        histories::asked,
        policies::{CALLS, policy},
    },
    hold::{Held, Property},
    model::charges,
    play::{Player, play},
    written::{Asked, Case, Deed, Ended, Step},
};

pub(crate) const PROPERTY: Property = Property {
    name: "race",
    pairs: 10_000,
    check: |engine, run| {
        let calls = vec((0..6_usize, 0..3_usize), 1..14);
        let cases = (policy(CALLS), asked(CALLS), calls).prop_map(|(policy, asked, waits)| {
            let call = |(stall, lag)| Deed::Ask { asked: asked.clone(), stall, lag, ended: Ended::Answered };
            let steps = waits.into_iter().map(|waits| Step { pause: 0, deed: call(waits) }).collect();
            (Case { policies: vec![policy], steps }, asked)
        });
        run.cases(cases, |(case, asked)| hold(engine, case, asked))
    },
    broken: &[&ChecksTheFirstLimitOnly, &CountsCallsInsteadOfIncrements, &OneLessForEverybody],
};

#[test]
fn as_many_pass_as_there_is_room_for() {
    PROPERTY.holds();
}

#[test]
fn broken_engines_lose_a_race_or_a_place() {
    PROPERTY.finds_what_is_broken();
}

fn hold(engine: &dyn Engine, case: &Case, asked: &Asked) -> Held {
    let verdicts = play(case, &mut Player::new(engine, &case.policies));
    let passed = verdicts.iter().filter(|verdict| verdict.is_allowed).count() as i128;
    let room = charges(&case.policies[0], asked).map_or(Some(0), |charges| {
        charges.iter().filter(|charge| charge.amount > 0).map(|charge| charge.max / charge.amount).min()
    });
    let calls = verdicts.len() as i128;
    prop_assert_eq!(passed, room.map_or(calls, |room| room.min(calls)));
    Ok(())
}
