//! Counters, exact: in every half-open interval of a rolling window's length, and in every calendar window, at most `max`.
//!
//! Each entry carries the running total up to and including itself, so the sum over any window is two binary searches
//! and a subtraction, whatever the number of entries, and a refused charge needs to change nothing. A counter keeps what
//! its longest window so far can still hold.
//!
//! A counter's time does not run backwards: a charge with an earlier timestamp counts from the latest one that was seen.
//! Otherwise a clock that was set back would let the same minute be spent twice.
//!
//! INVARIANT: entries are in ascending order of `counted`, and none is later than `latest`.

use std::{collections::VecDeque, time::Duration};

use crate::{Amount, Charge, Denial, Outward, Timestamp, Window, duration::spelled, onlooker::Onlooker};

/// What a counter holds.
#[derive(Clone, Debug, PartialEq)]
pub struct CounterRow {
    window: Duration,
    latest: Timestamp,
    kept: VecDeque<Kept>,
}

/// One charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CounterEntry {
    /// When it was committed.
    at: Timestamp,
    /// From when on it counts: later than `at` only when the counter had seen a later time.
    counted: Timestamp,
    /// How much it took.
    amount: Amount,
}

#[derive(Clone, Copy, Debug)]
struct Kept {
    entry: CounterEntry,
    /// All that was charged up to and including this entry, counted from some point in the past.
    total: Amount,
}

/// Totals count from wherever a counter's memory begins, so only the entries make two counters differ.
impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.entry == other.entry
    }
}

impl CounterRow {
    /// A counter that has counted nothing.
    pub(super) fn new(window: Window) -> Self {
        Self { window: window.length(), latest: Timestamp::default(), kept: VecDeque::new() }
    }

    /// How much the window that ends at `now` holds.
    #[must_use]
    pub fn held(&self, now: Timestamp, window: Window) -> Amount {
        self.total().saturating_sub(self.total_before(self.first_within(now.max(self.latest), window)))
    }

    /// When such a charge fits: now, or later if nothing else is charged until then, or never.
    #[must_use]
    pub fn fits(&self, now: Timestamp, charge: &Charge) -> Option<Timestamp> {
        if charge.amount.is_zero() {
            return Some(now);
        }
        let room = charge.max.checked_sub(charge.amount)?;
        match self.held(now, charge.window) > room {
            true => self.fits_at(room, charge.window),
            false => Some(now),
        }
    }

    /// Refuses a charge for which the window has no room.
    pub(super) fn require_room(
        &self,
        now: Timestamp,
        charge: &Charge,
        eyes: &mut impl Onlooker,
    ) -> Result<(), Box<Denial>> {
        let answer = match self.fits(now, charge) {
            Some(at) if at <= now => Ok(()),
            fits => Err(refused(charge, fits.map(|fits| fits.since(now)))),
        };
        eyes.sees(&charge.rule, answer, || {
            let Charge { counter, amount, max, window, .. } = charge;
            let wants = format!("room for {amount} of {max} per {window} for {}", counter.scope);
            (wants, format!("{} used", self.held(now, *window)))
        })
    }

    /// Charges, whether the window has room or not.
    pub(super) fn charge(&mut self, now: Timestamp, amount: Amount) {
        self.push(CounterEntry { at: now, counted: now.max(self.latest), amount });
    }

    /// Forgets what no window can hold any more, now that the plan is done.
    pub(super) fn settle(&mut self, now: Timestamp, window: Window) {
        self.window = self.window.max(window.length());
        self.latest = self.latest.max(now);
        while self.kept.front().is_some_and(|kept| kept.entry.counted.after(self.window) <= self.latest) {
            self.kept.pop_front();
        }
    }

    /// Takes out the newest charge of that time and amount; where it stood and what it was.
    pub(super) fn take_back(&mut self, at: Timestamp, amount: Amount) -> Option<(usize, CounterEntry)> {
        let first = self.kept.partition_point(|kept| kept.entry.counted < at);
        let is_it = |kept: &Kept| kept.entry.at == at && kept.entry.amount == amount;
        let index = first.saturating_add(self.kept.range(first..).rposition(is_it)?);
        let taken = self.kept.remove(index)?;
        for kept in self.kept.range_mut(index..) {
            kept.total = kept.total.saturating_sub(amount);
        }
        Some((index, taken.entry))
    }

    /// Undoes [`CounterRow::take_back`].
    pub(super) fn put_back(&mut self, index: usize, entry: CounterEntry) {
        let total = self.total_before(index).saturating_add(entry.amount);
        self.kept.insert(index, Kept { entry, total });
        for kept in self.kept.range_mut(index.saturating_add(1)..) {
            kept.total = kept.total.saturating_add(entry.amount);
        }
    }

    fn push(&mut self, entry: CounterEntry) {
        let total = self.total().saturating_add(entry.amount);
        self.kept.push_back(Kept { entry, total });
    }

    fn total(&self) -> Amount {
        self.kept.back().map_or_else(Amount::default, |kept| kept.total)
    }

    fn total_before(&self, index: usize) -> Amount {
        match self.kept.get(index) {
            Some(kept) => kept.total.saturating_sub(kept.entry.amount),
            None => self.total(),
        }
    }

    fn first_within(&self, now: Timestamp, window: Window) -> usize {
        self.kept.partition_point(|kept| window.leaves_at(kept.entry.counted) <= now)
    }

    /// The earliest time at which the window holds no more than `room`, if nothing else is charged until then.
    fn fits_at(&self, room: Amount, window: Window) -> Option<Timestamp> {
        let too_much = self.total().saturating_sub(room);
        let last_to_leave = self.kept.partition_point(|kept| kept.total < too_much);
        self.kept.get(last_to_leave).map(|kept| window.leaves_at(kept.entry.counted))
    }
}

fn refused(charge: &Charge, retry_after: Option<Duration>) -> Box<Denial> {
    let reason = match &charge.on_deny {
        Some(text) => text.to_string(),
        None => used_up(charge, retry_after),
    };
    Box::new(Denial { rule: charge.rule.clone(), reason: reason.into(), retry_after, outward: Outward::Visible })
}

fn used_up(charge: &Charge, retry_after: Option<Duration>) -> String {
    let Charge { counter, amount, max, window, .. } = charge;
    let limit = format!("The limit {} allows {max} per {window}", counter.counter);
    match retry_after {
        Some(span) => format!("{limit}, and that is used up; try again in {}.", spelled(span)),
        None => format!("{limit}, and this call needs {amount}."),
    }
}
