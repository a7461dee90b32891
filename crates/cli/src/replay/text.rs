//! What a replay is told in for people: transcripts where they are asked for, the table, what broke, and the verdict.

use floorwalker_scenario::{Report, stem};

use super::{broken, excerpt::Detail, table, verdict::Verdict};
use crate::screen;

/// The whole text: about those that were played just now, and the ending about all. `more` is what a rerun needs besides the
/// path.
pub(crate) fn render(played: &[Report], all: &[Report], more: &str, detail: Detail) -> String {
    let mut told = String::new();
    if detail == Detail::Whole {
        told.extend(played.iter().filter(|report| !report.transcript.is_empty()).map(transcript));
    }
    told += &table::table(played);
    let failed = played.iter().filter(|report| Verdict::of(report) != Verdict::Held);
    told.extend(failed.map(|report| broken::told(report, detail)));
    told + &format!("\n{}\n{}", table::verdict(all), table::commands(all, more))
}

/// What happened in one scenario, and what happens without a gateway.
pub(crate) fn transcript(report: &Report) -> String {
    let name = screen::styled(screen::STRONG, stem(&report.path));
    let unguarded = report.unguarded.as_ref().map(|unguarded| format!("\n  {}\n", broken::unguarded(unguarded)));
    format!("{name}\n{}{}\n", screen::indented(&report.transcript, 2), unguarded.unwrap_or_default())
}
