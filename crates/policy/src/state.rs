//! The rows, and the one way to change them.
//!
//! A plan is done change by change. When one is refused, those before it are undone in reverse, so that a refused plan
//! leaves the state exactly as it was; no row is ever copied for that. What each change requires and does stands in
//! `state/change.rs`, and what a row may hold in a file per kind of row.

use std::collections::BTreeMap;

use crate::{Decision, Plan, RowKey, Timestamp};

mod change;
mod checkout;
mod counter;
mod pace;
mod secret;

pub use checkout::{CheckoutRow, CheckoutStatus};
pub use counter::{CounterEntry, CounterRow};
pub use secret::SecretRow;

/// One row of the state.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// What a counter holds.
    Counter(CounterRow),
    /// Whose a checkout is and how far it got.
    Checkout(CheckoutRow),
    /// To whom a secret was delivered.
    Secret(SecretRow),
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
    /// Does `plan` at `now`: whole, or not at all.
    pub fn commit(&mut self, now: Timestamp, plan: &Plan) -> Decision<()> {
        let mut done = Vec::with_capacity(plan.changes.len());
        for change in &plan.changes {
            match self.apply(now, change) {
                Ok(undo) => done.push(undo),
                Err(denial) => {
                    done.into_iter().rev().for_each(|undo| self.undo(undo));
                    return Decision::Deny(*denial);
                }
            }
        }
        self.settle(now, plan);
        Decision::Allow(())
    }

    /// The row of that key, if there is one.
    #[must_use]
    pub fn row(&self, key: &RowKey) -> Option<&Row> {
        self.rows.get(key)
    }

    /// All rows in the order of their keys.
    pub fn rows(&self) -> impl Iterator<Item = (&RowKey, &Row)> {
        self.rows.iter()
    }

    /// Puts a row that a store has kept back into its place.
    ///
    /// # Errors
    /// The row is of another kind than the key; nothing is changed then.
    pub fn insert(&mut self, key: RowKey, row: Row) -> Result<(), WrongKind> {
        match (&key, &row) {
            (RowKey::Counter(_), Row::Counter(_))
            | (RowKey::Checkout(_), Row::Checkout(_))
            | (RowKey::Secret(_), Row::Secret(_)) => {
                self.rows.insert(key, row);
                Ok(())
            }
            _ => Err(WrongKind(key)),
        }
    }
}

#[cfg(test)]
mod tests;
