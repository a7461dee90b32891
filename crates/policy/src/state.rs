//! The rows, and the one way to change them.
//!
//! A plan is done change by change. When one is refused, those before it are undone in reverse, so that a refused plan
//! leaves the state exactly as it was; no row that grows is ever copied for that. What each change requires and does stands in
//! `state/change.rs`, and what a row may hold in a file per kind of row.

use std::collections::BTreeMap;

use crate::{
    Decision, Moment, Once, Plan, RowKey,
    onlooker::{Nobody, Onlooker},
};

mod approval;
mod change;
mod checkout;
mod counter;
mod once;
mod pace;
mod secret;
mod totals;
mod touches;
mod undo;

pub use approval::{Approval, ApprovalsRow, Stands};
pub use checkout::{CheckoutRow, CheckoutStatus};
pub use counter::CounterRow;
pub use once::{Attempts, Standing};
pub use secret::SecretRow;
pub use totals::{QuoteRow, Totals};
pub use touches::Touches;

/// One row of the state.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// What a counter holds.
    Counter(CounterRow),
    /// Whose a checkout is and how far it got.
    Checkout(CheckoutRow),
    /// What a quote promises.
    Quote(QuoteRow),
    /// To whom a secret was delivered.
    Secret(SecretRow),
    /// What a grant asked people for, and what they said.
    Approvals(ApprovalsRow),
}

/// A row does not belong under the key it came with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the row is not of the kind that its key names: {0}")]
pub struct WrongKind(pub RowKey);

/// The rows, by key.
///
/// INVARIANT: the row under a key is of the key's kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    rows: BTreeMap<RowKey, Row>,
}

impl State {
    /// Does `plan` at `now`: whole, or not at all. Where it needs a person's yes that is not there, nothing is done either,
    /// and the answer holds the plan that asks for it.
    ///
    /// This is the one place that says what a change means: each is refused unless what it requires holds, and then has
    /// its effect, in the order of the plan. No two plans that are committed have the same turn.
    pub fn commit(&mut self, now: Moment, plan: &Plan) -> Decision<()> {
        self.commit_before(now, plan, &mut Nobody)
    }

    /// The same before somebody who looks on.
    pub(crate) fn commit_before(&mut self, now: Moment, plan: &Plan, eyes: &mut impl Onlooker) -> Decision<()> {
        let mut done = Vec::with_capacity(plan.changes.len());
        for change in &plan.changes {
            match self.apply(now, change, eyes) {
                Ok(undo) => done.push(undo),
                Err(stop) => {
                    done.into_iter().rev().for_each(|undo| self.undo(undo));
                    return stop.into();
                }
            }
        }
        self.settle(now.at, plan);
        Decision::Allow(())
    }

    /// Does again what was committed `then`, as a log recorded it.
    ///
    /// The effects are those of [`State::commit`], but nothing is required: what was done is a fact, also where a take-back
    /// that made room for it is missing from the log. So a counter can come to hold more than its limit allows, and a
    /// checkout polls that are too close; the next commit finds them there. Who owned a checkout or received a secret
    /// first stays.
    pub fn redo(&mut self, then: Moment, plan: &Plan) {
        for change in &plan.changes {
            self.effect(then, change);
        }
        self.settle(then.at, plan);
    }

    /// Gives up the calls that are in flight: whoever began them ended before `turn` and waits for no reply. What they
    /// began ends with nothing known of it.
    pub fn give_up_calls(&mut self, turn: u64) {
        for row in self.rows.values_mut() {
            if let Row::Checkout(row) = row {
                [Once::Completion, Once::Claim].into_iter().for_each(|once| row.attempts_mut(once).give_up(once, turn));
                row.touches.give_up(turn);
            }
        }
    }

    /// The row of that key, if there is one.
    #[must_use]
    pub fn row(&self, key: &RowKey) -> Option<&Row> {
        self.rows.get(key)
    }

    /// Puts a row that a store has kept back into its place.
    ///
    /// A store that several gateways share keeps the rows elsewhere: for each plan it puts those that [`Plan::keys`] names
    /// into an empty state, commits, and takes them out again with [`State::row`].
    ///
    /// # Errors
    /// The row is of another kind than the key; nothing is changed then.
    pub fn insert(&mut self, key: RowKey, row: Row) -> Result<(), WrongKind> {
        match (&key, &row) {
            (RowKey::Counter(_), Row::Counter(_))
            | (RowKey::Checkout(_), Row::Checkout(_))
            | (RowKey::Quote(_), Row::Quote(_))
            | (RowKey::Secret(_), Row::Secret(_))
            | (RowKey::Approvals(_), Row::Approvals(_)) => {
                self.rows.insert(key, row);
                Ok(())
            }
            _ => Err(WrongKind(key)),
        }
    }
}

#[cfg(test)]
mod tests;
