//! G8: nobody's calls change what somebody else is told, whatever characters names hold.
//!
//! For every policy of the first grant that declares no counter shared, every policy of others, and every history: the first
//! grant is told the same, word for word, in the world with everybody and in the one in which the others never call. The names
//! are each other's prefixes, other cases, other normal forms, and hold separators.

use proptest::{collection::vec, prelude::*};

use crate::{
    broken::keeping::{FoldsGrantNames, JoinsNamesByASlash, SharesSessionsByTheirFirstDigit},
    engine::Engine,
    generate::{
        histories::{Happens, PLAIN, step},
        policies::{About, CALLS, Dialects, policy},
        words::GRANTS,
    },
    hold::{Held, Property},
    play::{Player, Verdict, play},
    written::{Case, Deed, Step},
};

pub(crate) const PROPERTY: Property = Property {
    name: "isolation",
    pairs: 10_000,
    check: |engine, run| {
        let own = policy(About { dialects: Dialects::JsonUnshared, ..CALLS });
        let happens = Happens { endings: true, ..PLAIN };
        // Others often have the same policy: then they charge counters of the same names.
        let others = prop::option::of(policy(CALLS));
        let cases = (others, own, vec(step(CALLS, happens), 1..40)).prop_map(|(others, own, steps)| {
            let others = others.unwrap_or_else(|| own.clone());
            let first = Step { pause: 0, deed: Deed::Reload { grant: Some(GRANTS[0]), policy: 1 } };
            Case { policies: vec![others, own], steps: std::iter::once(first).chain(steps).collect() }
        });
        run.cases(cases, |case| hold(engine, case))
    },
    broken: &[&FoldsGrantNames, &JoinsNamesByASlash, &SharesSessionsByTheirFirstDigit],
};

#[test]
fn others_change_nothing() {
    PROPERTY.holds();
}

#[test]
fn broken_engines_mix_up_names() {
    PROPERTY.finds_what_is_broken();
}

fn hold(engine: &dyn Engine, case: &Case) -> Held {
    let alone = Case { steps: case.steps.iter().map(without_others).collect(), ..case.clone() };
    let (with_others, alone) = (told(engine, case), told(engine, &alone));
    prop_assert_eq!(with_others, alone);
    Ok(())
}

/// The same time passes, but nobody else calls.
fn without_others(step: &Step) -> Step {
    let deed = match &step.deed {
        Deed::Ask { asked, .. } if asked.grant != GRANTS[0] => Deed::Rest,
        deed => deed.clone(),
    };
    Step { pause: step.pause, deed }
}

/// What the first grant is told.
fn told(engine: &dyn Engine, case: &Case) -> Vec<Verdict> {
    let mut verdicts = play(case, &mut Player::new(engine, &case.policies).with_words());
    let is_own = |step: usize| matches!(&case.steps[step].deed, Deed::Ask { asked, .. } if asked.grant == GRANTS[0]);
    verdicts.retain(|verdict| is_own(verdict.step));
    verdicts
}
