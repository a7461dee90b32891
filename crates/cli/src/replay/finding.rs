//! What was not as it must be in one scenario, each thing with its place, for every format.
//!
//! INVARIANT: what the formats say of an ending is said here and nowhere else.

use std::fmt;

use floorwalker_scenario::{Ending, Reason, Report, SnapshotState};

const NO_BITE: &str = "the attack proves nothing: without any gateway its harm does not happen either, in no order of the \
                       calls; its `harm` is not what these steps do, or the mock is too well-behaved for it (see `mocks`)";
const NEW: &str = "everything is as it must be, but no transcript is kept yet; `--accept` keeps this one";
const CHANGED: &str = "everything is as it must be, but the transcript is not the one that is kept; if this is how it must \
                       be, `--accept` keeps the new one";

/// One thing that was not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The file that it is about, from the root of the suite.
    pub(crate) file: String,
    /// The number of the step in the scenario.
    pub(crate) step: Option<String>,
    /// The line in the file, from one.
    pub(crate) line: Option<usize>,
    /// The column in the line, from one.
    pub(crate) column: Option<usize>,
    /// What it is.
    pub(crate) says: String,
}

impl Finding {
    /// Everything that keeps a scenario from being held.
    pub(crate) fn all_of(report: &Report) -> Vec<Self> {
        let whole = |says: &str| vec![Self::of_file(&report.path, says)];
        match &report.ending {
            Ending::Held => match &report.snapshot {
                SnapshotState::Missing => whole(NEW),
                SnapshotState::Differs(_) => whole(CHANGED),
                SnapshotState::Same | SnapshotState::Accepted | SnapshotState::Skipped => Vec::new(),
            },
            Ending::Broken(broken) => broken.reasons.iter().map(|reason| Self::of_step(&report.path, reason)).collect(),
            Ending::DoesNotBite => whole(NO_BITE),
            Ending::DoesNotLoad(lines) => lines.iter().map(|line| Self::of_line(&report.path, line)).collect(),
            Ending::Unsupported(missing) => missing.iter().map(|what| Self::of_file(&report.path, what)).collect(),
            Ending::Crashed(crash) => whole(&format!("the gateway: {}", crash.why)),
            Ending::Failed(why) => whole(&format!("it could not be played: {why}")),
        }
    }

    fn of_file(path: &str, says: &str) -> Self {
        Self { file: path.to_owned(), step: None, line: None, column: None, says: says.to_owned() }
    }

    fn of_step(path: &str, Reason { step, says }: &Reason) -> Self {
        let (number, line) = step.as_ref().map(|step| (step.number.clone(), step.line)).unzip();
        Self { step: number, line, ..Self::of_file(path, says) }
    }

    /// A problem of a document says its place itself: `file:line:column: what is wrong`.
    fn of_line(path: &str, problem: &str) -> Self {
        let placed = || {
            let mut parts = problem.splitn(4, ':');
            let (file, line, column) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            let says = parts.next()?.trim_start().to_owned();
            Some(Self { file: file.to_owned(), step: None, line: Some(line), column: Some(column), says })
        };
        placed().unwrap_or_else(|| Self::of_file(path, problem))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, step, line, column, says } = self;
        match (step, line, column) {
            (Some(step), Some(line), _) => write!(out, "step {step} (line {line}): {says}"),
            (None, Some(line), Some(column)) => write!(out, "{file}:{line}:{column}: {says}"),
            _ => out.write_str(says),
        }
    }
}

#[cfg(test)]
mod tests;
