//! What to tell about a scenario, as values: no colours, no files. Whoever has a terminal renders it.

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
    /// How it ended.
    pub ending: Ending,
    /// What happened with nothing in between; absent without `harm`.
    pub unguarded: Option<Unguarded>,
    /// How many interleavings were looked at.
    pub walk: WalkSummary,
    /// How many virtual calls were made.
    pub calls: u64,
    /// What happened, in written order; empty when nothing was played.
    pub transcript: String,
    /// What the transcript says about the one that is kept.
    pub snapshot: SnapshotState,
    /// The command that runs this scenario alone.
    pub rerun: String,
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
    /// Each thing, in one sentence.
    pub reasons: Vec<String>,
    /// The transcript around the first one.
    pub excerpt: String,
    /// The choices at which calls went on, when it takes another order than the written one.
    pub schedule: Option<Vec<usize>>,
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

/// One thing in one sentence.
pub(crate) fn sentence(violation: &Violation) -> String {
    let Violation { step, expected, happened, .. } = violation;
    match step {
        Some((number, line)) => format!("step {number} (line {line}): expected {expected}, but {happened}"),
        None => format!("expected {expected}, but {happened}"),
    }
}
