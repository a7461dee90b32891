//! G9: the same policies and the same history say and leave the same, word for word and row for row.
//!
//! For every policy and history, and for every list of plans with changes of all kinds: a second run, of policies that were
//! loaded anew, says the same words and leaves the same rows; doing again what was committed gives an equal state; and a store
//! that loads no rows but those that a plan names, commits, and takes them out again, says and leaves the same, too.

use std::collections::BTreeMap;

use floorwalker_policy::{Decision, Moment, Plan, Row, RowKey, State};
use proptest::prelude::*;

use crate::{
    broken::keeping::{FoldsTheFirstChange, FoldsWithoutTakeBacks, NamesAnyFullLimit, NamesTooFewRows},
    engine::Engine,
    generate::{
        histories::{Happens, PLAIN, case},
        plans::{Timed, plans},
        policies::EVERYTHING,
    },
    hold::{Held, Property},
    play::{Player, Verdict, play},
    written::Case,
};

pub(crate) const PROPERTY: Property = Property {
    name: "determinism",
    pairs: 7_000,
    check: |engine, run| {
        let happens = Happens { policies: 2, endings: true, ..PLAIN };
        run.cases((case(EVERYTHING, happens), plans()), |(case, plans)| hold(engine, case, plans))
    },
    broken: &[&FoldsWithoutTakeBacks, &FoldsTheFirstChange, &NamesAnyFullLimit, &NamesTooFewRows],
};

#[test]
fn the_same_says_and_leaves_the_same() {
    PROPERTY.holds();
}

#[test]
fn broken_engines_depend_on_something_else() {
    PROPERTY.finds_what_is_broken();
}

fn hold(engine: &dyn Engine, case: &Case, plans: &[Timed]) -> Held {
    let (one, other) =
        (Player::new(engine, &case.policies).with_words(), Player::new(engine, &case.policies).with_words());
    for (one, other) in one.policies.iter().zip(&other.policies) {
        prop_assert_eq!(one.digest(), other.digest());
    }
    let (said, one) = played(case, one);
    let (said_again, other) = played(case, other);
    prop_assert_eq!(said, said_again);
    prop_assert_eq!(&one.state, &other.state);
    prop_assert_eq!(&one.fold(), &one.state);
    by_rows(engine, &one.log)?;
    by_rows(engine, &Timed::moments(plans))
}

fn played<'e>(case: &Case, mut player: Player<'e>) -> (Vec<Verdict>, Player<'e>) {
    (play(case, &mut player), player)
}

/// Commits the plans to one state, and to rows that are kept elsewhere.
fn by_rows(engine: &dyn Engine, plans: &[(Moment, Plan)]) -> Held {
    let (mut whole, mut folded, mut rows) = (State::default(), State::default(), BTreeMap::new());
    for (now, plan) in plans {
        let decision = engine.commit(&mut whole, *now, plan);
        prop_assert_eq!(&decision, &committed_to_rows(engine, &mut rows, *now, plan));
        if decision == Decision::Allow(()) {
            engine.redo(&mut folded, *now, plan);
        }
        prop_assert_eq!(&folded, &whole);
        for key in plan.keys() {
            prop_assert_eq!(whole.row(&key), rows.get(&key));
        }
    }
    Ok(())
}

fn committed_to_rows(engine: &dyn Engine, rows: &mut BTreeMap<RowKey, Row>, now: Moment, plan: &Plan) -> Decision<()> {
    let mut state = State::default();
    let keys = engine.keys(plan);
    for key in &keys {
        if let Some(row) = rows.remove(key) {
            state.insert(key.clone(), row).expect("the row stood under its key");
        }
    }
    let decision = engine.commit(&mut state, now, plan);
    rows.extend(keys.into_iter().filter_map(|key| Some((key.clone(), state.row(&key)?.clone()))));
    decision
}
