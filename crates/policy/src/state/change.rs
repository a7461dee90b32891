//! What each change requires, does, and leaves behind for its undoing.

use crate::{
    Change, Charge, CheckoutKey, CounterKey, Denial, GrantId, Plan, Row, RowKey, State, Timestamp,
    state::{
        checkout::{CheckoutRow, CheckoutStatus, not_owned},
        counter::{CounterEntry, CounterRow},
        secret::{self, SecretRow},
    },
};

/// How to get back to before one change.
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
    Several(Vec<Undo<'p>>),
}

/// Inside the state a denial travels as an `Err`, so that it stops a change where it is found; `State::commit` turns it
/// back into an answer.
type Done<'p> = Result<Undo<'p>, Box<Denial>>;

impl State {
    pub(super) fn apply<'p>(&mut self, now: Timestamp, change: &'p Change) -> Done<'p> {
        match change {
            Change::Charge(charge) => self.charge(now, charge),
            Change::Own { checkout, grant } => match self.checkout(checkout) {
                Some(row) if row.owner == *grant => Ok(Undo::Nothing),
                _ => Err(Box::new(not_owned())),
            },
            Change::Poll { checkout, pace } => {
                self.checkout(checkout).ok_or_else(not_owned)?.poll(now, pace)?;
                Ok(Undo::TakePoll { at: now, checkout })
            }
            Change::Bind { checkout, grant } => self.bind(checkout, grant),
            Change::Advance { checkout, status, terminal } => {
                let status = CheckoutStatus { text: status.clone(), terminal: *terminal };
                Ok(self.advance(checkout, status))
            }
            Change::Deliver { secret, grant } => self.deliver(RowKey::Secret(*secret), now, grant),
            Change::TakeBack { at, plan } => Ok(self.take_back(*at, plan)),
        }
    }

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
                if let Some(row) = self.checkout(checkout) {
                    row.put_back(index, at);
                }
            }
            Undo::Status { checkout, before } => {
                if let Some(row) = self.checkout(checkout) {
                    row.status = before;
                }
            }
            Undo::Several(undos) => undos.into_iter().rev().for_each(|undo| self.undo(undo)),
        }
    }

    /// Lets the counters of a plan that was done whole forget what no window can hold any more.
    pub(super) fn settle(&mut self, now: Timestamp, plan: &Plan) {
        for change in &plan.changes {
            if let Change::Charge(charge) = change
                && let Some(row) = self.counter(&charge.counter)
            {
                row.settle(now, charge.window);
            }
        }
    }

    fn charge<'p>(&mut self, now: Timestamp, charge: &'p Charge) -> Done<'p> {
        if charge.amount == 0 {
            return Ok(Undo::Nothing);
        }
        if let Some(row) = self.counter(&charge.counter) {
            row.charge(now, charge)?;
            return Ok(Undo::TakeCharge { at: now, charge });
        }
        let mut row = CounterRow::new(charge.window);
        row.charge(now, charge)?;
        let key = RowKey::Counter(charge.counter.clone());
        self.rows.insert(key.clone(), Row::Counter(row));
        Ok(Undo::Remove(key))
    }

    fn bind<'p>(&mut self, checkout: &'p CheckoutKey, grant: &GrantId) -> Done<'p> {
        if let Some(row) = self.checkout(checkout) {
            return row.bind(grant).map(|()| Undo::Nothing).map_err(Box::new);
        }
        let key = RowKey::Checkout(checkout.clone());
        self.rows.insert(key.clone(), Row::Checkout(CheckoutRow::new(grant.clone())));
        Ok(Undo::Remove(key))
    }

    /// The status of a checkout that nobody here owns is nobody's business.
    fn advance<'p>(&mut self, checkout: &'p CheckoutKey, status: CheckoutStatus) -> Undo<'p> {
        match self.checkout(checkout) {
            Some(row) => Undo::Status { checkout, before: row.advance(status) },
            None => Undo::Nothing,
        }
    }

    fn deliver<'p>(&mut self, key: RowKey, now: Timestamp, grant: &GrantId) -> Done<'p> {
        if self.rows.contains_key(&key) {
            return Err(Box::new(secret::delivered_before()));
        }
        self.rows.insert(key.clone(), Row::Secret(SecretRow { grant: grant.clone(), at: now }));
        Ok(Undo::Remove(key))
    }

    /// Only what a call takes from its grant is given back; what a reply showed stays true.
    fn take_back<'p>(&mut self, at: Timestamp, plan: &'p Plan) -> Undo<'p> {
        let mut undos = Vec::new();
        for change in plan.changes.iter().rev() {
            match change {
                Change::Charge(charge) => {
                    let taken = self.take_charge(at, charge);
                    undos.extend(taken.map(|(index, entry)| Undo::PutCharge { charge, index, entry }));
                }
                Change::Poll { checkout, .. } => {
                    let taken = self.take_poll(at, checkout);
                    undos.extend(taken.map(|index| Undo::PutPoll { at, checkout, index }));
                }
                Change::Own { .. }
                | Change::Bind { .. }
                | Change::Advance { .. }
                | Change::Deliver { .. }
                | Change::TakeBack { .. } => {}
            }
        }
        Undo::Several(undos)
    }

    fn take_charge(&mut self, at: Timestamp, charge: &Charge) -> Option<(usize, CounterEntry)> {
        self.counter(&charge.counter)?.take_back(at, charge.amount)
    }

    fn take_poll(&mut self, at: Timestamp, checkout: &CheckoutKey) -> Option<usize> {
        self.checkout(checkout)?.take_back(at)
    }

    fn counter(&mut self, key: &CounterKey) -> Option<&mut CounterRow> {
        match self.rows.get_mut(&RowKey::Counter(key.clone())) {
            Some(Row::Counter(row)) => Some(row),
            _ => None,
        }
    }

    fn checkout(&mut self, key: &CheckoutKey) -> Option<&mut CheckoutRow> {
        match self.rows.get_mut(&RowKey::Checkout(key.clone())) {
            Some(Row::Checkout(row)) => Some(row),
            _ => None,
        }
    }
}
