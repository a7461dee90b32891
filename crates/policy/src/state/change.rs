//! What each change requires and does.
//!
//! INVARIANT: an effect asks for no precondition, so that what was done before can be done again after a crash.

use std::{collections::btree_map::Entry, mem};

use floorwalker_json::Digest;

use crate::{
    Ask, Change, Charge, CheckoutKey, CounterKey, Decision, Denial, GrantId, Moment, Once, Plan, QuoteKey, Row, RowKey,
    RuleName, State, Timestamp, Total,
    explain::Answer,
    onlooker::{Onlooker, Stops},
    state::{
        approval::APPROVER,
        checkout::{self, BOUND, CheckoutRow, CheckoutStatus, DONE, OWNER, PACE, STATUS, not_owned},
        counter::{CounterEntry, CounterRow},
        once::{ATTEMPTS, Attempts, CLAIMED, COMPLETED},
        secret::{self, SECRET, SecretRow},
        totals::{self, QUOTE, QuoteRow, TOTAL},
        touches::Touches,
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

impl Stops for Stop {
    fn says(&self) -> (&RuleName, Answer) {
        match self {
            Self::Deny(denial) => denial.says(),
            Self::Ask(ask) => (&ask.wanted.terms.rule, Answer::Asks),
        }
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

impl Change {
    /// The rules that it asks before it is done, in that order.
    pub(crate) fn asks(&self) -> Vec<RuleName> {
        match self {
            Self::Charge(charge) => vec![charge.rule.clone()],
            Self::Own { .. } => vec![OWNER],
            Self::Poll { .. } => vec![DONE, PACE],
            Self::Touch { .. } => vec![COMPLETED],
            Self::Bind { .. } => vec![BOUND],
            Self::Deliver { .. } => vec![SECRET],
            Self::Begin { once: Once::Completion, from: None, .. } => vec![COMPLETED, DONE, TOTAL],
            Self::Begin { once: Once::Completion, from: Some(_), .. } => vec![COMPLETED, DONE, STATUS, TOTAL],
            Self::Begin { once: Once::Claim, .. } => vec![CLAIMED, ATTEMPTS],
            Self::Spend(wanted) => vec![wanted.terms.rule.clone()],
            Self::Within { total: None, .. } => vec![QUOTE],
            Self::Within { total: Some(_), .. } => vec![QUOTE, TOTAL],
            Self::Advance { .. }
            | Self::End { .. }
            | Self::Reopen { .. }
            | Self::Total { .. }
            | Self::Touched { .. }
            | Self::Settle { .. }
            | Self::Quote { .. }
            | Self::Open { .. }
            | Self::Answer { .. }
            | Self::TakeBack { .. } => Vec::new(),
        }
    }
}

impl State {
    pub(super) fn apply<'p>(&mut self, now: Moment, change: &'p Change, eyes: &mut impl Onlooker) -> Done<'p> {
        self.require(now.at, change, eyes)?;
        Ok(self.effect(now, change))
    }

    fn require(&self, now: Timestamp, change: &Change, eyes: &mut impl Onlooker) -> Result<(), Stop> {
        match change {
            Change::Charge(charge) => self.require_room(now, charge, eyes)?,
            Change::Own { checkout, grant } => self.require_owner(checkout, grant, eyes)?,
            Change::Poll { checkout, pace } => self.owned(checkout, eyes)?.require_poll(now, pace, eyes)?,
            Change::Bind { checkout, grant } => match self.checkout(checkout) {
                Some(row) => row.require_owner(grant, eyes)?,
                None => checkout::is_new(eyes)?,
            },
            Change::Deliver { secret, .. } => secret::require_new(self.secret(*secret), eyes)?,
            Change::Touch { checkout } => self.owned(checkout, eyes)?.require_untaken(eyes)?,
            Change::Begin { checkout, once, attempts, from } => {
                self.owned(checkout, eyes)?.require_begin(*once, *attempts, from.as_deref(), eyes)?;
            }
            Change::Within { quote, total } => totals::require_quote(self.quote(quote), quote, total.as_ref(), eyes)?,
            Change::Spend(wanted) => self.require_yes_before(now, wanted, eyes)?,
            Change::Open { wanted, totals } => {
                eyes.hears(&wanted.terms.rule, self.require_unasked(now, wanted, totals))?;
            }
            Change::Answer { grant, ask, approver, consent, costs } => {
                let answer = self.require_answerable(now, (grant, *ask), (approver, *consent), costs);
                eyes.hears(&APPROVER, answer)?;
            }
            Change::Advance { .. }
            | Change::End { .. }
            | Change::Reopen { .. }
            | Change::Total { .. }
            | Change::Touched { .. }
            | Change::Settle { .. }
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
            Change::Touch { checkout } => self.touch(checkout, |row| row.begin(turn)),
            Change::Touched { checkout } => self.touch(checkout, |row| row.end(turn)),
            Change::Settle { checkout, asked } => self.touch(checkout, |row| row.settle(*asked)),
            Change::Quote { quote, total } => self.quoted(quote, total),
            Change::Spend(wanted) => self.approvals_mut(&wanted.grant, |row| row.spend(now, &wanted.call)),
            Change::Open { wanted, totals } => {
                self.approvals_mut(&wanted.grant, |row| row.open(moment, wanted, totals))
            }
            Change::Answer { grant, ask, approver, consent, .. } => {
                self.approvals_mut(grant, |row| row.answer(now, *ask, approver, *consent))
            }
            Change::TakeBack { at, plan } => self.take_back(*at, turn, plan),
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

    fn require_room(&self, now: Timestamp, charge: &Charge, eyes: &mut impl Onlooker) -> Result<(), Box<Denial>> {
        match self.rows.get(&RowKey::Counter(charge.counter.clone())) {
            Some(Row::Counter(row)) => row.require_room(now, charge, eyes),
            _ => CounterRow::new(charge.window).require_room(now, charge, eyes),
        }
    }

    fn require_owner(
        &self,
        checkout: &CheckoutKey,
        grant: &GrantId,
        eyes: &mut impl Onlooker,
    ) -> Result<(), Box<Denial>> {
        let row = self.checkout(checkout);
        let is_owned = row.is_some_and(|row| row.owner == *grant);
        let answer = if is_owned { Ok(()) } else { Err(Box::new(not_owned())) };
        eyes.sees(&OWNER, answer, || {
            let saw = row.map_or_else(|| "nobody's".to_owned(), |row| format!("{}'s", row.owner));
            (format!("checkout {} to be {grant}'s", checkout.handle), saw)
        })
    }

    /// The checkout, of which a change before has asked whose it is.
    fn owned(&self, checkout: &CheckoutKey, eyes: &mut impl Onlooker) -> Result<&CheckoutRow, Denial> {
        match self.checkout(checkout) {
            Some(row) => Ok(row),
            None => eyes.hears(&OWNER, Err(not_owned())),
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

    /// Whether the total of a checkout is known that nobody here owns is nobody's business.
    fn touch<'p>(&mut self, checkout: &'p CheckoutKey, does: impl FnOnce(&mut Touches)) -> Undo<'p> {
        let Some(row) = self.checkout_mut(checkout) else { return Undo::Nothing };
        let before = *row.touches;
        does(&mut row.touches);
        Undo::Touches { checkout, before }
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
    fn take_back<'p>(&mut self, at: Timestamp, turn: u64, plan: &'p Plan) -> Undo<'p> {
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
                Change::Touch { checkout } => undos.push(self.touch(checkout, |row| row.take_back(turn))),
                Change::Spend(wanted) => {
                    undos.push(self.approvals_mut(&wanted.grant, |row| row.unspend(at, &wanted.call)));
                }
                Change::Open { wanted, .. } => {
                    undos.push(self.approvals_mut(&wanted.grant, |row| row.unask(at, &wanted.call)));
                }
                Change::Answer { grant, ask, approver, consent, .. } => {
                    undos.push(self.approvals_mut(grant, |row| row.unanswer(at, *ask, approver, *consent)));
                }
                Change::Own { .. }
                | Change::Bind { .. }
                | Change::Advance { .. }
                | Change::End { .. }
                | Change::Reopen { .. }
                | Change::Total { .. }
                | Change::Touched { .. }
                | Change::Settle { .. }
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

    fn secret(&self, key: Digest) -> Option<&SecretRow> {
        match self.rows.get(&RowKey::Secret(key)) {
            Some(Row::Secret(row)) => Some(row),
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
