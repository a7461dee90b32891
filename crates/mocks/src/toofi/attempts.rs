//! How many wrong claims somebody may make, so that a token cannot be guessed.

use std::collections::{BTreeMap, VecDeque};

const MAX: usize = 10;
const WINDOW_MS: u64 = 60 * 60 * 1_000;

/// When whoever is counted last claimed in vain.
#[derive(Default)]
pub(crate) struct Attempts(BTreeMap<String, VecDeque<u64>>);

impl Attempts {
    /// Whether the subject has used up what an hour allows.
    pub(crate) fn are_used_up(&mut self, now: u64, subject: &str) -> bool {
        let Some(times) = self.0.get_mut(subject) else { return false };
        while times.front().is_some_and(|at| now.saturating_sub(*at) >= WINDOW_MS) {
            times.pop_front();
        }
        times.len() >= MAX
    }

    /// Counts one that was in vain.
    pub(crate) fn note(&mut self, now: u64, subject: &str) {
        self.0.entry(subject.to_owned()).or_default().push_back(now);
    }

    /// Loses everything, for it lives in memory only.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }
}

impl std::fmt::Debug for Attempts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The subjects can be credentials.
        write!(out, "Attempts({} subjects)", self.0.len())
    }
}
