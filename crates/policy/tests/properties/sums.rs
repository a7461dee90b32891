//! G5: amounts add up exactly, and what is no amount is denied.
//!
//! For every policy and history with amounts of up to nine digits behind the point and up to 18446744073709551615, and with
//! everything that some reader takes for one: the sum over any window is at most the cap, to the last digit, and every
//! counter holds the exact sum. Nothing is rounded, wraps around, or is negative.

use crate::{
    broken::counting::{ReadsTextsAsNumbers, RoundsToCents, SumsInDoubles, WrapsAround},
    engine::Engine,
    generate::{
        histories::{Happens, PLAIN, case},
        policies::AMOUNTS,
    },
    hold::{Held, Property},
    limits::{alike, no_window_is_too_full},
    model::Model,
    play::{Player, play},
    refunds::held_alike,
    written::Case,
};

pub(crate) const PROPERTY: Property = Property {
    name: "sums",
    pairs: 10_000,
    check: |engine, run| run.cases(case(AMOUNTS, Happens { steps: 32, ..PLAIN }), |case| hold(engine, case)),
    broken: &[&SumsInDoubles, &RoundsToCents, &WrapsAround, &ReadsTextsAsNumbers],
};

#[test]
fn amounts_add_up_to_the_last_digit() {
    PROPERTY.holds();
}

#[test]
fn broken_engines_round_wrap_or_guess() {
    PROPERTY.finds_what_is_broken();
}

fn hold(engine: &dyn Engine, case: &Case) -> Held {
    let mut player = Player::new(engine, &case.policies);
    let verdicts = play(case, &mut player);
    no_window_is_too_full(case, &verdicts, |_| true)?;
    let mut model = Model::new(&case.policies);
    alike(&verdicts, &play(case, &mut model))?;
    held_alike(case, &player, &verdicts, &model.ledger)
}
