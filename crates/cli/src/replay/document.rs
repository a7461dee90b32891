//! `--format json`: everything about a replay as one document, whose schema is `schemas/report.json`.
//!
//! INVARIANT: the same scenarios in the same state give the same bytes. How long it took is therefore not in it.

use floorwalker_scenario::{Ending, Report, Score, SnapshotState, Unguarded, WalkSummary};
use schemars::JsonSchema;
use serde::Serialize;

use super::finding::Finding;
use super::table;
use super::verdict::Verdict;
use crate::exit::Failure;

/// What came of a replay.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ReplayReport {
    /// The version of this format.
    version: u32,
    /// One entry per scenario, in the order of their paths.
    scenarios: Vec<ScenarioReport>,
    /// Sums over the scenarios.
    totals: Totals,
    /// How good what stood between is.
    score: ScoreLine,
}

/// What came of one scenario.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ScenarioReport {
    /// The file, from the root of the suite.
    path: String,
    /// What happens in it; empty when it did not load.
    title: String,
    /// The guarantees it probes.
    guarantees: Vec<String>,
    /// How it came out, the kept transcript included. Only `held` is as it must be.
    ending: Verdict,
    /// Everything that keeps it from being held.
    reasons: Vec<ReasonLine>,
    /// Whether it takes another order of calls that are made at once than the written one.
    in_another_order: bool,
    /// The transcript around the first reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    excerpt: Option<String>,
    /// What happens with nothing in between; absent without `harm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    unguarded: Option<UnguardedLine>,
    /// How many interleavings were looked at.
    interleavings: Interleavings,
    /// How many virtual calls were made.
    calls: u64,
    /// What the transcript says about the one that is kept.
    snapshot: Snapshot,
    /// The unified diff from the kept transcript.
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<String>,
    /// The command that runs this scenario alone.
    rerun: String,
}

/// One thing that was not as it must be.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ReasonLine {
    /// The file that it is about, from the root of the suite.
    file: String,
    /// The number of the step in the scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<String>,
    /// The line in the file, from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    /// The column in the line, from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    /// What it is.
    says: String,
}

/// What an attack achieves when nothing stands in its way.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct UnguardedLine {
    /// Whether its harm happens in some order of the calls.
    bites: bool,
    /// What the witnesses saw of it.
    seen: String,
}

/// How many orders of the calls were looked at.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Interleavings {
    /// Walked one after the other.
    walked: u64,
    /// Sampled beyond the bound.
    sampled: u64,
    /// Whether those were all there are.
    whole: bool,
}

/// What the transcript says about the one that is kept.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Snapshot {
    /// It is the same.
    Same,
    /// There is none yet.
    Missing,
    /// It is another.
    Differs,
    /// It was taken as the new one.
    Accepted,
    /// Nobody looked.
    Skipped,
}

/// Sums over the scenarios.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Totals {
    /// How many scenarios were replayed.
    scenarios: usize,
    /// How many of them came to each ending.
    endings: Vec<EndingTotal>,
    /// How many interleavings were looked at.
    interleavings: u64,
    /// How many virtual calls were made.
    calls: u64,
}

/// How good what stood between is: the share of attacks stopped, times the share of honest scenarios served.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ScoreLine {
    /// From 0 to 100, rounded down; absent without both attacks and honest scenarios.
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<u64>,
    /// The scenarios that have a harm.
    attacks: u64,
    /// Those that held.
    stopped: u64,
    /// The scenarios that have none.
    honest: u64,
    /// Those that held.
    served: u64,
}

/// How many scenarios came to one ending.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct EndingTotal {
    ending: Verdict,
    number: usize,
}

/// The document as text. `more` is what a rerun needs besides the path.
pub(crate) fn render(reports: &[Report], more: &str) -> Result<String, Failure> {
    let document = ReplayReport {
        version: 1,
        scenarios: reports.iter().map(|report| ScenarioReport::new(report, more)).collect(),
        totals: Totals::of(reports),
        score: ScoreLine::of(reports),
    };
    let text = serde_json::to_string_pretty(&document).map_err(|error| Failure::Harness(error.to_string()))?;
    Ok(text + "\n")
}

impl ScoreLine {
    fn of(reports: &[Report]) -> Self {
        let score = Score::of(reports);
        let Score { attacks, stopped, honest, served, unreadable: _ } = score;
        Self { points: score.points(), attacks, stopped, honest, served }
    }
}

impl ScenarioReport {
    fn new(report: &Report, more: &str) -> Self {
        let broken = if let Ending::Broken(broken) = &report.ending { Some(broken) } else { None };
        Self {
            path: report.path.clone(),
            title: report.title.clone(),
            guarantees: report.guarantees.iter().map(ToString::to_string).collect(),
            ending: Verdict::of(report),
            reasons: Finding::all_of(report).into_iter().map(ReasonLine::from).collect(),
            in_another_order: broken.is_some_and(|broken| broken.schedule.is_some()),
            excerpt: broken.map(|broken| broken.excerpt.clone()).filter(|excerpt| !excerpt.is_empty()),
            unguarded: report.unguarded.as_ref().map(UnguardedLine::from),
            interleavings: report.walk.into(),
            calls: report.calls,
            snapshot: Snapshot::from(&report.snapshot),
            difference: match &report.snapshot {
                SnapshotState::Differs(difference) => Some(difference.clone()),
                _ => None,
            },
            rerun: table::command(report, more),
        }
    }
}

impl Totals {
    fn of(reports: &[Report]) -> Self {
        let number = |verdict| reports.iter().filter(|report| Verdict::of(report) == verdict).count();
        Self {
            scenarios: reports.len(),
            endings: Verdict::ALL
                .iter()
                .map(|ending| EndingTotal { ending: *ending, number: number(*ending) })
                .collect(),
            interleavings: reports.iter().map(|report| report.walk.walked.saturating_add(report.walk.sampled)).sum(),
            calls: reports.iter().map(|report| report.calls).sum(),
        }
    }
}

impl From<Finding> for ReasonLine {
    fn from(Finding { file, step, line, column, says }: Finding) -> Self {
        Self { file, step, line, column, says }
    }
}

impl From<&Unguarded> for UnguardedLine {
    fn from(Unguarded { bites, seen }: &Unguarded) -> Self {
        Self { bites: *bites, seen: seen.clone() }
    }
}

impl From<WalkSummary> for Interleavings {
    fn from(WalkSummary { walked, sampled, whole }: WalkSummary) -> Self {
        Self { walked, sampled, whole }
    }
}

impl From<&SnapshotState> for Snapshot {
    fn from(state: &SnapshotState) -> Self {
        match state {
            SnapshotState::Same => Self::Same,
            SnapshotState::Missing => Self::Missing,
            SnapshotState::Differs(_) => Self::Differs,
            SnapshotState::Accepted => Self::Accepted,
            SnapshotState::Skipped => Self::Skipped,
        }
    }
}

#[cfg(test)]
mod tests;
