//! How to get back to before one change, so that a refused plan leaves no trace.

use crate::{
    Charge, CheckoutKey, GrantId, Once, QuoteKey, Row, RowKey, State, Timestamp,
    state::{
        approval::ApprovalsRow,
        checkout::CheckoutStatus,
        counter::CounterEntry,
        once::Attempts,
        totals::{QuoteRow, Totals},
        touches::Touches,
    },
};

/// What one change left behind for its undoing.
#[derive(Debug)]
pub(super) enum Undo<'p> {
    Nothing,
    /// The row was not there before.
    Remove(RowKey),
    TakeCharge {
        at: Timestamp,
        charge: &'p Charge,
    },
    PutCharge {
        charge: &'p Charge,
        index: usize,
        entry: CounterEntry,
    },
    TakePoll {
        at: Timestamp,
        checkout: &'p CheckoutKey,
    },
    PutPoll {
        at: Timestamp,
        checkout: &'p CheckoutKey,
        index: usize,
    },
    Status {
        checkout: &'p CheckoutKey,
        before: Option<CheckoutStatus>,
    },
    Attempts {
        checkout: &'p CheckoutKey,
        once: Once,
        before: Attempts,
    },
    Totals {
        checkout: &'p CheckoutKey,
        before: Totals,
    },
    Touches {
        checkout: &'p CheckoutKey,
        before: Touches,
    },
    Quote {
        quote: &'p QuoteKey,
        before: QuoteRow,
    },
    /// A grant's asks are few, so its row is kept whole, or that there was none.
    Approvals {
        grant: &'p GrantId,
        before: Option<ApprovalsRow>,
    },
    Several(Vec<Undo<'p>>),
}

impl State {
    pub(super) fn undo(&mut self, undo: Undo<'_>) {
        match undo {
            Undo::Nothing => {}
            Undo::Remove(key) => {
                self.rows.remove(&key);
            }
            Undo::TakeCharge { at, charge } => {
                self.take_charge(at, charge);
            }
            Undo::PutCharge { charge, index, entry } => {
                if let Some(row) = self.counter(&charge.counter) {
                    row.put_back(index, entry);
                }
            }
            Undo::TakePoll { at, checkout } => {
                self.take_poll(at, checkout);
            }
            Undo::PutPoll { at, checkout, index } => {
                if let Some(row) = self.checkout_mut(checkout) {
                    row.put_back(index, at);
                }
            }
            Undo::Status { checkout, before } => {
                if let Some(row) = self.checkout_mut(checkout) {
                    row.status = before;
                }
            }
            Undo::Attempts { checkout, once, before } => {
                if let Some(row) = self.checkout_mut(checkout) {
                    *row.attempts_mut(once) = before;
                }
            }
            Undo::Totals { checkout, before } => {
                if let Some(row) = self.checkout_mut(checkout) {
                    row.totals = before;
                }
            }
            Undo::Touches { checkout, before } => {
                if let Some(row) = self.checkout_mut(checkout) {
                    *row.touches = before;
                }
            }
            Undo::Quote { quote, before } => {
                self.rows.insert(RowKey::Quote(quote.clone()), Row::Quote(before));
            }
            Undo::Approvals { grant, before } => self.set_approvals(grant, before),
            Undo::Several(undos) => undos.into_iter().rev().for_each(|undo| self.undo(undo)),
        }
    }
}
