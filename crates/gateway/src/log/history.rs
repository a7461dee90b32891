//! A decision log read back by people: every record, and every decision together with what became of it.
//!
//! A restart is strict about its log, because the log is its state; whoever reads one afterwards may have a part of it, such
//! as one kept beside the policies in a repository. So gaps in the numbers are fine here, a line that is no record is not, and
//! a torn last line, which a crash leaves behind, is told and left out.

use std::{collections::BTreeMap, str};

use floorwalker_policy::{Change, Timestamp};

use super::{Entry, Judged, LineError, Outcome, Record};

/// A decision log that was read.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Every record with its sequence number, in the order of the lines.
    pub records: Vec<(u64, Record)>,
    /// The number of the last line, from one, when it is torn and was left out.
    pub torn: Option<usize>,
}

/// A line that is no record.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {cause}")]
pub struct BrokenLine {
    /// Which, from one.
    pub line: usize,
    /// What is wrong with it.
    pub cause: BrokenCause,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum BrokenCause {
    /// It is not ASCII, and so was not written by this log.
    #[error("not a record: it is not ASCII")]
    NotAscii,
    /// It is not what a record looks like.
    #[error(transparent)]
    NotARecord(#[from] LineError),
}

/// One decision, and what became of the message.
#[derive(Clone, Copy, Debug)]
pub struct Decided<'h> {
    /// Its sequence number.
    pub seq: u64,
    /// The time on the wall.
    pub at: Timestamp,
    /// What was decided, about what.
    pub judged: &'h Judged,
    /// How it ended; absent for what was not let through, and where the log ends before the outcome.
    pub outcome: Option<&'h Outcome>,
    /// What the reply changed.
    pub observed: &'h [Change],
}

impl History {
    /// Reads a log.
    ///
    /// # Errors
    /// The first line that is no record, unless it is the last one and has no line end: that is a torn one.
    pub fn read(bytes: &[u8]) -> Result<Self, BrokenLine> {
        let mut history = Self::default();
        for (line, text) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
            match record(text) {
                Ok(record) => history.records.push(record),
                Err(_) if !text.ends_with(b"\n") => history.torn = Some(line),
                Err(cause) => return Err(BrokenLine { line, cause }),
            }
        }
        Ok(history)
    }

    /// Every decision, in the order of the log, with its outcome.
    #[must_use]
    pub fn decided(&self) -> Vec<Decided<'_>> {
        self.joined().0
    }

    /// Every decision with its outcome, and for each record the place of the decision that it belongs to.
    pub(super) fn joined(&self) -> (Vec<Decided<'_>>, Vec<Option<usize>>) {
        let (mut found, mut belongs, mut places) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (seq, record) in &self.records {
            belongs.push(match &record.entry {
                Entry::Decision(judged) => {
                    places.insert(*seq, found.len());
                    found.push(Decided { seq: *seq, at: record.at, judged, outcome: None, observed: &[] });
                    places.get(seq).copied()
                }
                Entry::Answer(_) => None,
                Entry::Outcome { of, outcome, commit } => {
                    let place = places.get(of).copied();
                    if let Some(decided) = place.and_then(|place| found.get_mut(place)) {
                        decided.outcome = Some(outcome);
                        decided.observed = commit.as_ref().map_or(&[], |commit| &commit.plan.changes);
                    }
                    place
                }
                Entry::Reload(_) => None,
            });
        }
        (found, belongs)
    }
}

fn record(line: &[u8]) -> Result<(u64, Record), BrokenCause> {
    let text = str::from_utf8(line).ok().filter(|text| text.is_ascii()).ok_or(BrokenCause::NotAscii)?;
    Ok(Record::parse(text.trim_end_matches(['\n', '\r']))?)
}

#[cfg(test)]
mod tests;
