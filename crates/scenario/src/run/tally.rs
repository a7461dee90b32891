//! How the calls inside of one step ended, and which of them was one too many.

use std::collections::BTreeMap;
use std::fmt;

use crate::answer::{Answer, Verdict};
use crate::document::Amount;

/// The calls inside of a step, by how they ended, each in the order of the transcript.
#[derive(Debug, Default)]
pub(crate) struct Tally(BTreeMap<Verdict, Vec<Call>>);

/// One call that ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// Its line in the transcript.
    pub(crate) shown_at: usize,
    /// The rule that denied it.
    pub(crate) rule: Option<String>,
}

impl Tally {
    pub(crate) fn count(&mut self, answer: &Answer, shown_at: usize) {
        self.0.entry(answer.verdict).or_default().push(Call { shown_at, rule: answer.rule.clone() });
    }

    pub(crate) fn holds(&self, outcome: &[(Verdict, Amount)]) -> bool {
        outcome.iter().all(|(verdict, amount)| amount.holds(number(self.calls(*verdict))))
    }

    /// The first call of which there should not have been one more, else the first that ended in a way nobody counts on.
    pub(crate) fn first_beyond(&self, outcome: &[(Verdict, Amount)]) -> Option<&Call> {
        let beyond = outcome.iter().filter_map(|(verdict, amount)| {
            let allowed = usize::try_from(amount.most).ok()?;
            self.calls(*verdict).get(allowed)
        });
        let is_listed = |verdict: &Verdict| outcome.iter().any(|(listed, _)| listed == verdict);
        let unlisted = self.0.iter().filter(|(verdict, _)| !is_listed(verdict)).filter_map(|(_, calls)| calls.first());
        beyond.min_by_key(|call| call.shown_at).or_else(|| unlisted.min_by_key(|call| call.shown_at))
    }

    fn calls(&self, verdict: Verdict) -> &[Call] {
        self.0.get(&verdict).map(Vec::as_slice).unwrap_or_default()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.0.iter().map(|(verdict, calls)| format!("{} {}", verdict.word(), calls.len()));
        out.write_str(&parts.collect::<Vec<_>>().join(", "))
    }
}

fn number(calls: &[Call]) -> u64 {
    u64::try_from(calls.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
