//! G4: a limit holds in every window, however callers interleave, and nobody is denied what fits.
//!
//! For every policy, every history and every counter, for every instant t: what was allowed in (t - window, t] is at most the
//! maximum; and in every minute, hour or day of the calendar where Intercept's windows are those. A call is allowed exactly
//! when the model finds room. The gateway may end at any time, and its clock may be set back.

use std::collections::BTreeMap;

use proptest::prop_assert;

use crate::{
    broken::counting::{ChargesOneLimitPerCall, CountsFromTheHour, FoldsCounterNames, ForgetsAtTheBoundary},
    engine::Engine,
    generate::{
        histories::{Happens, PLAIN, case},
        policies::CALLS,
    },
    hold::{Held, Property},
    model::{Charge, Counter, Ledger, Model, charges},
    play::{Player, Verdict, play},
    written::{Asked, Case, Deed},
};

pub(crate) const PROPERTY: Property = Property {
    name: "limits",
    pairs: 14_000,
    check: |engine, run| {
        run.cases(case(CALLS, Happens { clock_back: true, steps: 40, ..PLAIN }), |case| hold(engine, case))
    },
    broken: &[&CountsFromTheHour, &ForgetsAtTheBoundary, &FoldsCounterNames, &ChargesOneLimitPerCall],
};

#[test]
fn no_window_holds_more_than_it_may() {
    PROPERTY.holds();
}

#[test]
fn broken_engines_let_more_pass() {
    PROPERTY.finds_what_is_broken();
}

fn hold(engine: &dyn Engine, case: &Case) -> Held {
    let verdicts = play(case, &mut Player::new(engine, &case.policies));
    no_window_is_too_full(case, &verdicts, |_| true)?;
    alike(&verdicts, &play(case, &mut Model::new(&case.policies)))
}

/// What the engine said and what the model says.
pub(crate) fn alike(found: &[Verdict], expected: &[Verdict]) -> Held {
    for (found, expected) in found.iter().zip(expected) {
        prop_assert!(found == expected, "the engine says {:?}, the model {:?}", found, expected);
    }
    prop_assert!(found.len() == expected.len(), "{} verdicts, not {}", found.len(), expected.len());
    Ok(())
}

/// Of the calls that were allowed and `counts` names, no window holds more than it may.
pub(crate) fn no_window_is_too_full(case: &Case, verdicts: &[Verdict], counts: impl Fn(usize) -> bool) -> Held {
    let (mut ledger, mut most) = (Ledger::default(), BTreeMap::new());
    for verdict in verdicts.iter().filter(|verdict| verdict.is_allowed && counts(verdict.step)) {
        let taken = taken(case, verdict);
        prop_assert!(taken.is_some(), "no rule allows {:?}", asked(case, verdict));
        let taken = taken.unwrap_or_default();
        ledger.make(verdict.at, &taken);
        for charge in taken {
            let last = ledger.made.iter().rfind(|made| made.charge.counter == charge.counter).map(|made| made.counted);
            let held = ledger.held(&charge.counter, last.unwrap_or_default(), charge.window);
            prop_assert!(charge.amount == 0 || held <= charge.max, "{held} is held of {:?}", charge);
            let known = most.entry(charge.counter.clone()).or_insert_with(|| charge.clone());
            known.max = known.max.max(charge.max);
        }
    }
    most.iter().try_for_each(|(counter, charge)| no_instant_is_too_full(&ledger, counter, charge))
}

/// At every instant at which something begins or ceases to count, and beside it.
fn no_instant_is_too_full(ledger: &Ledger, counter: &Counter, charge: &Charge) -> Held {
    for made in ledger.made.iter().filter(|made| made.charge.counter == *counter) {
        let (begins, ends) = (made.counted, made.counted + charge.window.length());
        for instant in [begins, begins + 1, ends - 1, ends, ends + 1] {
            let held = ledger.held(counter, instant, charge.window);
            prop_assert!(held <= charge.max, "{held} is held at {instant} of {:?}", charge);
        }
    }
    Ok(())
}

/// What an allowed call takes, by what its policy says.
pub(crate) fn taken(case: &Case, verdict: &Verdict) -> Option<Vec<Charge>> {
    charges(&case.policies[verdict.policy], asked(case, verdict))
}

pub(crate) fn asked<'c>(case: &'c Case, verdict: &Verdict) -> &'c Asked {
    match &case.steps[verdict.step].deed {
        Deed::Ask { asked, .. } => asked,
        other => panic!("{other:?} is no call"),
    }
}
