//! The table of scenarios, and the line that everything ends with.

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use floorwalker_scenario::{Report, SnapshotState, WalkSummary};

use super::verdict::Verdict;
use crate::{screen, workspace};

const TITLES: [&str; 4] = ["verdict", "scenario", "interleavings", "guarantees"];

/// One aligned line per scenario.
pub(crate) fn table(reports: &[Report]) -> String {
    let rows: Vec<_> = reports.iter().map(|report| (Verdict::of(report), cells(report))).collect();
    let [verdict, scenario, interleavings, guarantees] = TITLES;
    let widest = |title: &str, of: &dyn Fn(&[String; 4]) -> usize| {
        rows.iter().map(|(_, cells)| of(cells)).max().unwrap_or_default().max(title.len())
    };
    let first = widest(verdict, &|[cell, ..]| cell.len());
    let second = widest(scenario, &|[_, cell, ..]| cell.chars().count());
    let third = widest(interleavings, &|[_, _, cell, _]| cell.len());
    let header = format!("{verdict:<first$}  {scenario:<second$}  {interleavings:>third$}  {guarantees}");
    let mut out = format!("{}\n", screen::styled(screen::FAINT, &header));
    for (verdict, [word, scenario, interleavings, guarantees]) in &rows {
        let word = screen::styled(verdict.style(), &format!("{word:<first$}"));
        let line = format!("{word}  {scenario:<second$}  {interleavings:>third$}  {guarantees}");
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

/// `24 scenarios held; 318 interleavings, 1920 virtual calls in 87 ms`, and whatever else came of them.
pub(crate) fn verdict(reports: &[Report], took: Duration) -> String {
    let mut numbers: BTreeMap<Verdict, usize> = BTreeMap::new();
    for report in reports {
        *numbers.entry(Verdict::of(report)).or_default() += 1;
    }
    let held = numbers.remove(&Verdict::Held).unwrap_or_default();
    let mut parts = vec![format!("{} held", screen::counted(held, "scenario"))];
    parts.extend(numbers.iter().rev().map(|(verdict, number)| format!("{number} {}", verdict.word())));
    let accepted = reports.iter().filter(|report| report.snapshot == SnapshotState::Accepted).count();
    if accepted > 0 {
        parts.push(format!("{} written", screen::counted(accepted, "snapshot")));
    }
    let style = if numbers.is_empty() { screen::GOOD } else { screen::BAD };
    let walked: u64 = reports.iter().map(|report| report.walk.walked.saturating_add(report.walk.sampled)).sum();
    let calls: u64 = reports.iter().map(|report| report.calls).sum();
    format!(
        "{}; {walked} interleavings, {calls} virtual calls in {} ms",
        screen::styled(style, &parts.join(", ")),
        took.as_millis()
    )
}

fn cells(report: &Report) -> [String; 4] {
    let guarantees: Vec<String> = report.guarantees.iter().map(ToString::to_string).collect();
    [
        Verdict::of(report).word().to_owned(),
        workspace::stem(&report.path).to_owned(),
        interleavings(report.walk),
        guarantees.join(" "),
    ]
}

fn interleavings(walk: WalkSummary) -> String {
    match walk {
        WalkSummary { walked: 0, .. } => "-".to_owned(),
        WalkSummary { walked, sampled: 0, .. } => walked.to_string(),
        WalkSummary { walked, sampled, .. } => format!("{walked} + {sampled} sampled"),
    }
}
