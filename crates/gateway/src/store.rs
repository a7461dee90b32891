//! Stores: where the state lives between two commits.
//!
//! The one here keeps it in memory and has the decision log as its write-ahead log: a restart does the logged commits
//! again. What a change means is not known here; see `State::commit`.

use std::{sync::Mutex, time::Duration};

use floorwalker_policy::{Decision, Moment, Plan, RowKey, State, Timestamp};

use crate::{
    log::{Commit, Entry, LineError, Record},
    ports::{Committed, Looked, Port, Store, StoreError},
};

#[cfg(test)]
mod tests;

/// The state in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    state: State,
    /// The latest time that was seen; the store's time does not run backwards.
    latest: Timestamp,
    turn: u64,
    /// By how much the clock was behind the latest time when it was asked first; the time of the store goes on from there.
    ahead: Duration,
}

/// Why a log cannot be folded into a state.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// A line is no record.
    #[error("line {line} of the decision log: {cause}")]
    Line {
        /// Which line, from one.
        line: u64,
        /// Why.
        cause: LineError,
    },
    /// A record is missing, or stands where it was not written.
    #[error("line {line} of the decision log is record {seq}: the log was changed")]
    Gap {
        /// Which line, from one.
        line: u64,
        /// The record's number.
        seq: u64,
    },
}

impl MemoryStore {
    /// An empty state.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The state that the commits in this log lead to, in the order of their turns.
    ///
    /// A commit can be missing from the log when the process ended before its record was written. What is on record is a
    /// fact all the same, and is done again without asking whether it would be allowed: it was sent. What was in flight
    /// when the log ends has nobody who waits for it any more.
    ///
    /// # Errors
    /// The log is not one that this version wrote, or was changed since.
    pub fn fold(log: &str) -> Result<Self, FoldError> {
        let mut commits = Vec::new();
        for (line, text) in (1..).zip(log.lines()) {
            let (seq, record) = Record::parse(text).map_err(|cause| FoldError::Line { line, cause })?;
            if seq != line {
                return Err(FoldError::Gap { line, seq });
            }
            commits.extend(commit_of(record));
        }
        commits.sort_by_key(|commit| commit.committed.turn);
        let mut kept = Kept::default();
        for commit in &commits {
            kept.redo(commit);
        }
        kept.state.give_up_calls(kept.turn);
        Ok(Self { kept: Mutex::new(kept) })
    }
}

impl Kept {
    fn commit(&mut self, now: Timestamp, plan: &Plan) -> Decision<Committed> {
        self.ahead = self.ahead.max(self.latest.since(now));
        let moment = Moment { at: now.after(self.ahead), turn: self.turn.saturating_add(1) };
        self.state.commit(moment, plan).map(|()| {
            self.latest = moment.at;
            self.turn = moment.turn;
            Committed { at: moment.at, turn: moment.turn }
        })
    }

    fn redo(&mut self, commit: &Commit) {
        let Committed { at, turn } = commit.committed;
        self.latest = self.latest.max(at);
        self.turn = turn;
        self.state.redo(Moment { at, turn }, &commit.plan);
    }
}

impl Store for MemoryStore {
    fn commit<'a>(&'a self, now: Timestamp, plan: &'a Plan) -> Port<'a, Result<Decision<Committed>, StoreError>> {
        let decided = match self.kept.lock() {
            Ok(mut kept) => Ok(kept.commit(now, plan)),
            // A panic in the middle of a commit marks a bug; what it left behind is not to be trusted.
            Err(_) => Err(in_a_bug()),
        };
        Box::pin(async move { decided })
    }

    fn look<'a>(&'a self, now: Timestamp, key: &'a RowKey) -> Port<'a, Result<Looked, StoreError>> {
        let looked = self.look(now, key);
        Box::pin(async move { looked })
    }
}

impl MemoryStore {
    fn look(&self, now: Timestamp, key: &RowKey) -> Result<Looked, StoreError> {
        let kept = self.kept.lock().map_err(|_| in_a_bug())?;
        let at = now.after(kept.ahead.max(kept.latest.since(now)));
        Ok(Looked { at, row: kept.state.row(key).cloned() })
    }
}

fn in_a_bug() -> StoreError {
    StoreError("an earlier commit ended in a bug".to_owned())
}

fn commit_of(record: Record) -> Option<Commit> {
    match record.entry {
        Entry::Decision(judged) => judged.commit,
        // What a person said holds when it was committed, which the outcome tells.
        Entry::Answer(_) => None,
        Entry::Outcome { commit, .. } => commit,
        Entry::Reload(_) => None,
    }
}
