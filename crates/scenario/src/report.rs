//! What to tell about a scenario, as values: no colours, no files. Whoever has a terminal renders it.

use std::fmt;

use crate::between::Crash;
use crate::guarantee::Guarantee;
use crate::replay::WalkSummary;
use crate::run::Violation;
use crate::snapshot::SnapshotState;

/// Everything to tell about one scenario.
#[derive(Clone, Debug)]
pub struct Report {
    /// The file, from the root of the suite.
    pub path: String,
    /// What happens in it; empty when it did not load.
    pub title: String,
    /// What it probes.
    pub guarantees: Vec<Guarantee>,
    /// Whether it has a `harm`; nothing where it could not be read.
    pub is_attack: Option<bool>,
    /// How it ended.
    pub ending: Ending,
    /// What happened with nothing in between; absent without `harm`, and where that could not be found out.
    pub unguarded: Option<Unguarded>,
    /// How many interleavings were looked at.
    pub walk: WalkSummary,
    /// How many virtual calls were made.
    pub calls: u64,
    /// What happened, in written order; empty when nothing was played.
    pub transcript: String,
    /// What the transcript says about the one that is kept.
    pub snapshot: SnapshotState,
}

/// How a scenario ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Everything was as it must be.
    Held,
    /// Something was not.
    Broken(Broken),
    /// Without anybody in between, the harm does not happen either: the attack proves nothing.
    DoesNotBite,
    /// The file, or one that it names, does not load; each line names its place.
    DoesNotLoad(Vec<String>),
    /// What stands between does not claim what the scenario needs, or this run does not allow it; each line says what.
    Unsupported(Vec<String>),
    /// What stands between is gone, or does not answer.
    Crashed(Crash),
    /// The harness itself failed.
    Failed(String),
}

/// What an attack achieves when nothing stands between the agents and the servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unguarded {
    /// Whether its harm happens in some order of the calls.
    pub bites: bool,
    /// What the witnesses saw of it, in that order or in the written one: `thief received 1 api_key`.
    pub seen: String,
}

/// What was not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Each thing.
    pub reasons: Vec<Reason>,
    /// The transcript around the first one.
    pub excerpt: String,
    /// The choices at which calls went on, when it takes another order than the written one.
    pub schedule: Option<Vec<usize>>,
    /// What chose the sampled orders.
    pub seed: u64,
}

/// One thing that was not as it must be, without secrets; shows as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The step it happened in; absent for what the witnesses saw in the end.
    pub step: Option<StepPlace>,
    /// What was expected and what happened instead.
    pub says: String,
}

/// Where a step is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepPlace {
    /// Its number, as transcripts of nested steps count: `7`, `7.2`.
    pub number: String,
    /// Its line in the scenario's file, from one.
    pub line: usize,
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(StepPlace { number, line }) = &self.step {
            write!(out, "step {number} (line {line}): ")?;
        }
        out.write_str(&self.says)
    }
}

impl Report {
    /// Of a scenario that the harness itself could not play to its end.
    #[must_use]
    pub fn failed(path: &str, why: String) -> Self {
        crate::suite::unplayed(path, None, Ending::Failed(why))
    }

    /// Whether everything is as it must be, the kept transcript included.
    #[must_use]
    pub fn is_held(&self) -> bool {
        let kept = !matches!(self.snapshot, SnapshotState::Differs(_) | SnapshotState::Missing);
        self.ending == Ending::Held && kept
    }
}

/// A violation as it is told; `masked` takes the secrets out of a text.
pub(crate) fn reason(violation: &Violation, masked: impl Fn(&str) -> String) -> Reason {
    let Violation { step, expected, happened, .. } = violation;
    let step = step.as_ref().map(|(number, line)| StepPlace { number: number.clone(), line: *line });
    Reason { step, says: masked(&format!("expected {expected}, but {happened}")) }
}
