//! Two decision logs side by side: which decisions became stricter, which looser.
//!
//! Sequence numbers, times, sessions, checkouts and digests differ from run to run although nothing changed, so they are not
//! compared. Calls are matched by who called what with which arguments' names, and by how many times that was called before;
//! a log never holds the arguments themselves.

use std::{cmp::Ordering, collections::BTreeMap, time::Duration};

use super::history::{Decided, History};

mod answer;

pub use answer::{Answer, CallKind};

/// One call in one log: its kind, and which of that kind it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedCall {
    /// Who called what.
    pub kind: CallKind,
    /// Which of that kind, from one.
    pub occurrence: usize,
    /// What was answered.
    pub answer: Answer,
}

/// One call that is in both logs, and was not answered alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedCall {
    /// Who called what.
    pub kind: CallKind,
    /// Which of that kind, from one.
    pub occurrence: usize,
    /// What was answered in the first log.
    pub before: Answer,
    /// What was answered in the second one.
    pub after: Answer,
}

/// What changed from one log to another, each list in the order of the log it is from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// The second log says no where the first one said yes, or makes the caller wait longer.
    pub stricter: Vec<ChangedCall>,
    /// The other way round.
    pub looser: Vec<ChangedCall>,
    /// The same answer by another rule, for another reason, with other changes or another ending.
    pub otherwise: Vec<ChangedCall>,
    /// Calls that are only in the first log.
    pub only_before: Vec<ComparedCall>,
    /// Calls that are only in the second one.
    pub only_after: Vec<ComparedCall>,
    /// How many calls were answered alike.
    pub same: usize,
}

/// How one answer stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shift {
    Same,
    Stricter,
    Looser,
    Otherwise,
}

impl Difference {
    /// Compares two logs. Waits that differ by `slack` at most are the same: between two real runs they always differ by
    /// what the calls were apart.
    #[must_use]
    pub fn between(before: &History, after: &History, slack: Duration) -> Self {
        let mut difference = Self::default();
        let (before, after) = (calls(before), calls(after));
        let known: BTreeMap<_, _> = after.iter().map(|call| ((&call.kind, call.occurrence), &call.answer)).collect();
        for call in &before {
            match known.get(&(&call.kind, call.occurrence)) {
                Some(answer) => difference.put(call, answer, slack),
                None => difference.only_before.push(call.clone()),
            }
        }
        let numbers = numbers(&before);
        let is_new = |call: &&ComparedCall| numbers.get(&call.kind).is_none_or(|number| call.occurrence > *number);
        difference.only_after = after.iter().filter(is_new).cloned().collect();
        difference
    }

    /// Whether every call is in both logs and none became stricter or looser.
    #[must_use]
    pub fn is_same_in_meaning(&self) -> bool {
        let Self { stricter, looser, only_before, only_after, otherwise: _, same: _ } = self;
        stricter.is_empty() && looser.is_empty() && only_before.is_empty() && only_after.is_empty()
    }

    fn put(&mut self, call: &ComparedCall, after: &Answer, slack: Duration) {
        let list = match shift(&call.answer, after, slack) {
            Shift::Same => {
                self.same = self.same.saturating_add(1);
                return;
            }
            Shift::Stricter => &mut self.stricter,
            Shift::Looser => &mut self.looser,
            Shift::Otherwise => &mut self.otherwise,
        };
        let ComparedCall { kind, occurrence, answer: before } = call.clone();
        list.push(ChangedCall { kind, occurrence, before, after: after.clone() });
    }
}

fn shift(before: &Answer, after: &Answer, slack: Duration) -> Shift {
    match before.closedness().cmp(&after.closedness()) {
        Ordering::Less => return Shift::Stricter,
        Ordering::Greater => return Shift::Looser,
        Ordering::Equal => {}
    }
    // Whoever is told no time to come back is denied for good.
    let (waited, waits) = (before.wait(), after.wait());
    match (waited.abs_diff(waits) <= slack, waited < waits) {
        (false, true) => Shift::Stricter,
        (false, false) => Shift::Looser,
        (true, _) if before.has_the_grounds_of(after) => Shift::Same,
        (true, _) => Shift::Otherwise,
    }
}

/// Every call of a log with its number among those of its kind.
fn calls(history: &History) -> Vec<ComparedCall> {
    let mut numbers: BTreeMap<CallKind, usize> = BTreeMap::new();
    let numbered = |decided: &Decided<'_>| {
        let kind = CallKind::of(decided.judged);
        let occurrence = numbers.entry(kind.clone()).or_default();
        *occurrence = occurrence.saturating_add(1);
        ComparedCall { kind, occurrence: *occurrence, answer: Answer::of(decided) }
    };
    history.decided().iter().map(numbered).collect()
}

/// How many calls there are of each kind.
fn numbers(calls: &[ComparedCall]) -> BTreeMap<&CallKind, usize> {
    calls.iter().map(|call| (&call.kind, call.occurrence)).collect()
}

#[cfg(test)]
mod tests;
