//! The table of scenarios, and the line that everything ends with.

use std::{collections::BTreeMap, env, fmt::Write as _, time::Duration};

use floorwalker_scenario::{Report, SnapshotState, Unguarded, WalkSummary, shell_word, stem};

use super::verdict::Verdict;
use crate::screen;

const TITLES: [&str; 5] = ["verdict", "scenario", "interleavings", "harm", "guarantees"];

/// One aligned line per scenario.
pub(crate) fn table(reports: &[Report]) -> String {
    let rows: Vec<_> = reports.iter().map(|report| (Verdict::of(report), cells(report))).collect();
    let [verdict, scenario, interleavings, harm, guarantees] = TITLES;
    let widest = |title: &str, of: &dyn Fn(&[String; 5]) -> usize| {
        rows.iter().map(|(_, cells)| of(cells)).max().unwrap_or_default().max(title.len())
    };
    let first = widest(verdict, &|[cell, ..]| cell.len());
    let second = widest(scenario, &|[_, cell, ..]| cell.chars().count());
    let third = widest(interleavings, &|[_, _, cell, ..]| cell.len());
    let fourth = widest(harm, &|[_, _, _, cell, _]| cell.len());
    let header =
        format!("{verdict:<first$}  {scenario:<second$}  {interleavings:>third$}  {harm:<fourth$}  {guarantees}");
    let mut out = format!("{}\n", screen::styled(screen::FAINT, &header));
    for (verdict, [word, scenario, interleavings, harm, guarantees]) in &rows {
        let word = screen::styled(verdict.style(), &format!("{word:<first$}"));
        let line = format!("{word}  {scenario:<second$}  {interleavings:>third$}  {harm:<fourth$}  {guarantees}");
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

/// `24 scenarios held; 318 interleavings`, and whatever else came of them.
pub(crate) fn verdict(reports: &[Report]) -> String {
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
    let walked = usize::try_from(walked).unwrap_or(usize::MAX);
    format!("{}; {}", screen::styled(style, &parts.join(", ")), screen::counted(walked, "interleaving"))
}

/// `in 6.3 s, 1920 virtual calls`.
pub(crate) fn effort(reports: &[Report], took: Duration) -> String {
    let calls: u64 = reports.iter().map(|report| report.calls).sum();
    format!("in {:.1} s, {calls} virtual calls", took.as_secs_f64())
}

/// A line for each scenario that did not hold, with the command that runs it alone. `more` is what that needs besides
/// the path.
pub(crate) fn commands(reports: &[Report], more: &str) -> String {
    let failed = reports
        .iter()
        .map(|report| (Verdict::of(report), report))
        .filter(|(verdict, _)| verdict.is_worth_a_second_run());
    let line = |(verdict, report): (Verdict, &Report)| {
        let word = screen::styled(verdict.style(), verdict.word());
        format!("  {word} {}: {}\n", stem(&report.path), command(report, more))
    };
    failed.map(line).collect()
}

/// The command that runs it alone: through cargo for whoever came through cargo, else by its own name.
pub(crate) fn command(report: &Report, more: &str) -> String {
    let program = if env::var_os("CARGO").is_some() { "cargo run --release --" } else { "floorwalker" };
    format!("{program} replay {}{more}", shell_word(&report.path))
}

fn cells(report: &Report) -> [String; 5] {
    let guarantees: Vec<String> = report.guarantees.iter().map(ToString::to_string).collect();
    [
        Verdict::of(report).word().to_owned(),
        stem(&report.path).to_owned(),
        interleavings(report.walk),
        report.unguarded.as_ref().map_or("", |unguarded| harm(unguarded)).to_owned(),
        guarantees.join(" "),
    ]
}

/// Whether the attack was seen to do its harm; what has none shows nothing.
fn harm(unguarded: &Unguarded) -> &'static str {
    if unguarded.bites { "bites" } else { "no bite" }
}

fn interleavings(walk: WalkSummary) -> String {
    match walk {
        WalkSummary { walked: 0, .. } => "-".to_owned(),
        WalkSummary { walked, sampled: 0, .. } => walked.to_string(),
        WalkSummary { walked, sampled, .. } => format!("{walked} + {sampled} sampled"),
    }
}
