//! A stricter policy never allows more (G3, G4).
//!
//! For every policy and every way to tighten it (one more entry or condition, a schema, a hidden or a dropped tool, a lower
//! maximum, a longer window, a larger step, a scope that more share, one more limit, windows that roll): a call that the laxer
//! one denies before any state is looked at, the stricter one does not allow. What one call uses up another cannot, so that under a stricter policy other calls
//! may find room; but of calls that are all alike, at any times, never more have passed.

use floorwalker_policy::Decision;
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::{
    broken::reading::{ASchemaReplacesConditions, HidingListsTheRest, TheSecondEntryReplacesTheFirst},
    engine::Engine,
    generate::{
        histories::{asked, pause},
        policies::{EVERYTHING, RULES, policy},
        tighter::{More, more},
    },
    hold::{Held, Property},
    play::{Player, play},
    written::{Asked, Case, Deed, Ended, Step, Written},
};

pub(crate) const PROPERTY: Property = Property {
    name: "stricter",
    pairs: 10_000,
    check: |engine, run| {
        let calls = (vec(asked(RULES), 1..24), any::<Index>(), vec(pause(), 1..24));
        let cases = (prop_oneof![policy(RULES), policy(EVERYTHING)], vec(more(), 1..4), calls);
        run.cases(cases, |(policy, more, (calls, which, pauses))| {
            hold(engine, policy, more, calls)?;
            of_equal_calls(engine, policy, more, which.get(calls), pauses)
        })
    },
    broken: &[&TheSecondEntryReplacesTheFirst, &ASchemaReplacesConditions, &HidingListsTheRest],
};

#[test]
fn a_stricter_policy_never_allows_more() {
    PROPERTY.holds();
}

#[test]
fn broken_engines_loosen_what_was_tightened() {
    PROPERTY.finds_what_is_broken();
}

fn hold(engine: &dyn Engine, policy: &Written, more: &[More], calls: &[Asked]) -> Held {
    let player = Player::new(engine, &[policy.clone(), tightened(policy, more)]);
    for asked in calls {
        let (lax, strict) = (player.decision(0, asked), player.decision(1, asked));
        let is_looser = matches!(lax, Decision::Deny(_)) && matches!(strict, Decision::Allow(_));
        prop_assert!(!is_looser, "the stricter policy allows {:?}, and the laxer one says {:?}", asked, lax);
    }
    Ok(())
}

fn of_equal_calls(engine: &dyn Engine, policy: &Written, more: &[More], asked: &Asked, pauses: &[i64]) -> Held {
    let deed = Deed::Ask { asked: asked.clone(), stall: 0, lag: 0, ended: Ended::Answered };
    let steps: Vec<Step> = pauses.iter().map(|pause| Step { pause: *pause, deed: deed.clone() }).collect();
    let passed = |policy: Written| -> Vec<usize> {
        let case = Case { policies: vec![policy], steps: steps.clone() };
        let mut count = 0;
        let verdicts = play(&case, &mut Player::new(engine, &case.policies));
        let so_far = verdicts.iter().map(|verdict| {
            count += usize::from(verdict.is_allowed);
            count
        });
        so_far.collect()
    };
    let (lax, strict) = (passed(policy.clone()), passed(tightened(policy, more)));
    prop_assert!(lax.iter().zip(&strict).all(|(lax, strict)| strict <= lax), "{:?}, but {:?}", lax, strict);
    Ok(())
}

fn tightened(policy: &Written, more: &[More]) -> Written {
    let mut policy = policy.clone();
    more.iter().for_each(|more| more.tighten(&mut policy));
    policy
}
