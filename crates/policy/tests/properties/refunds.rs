//! G6: what was sent stays counted, whatever the upstream answers and whenever; what was not is given back exactly.
//!
//! For every policy and history, whether calls are answered, fail, get lost or are never sent: of those that were sent, no
//! window holds more than it may; and what each counter holds is what the model adds up, so that a take-back gives back what
//! its own commit charged, once.

use floorwalker_policy::{Change, Row, RowKey, Timestamp};
use proptest::prop_assert_eq;

use crate::{
    broken::counting::{GivesBackTheFirstCharge, GivesBackTwice, RefundsLateErrors, RefundsLostAmounts},
    engine::Engine,
    generate::{
        histories::{Happens, PLAIN, case},
        policies::{About, CALLS},
    },
    hold::{Held, Property},
    limits::{alike, no_window_is_too_full, taken},
    model::{Ledger, Model, number},
    play::{Player, Verdict, play},
    written::{Case, Deed, Ended},
};

pub(crate) const PROPERTY: Property = Property {
    name: "refunds",
    pairs: 12_000,
    check: |engine, run| {
        let cases = case(About { amounts: true, ..CALLS }, Happens { endings: true, steps: 32, ..PLAIN });
        run.cases(cases, |case| hold(engine, case))
    },
    broken: &[&RefundsLateErrors, &RefundsLostAmounts, &GivesBackTwice, &GivesBackTheFirstCharge],
};

#[test]
fn only_what_was_not_sent_is_given_back() {
    PROPERTY.holds();
}

#[test]
fn broken_engines_give_back_too_much_or_too_little() {
    PROPERTY.finds_what_is_broken();
}

fn hold(engine: &dyn Engine, case: &Case) -> Held {
    let mut player = Player::new(engine, &case.policies);
    let verdicts = play(case, &mut player);
    let is_sent = |step: usize| !matches!(case.steps[step].deed, Deed::Ask { ended: Ended::NotSent, .. });
    no_window_is_too_full(case, &verdicts, is_sent)?;
    let mut model = Model::new(&case.policies);
    alike(&verdicts, &play(case, &mut model))?;
    held_alike(case, &player, &verdicts, &model.ledger)
}

/// Every counter holds exactly what the ledger adds up.
pub(crate) fn held_alike(case: &Case, player: &Player<'_>, verdicts: &[Verdict], ledger: &Ledger) -> Held {
    let now = verdicts.iter().map(|verdict| verdict.at).max().unwrap_or_default();
    let plans = player
        .log
        .iter()
        .filter(|(_, plan)| !plan.changes.iter().any(|change| matches!(change, Change::TakeBack { .. })));
    for ((_, plan), verdict) in plans.zip(verdicts.iter().filter(|verdict| verdict.is_allowed)) {
        for (change, charge) in plan.changes.iter().zip(taken(case, verdict).unwrap_or_default()) {
            let Change::Charge(committed) = change else { continue };
            let held = match player.state.row(&RowKey::Counter(committed.counter.clone())) {
                Some(Row::Counter(row)) => row.held(Timestamp::from_millis(now), committed.window).to_string(),
                _ => "0".to_owned(),
            };
            let expected = ledger.held(&charge.counter, now, charge.window);
            prop_assert_eq!(number(&held), Some(expected), "{:?}", charge);
        }
    }
    Ok(())
}
