//! What each change requires and does.
//!
//! INVARIANT: an effect asks for no precondition, so that what was done before can be done again after a crash.

use std::{collections::btree_map::Entry, mem};

use crate::{
    Ask, Change, Charge, CheckoutKey, CounterKey, Decision, Denial, Moment, Once, Plan, QuoteKey, Row, RowKey, State,
    Timestamp, Total,
    state::{
        checkout::{CheckoutRow, CheckoutStatus, not_owned},
        counter::{CounterEntry, CounterRow},
        once::Attempts,
        secret::{self, SecretRow},
        totals::{QuoteRow, not_quoted},
        undo::Undo,
    },
};

/// Inside the state what stops a change travels as an `Err`, so that it does so where it is found; `State::commit` turns it
/// back into an answer.
pub(super) enum Stop {
    Deny(Box<Denial>),
    Ask(Box<Ask>),
}

type Done<'p> = Result<Undo<'p>, Stop>;

impl From<Denial> for Stop {
    fn from(denial: Denial) -> Self {
        Self::Deny(Box::new(denial))
    }
}

impl From<Box<Denial>> for Stop {
    fn from(denial: Box<Denial>) -> Self {
        Self::Deny(denial)
    }
}

impl From<Stop> for Decision<()> {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Deny(denial) => Self::Deny(*denial),
            Stop::Ask(ask) => Self::Ask(ask),
        }
    }
}

impl State {
    pub(super) fn apply<'p>(&mut self, now: Moment, change: &'p Change) -> Done<'p> {
        self.require(now.at, change)?;
        Ok(self.effect(now, change))
    }

    fn require(&self, now: Timestamp, change: &Change) -> Result<(), Stop> {
        match change {
            Change::Charge(charge) => self.require_room(now, charge)?,
            Change::Own { checkout, grant } => match self.checkout(checkout) {
                Some(row) if row.owner == *grant => {}
                _ => return Err(not_owned().into()),
            },
            Change::Poll { checkout, pace } => {
                self.checkout(checkout).ok_or_else(not_owned)?.require_poll(now, pace)?;
            }
            Change::Bind { checkout, grant } => {
                if let Some(row) = self.checkout(checkout) {
                    row.require_owner(grant)?;
                }
            }
            Change::Deliver { secret, .. } if self.rows.contains_key(&RowKey::Secret(*secret)) => {
                return Err(secret::delivered_before().into());
            }
            Change::Begin { checkout, once, attempts, from } => {
                self.checkout(checkout).ok_or_else(not_owned)?.require_begin(*once, *attempts, from.as_deref())?;
            }
            Change::Within { quote, total } => {
                self.quote(quote).ok_or_else(not_quoted)?.require_within(total.as_ref())?
            }
            Change::Spend(wanted) => self.require_yes(now, wanted)?,
            Change::Open { wanted, totals } => self.require_unasked(now, wanted, totals)?,
            Change::Answer { grant, ask, approver, consent, costs } => {
                self.require_answerable(now, (grant, *ask), (approver, *consent), costs)?;
            }
            Change::Deliver { .. }
            | Change::Advance { .. }
            | Change::End { .. }
            | Change::Reopen { .. }
            | Change::Total { .. }
            | Change::Quote { .. }
            | Change::TakeBack { .. } => {}
        }
        Ok(())
    }

    /// Does a change whose precondition holds, or which was done before and is only remembered.
    pub(super) fn effect<'p>(&mut self, moment: Moment, change: &'p Change) -> Undo<'p> {
        let Moment { at: now, turn } = moment;
        match change {
            Change::Charge(charge) => self.charge(now, charge),
            Change::Own { .. } | Change::Within { .. } => Undo::Nothing,
            Change::Poll { checkout, .. } => self.poll(now, checkout),
            Change::Bind { checkout, grant } => {
                self.insert_first(RowKey::Checkout(checkout.clone()), || Row::Checkout(CheckoutRow::new(grant.clone())))
            }
            Change::Advance { checkout, status, terminal } => {
                self.advance(checkout, CheckoutStatus { text: status.clone(), terminal: *terminal })
            }
            Change::Deliver { secret, grant } => {
                self.insert_first(RowKey::Secret(*secret), || Row::Secret(SecretRow { grant: grant.clone(), at: now }))
            }
            Change::Begin { checkout, once, .. } => self.attempt(checkout, *once, |row| row.begin(now)),
            Change::End { checkout, once, ending } => {
                self.attempt(checkout, *once, |row| row.end(*once, *ending, turn))
            }
            Change::Reopen { checkout, asked } => self.attempt(checkout, Once::Completion, |row| row.reopen(*asked)),
            Change::Total { checkout, total, agreed } => self.total(checkout, total, *agreed),
            Change::Quote { quote, total } => self.quoted(quote, total),
            Change::Spend(wanted) => self.approvals_mut(&wanted.grant, |row| row.spend(now, &wanted.call)),
            Change::Open { wanted, totals } => {
                self.approvals_mut(&wanted.grant, |row| row.open(moment, wanted, totals))
            }
            Change::Answer { grant, ask, approver, consent, .. } => {
                self.approvals_mut(grant, |row| row.answer(now, *ask, approver, *consent))
            }
            Change::TakeBack { at, plan } => self.take_back(*at, plan),
        }
    }

    /// Lets the rows of a plan that was done whole forget what has no meaning any more: what no window can hold, and what
    /// was asked and is over.
    pub(super) fn settle(&mut self, now: Timestamp, plan: &Plan) {
        for change in &plan.changes {
            match change {
                Change::Charge(charge) => {
                    if let Some(row) = self.counter(&charge.counter) {
                        row.settle(now, charge.window);
                    }
                }
                Change::Spend(wanted) | Change::Open { wanted, .. } => self.settle_approvals(now, &wanted.grant),
                Change::Answer { grant, .. } => self.settle_approvals(now, grant),
                _ => {}
            }
        }
    }

    fn require_room(&self, now: Timestamp, charge: &Charge) -> Result<(), Box<Denial>> {
        match self.rows.get(&RowKey::Counter(charge.counter.clone())) {
            _ if charge.amount.is_zero() => Ok(()),
            Some(Row::Counter(row)) => row.require_room(now, charge),
            _ => CounterRow::new(charge.window).require_room(now, charge),
        }
    }

    fn charge<'p>(&mut self, now: Timestamp, charge: &'p Charge) -> Undo<'p> {
        if charge.amount.is_zero() {
            return Undo::Nothing;
        }
        if let Some(row) = self.counter(&charge.counter) {
            row.charge(now, charge.amount);
            return Undo::TakeCharge { at: now, charge };
        }
        let mut row = CounterRow::new(charge.window);
        row.charge(now, charge.amount);
        let key = RowKey::Counter(charge.counter.clone());
        self.rows.insert(key.clone(), Row::Counter(row));
        Undo::Remove(key)
    }

    /// A poll of a checkout that nobody here owns has no row to be remembered in, and none passes without one.
    fn poll<'p>(&mut self, now: Timestamp, checkout: &'p CheckoutKey) -> Undo<'p> {
        match self.checkout_mut(checkout) {
            Some(row) => {
                row.polls.push(now);
                Undo::TakePoll { at: now, checkout }
            }
            None => Undo::Nothing,
        }
    }

    /// The first owner and the first receiver stay.
    fn insert_first<'p>(&mut self, key: RowKey, row: impl FnOnce() -> Row) -> Undo<'p> {
        match self.rows.entry(key) {
            Entry::Occupied(_) => Undo::Nothing,
            Entry::Vacant(place) => {
                let key = place.key().clone();
                place.insert(row());
                Undo::Remove(key)
            }
        }
    }

    /// The status of a checkout that nobody here owns is nobody's business.
    fn advance<'p>(&mut self, checkout: &'p CheckoutKey, status: CheckoutStatus) -> Undo<'p> {
        match self.checkout_mut(checkout) {
            Some(row) => Undo::Status { checkout, before: row.advance(status) },
            None => Undo::Nothing,
        }
    }

    fn total<'p>(&mut self, checkout: &'p CheckoutKey, total: &Total, agreed: bool) -> Undo<'p> {
        match self.checkout_mut(checkout) {
            Some(row) => {
                let after = row.totals.after(total, agreed);
                Undo::Totals { checkout, before: mem::replace(&mut row.totals, after) }
            }
            None => Undo::Nothing,
        }
    }

    fn quoted<'p>(&mut self, quote: &'p QuoteKey, total: &Total) -> Undo<'p> {
        let key = RowKey::Quote(quote.clone());
        match self.rows.insert(key.clone(), Row::Quote(QuoteRow { total: total.clone() })) {
            Some(Row::Quote(before)) => Undo::Quote { quote, before },
            _ => Undo::Remove(key),
        }
    }

    /// What may be done once is remembered with the checkout; without an owner there is nothing to begin.
    fn attempt<'p>(&mut self, checkout: &'p CheckoutKey, once: Once, does: impl FnOnce(&mut Attempts)) -> Undo<'p> {
        let Some(row) = self.checkout_mut(checkout) else { return Undo::Nothing };
        let before = *row.attempts_mut(once);
        does(row.attempts_mut(once));
        Undo::Attempts { checkout, once, before }
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
                Change::Begin { checkout, once, .. } => {
                    undos.push(self.attempt(checkout, *once, |row| row.take_back(at)));
                }
                Change::Spend(wanted) => {
                    undos.push(self.approvals_mut(&wanted.grant, |row| row.unspend(at, &wanted.call)));
                }
                Change::Open { wanted, .. } => {
                    undos.push(self.approvals_mut(&wanted.grant, |row| row.unask(at, &wanted.call)));
                }
                Change::Answer { grant, ask, .. } => {
                    undos.push(self.approvals_mut(grant, |row| row.unanswer(at, *ask)));
                }
                Change::Own { .. }
                | Change::Bind { .. }
                | Change::Advance { .. }
                | Change::End { .. }
                | Change::Reopen { .. }
                | Change::Total { .. }
                | Change::Quote { .. }
                | Change::Within { .. }
                | Change::Deliver { .. }
                | Change::TakeBack { .. } => {}
            }
        }
        Undo::Several(undos)
    }

    pub(super) fn take_charge(&mut self, at: Timestamp, charge: &Charge) -> Option<(usize, CounterEntry)> {
        self.counter(&charge.counter)?.take_back(at, charge.amount)
    }

    pub(super) fn take_poll(&mut self, at: Timestamp, checkout: &CheckoutKey) -> Option<usize> {
        self.checkout_mut(checkout)?.take_back(at)
    }

    pub(super) fn counter(&mut self, key: &CounterKey) -> Option<&mut CounterRow> {
        match self.rows.get_mut(&RowKey::Counter(key.clone())) {
            Some(Row::Counter(row)) => Some(row),
            _ => None,
        }
    }

    fn checkout(&self, key: &CheckoutKey) -> Option<&CheckoutRow> {
        match self.rows.get(&RowKey::Checkout(key.clone())) {
            Some(Row::Checkout(row)) => Some(row),
            _ => None,
        }
    }

    pub(super) fn checkout_mut(&mut self, key: &CheckoutKey) -> Option<&mut CheckoutRow> {
        match self.rows.get_mut(&RowKey::Checkout(key.clone())) {
            Some(Row::Checkout(row)) => Some(row),
            _ => None,
        }
    }

    fn quote(&self, key: &QuoteKey) -> Option<&QuoteRow> {
        match self.rows.get(&RowKey::Quote(key.clone())) {
            Some(Row::Quote(row)) => Some(row),
            _ => None,
        }
    }
}
