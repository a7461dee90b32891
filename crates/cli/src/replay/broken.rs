//! What to tell about a scenario that did not hold, so that somebody who sees it for the first time knows what to do.

use floorwalker_scenario::{Broken, Crash, Ending, Report, SnapshotState, Unguarded, stem};

use super::excerpt::Detail;
use super::finding::Finding;
use super::verdict::Verdict;
use crate::screen;

/// Everything about one scenario that did not hold.
pub(crate) fn told(report: &Report, detail: Detail) -> String {
    let verdict = Verdict::of(report);
    let word = screen::styled(verdict.style(), verdict.word());
    let name = screen::styled(screen::STRONG, stem(&report.path));
    let title = if report.title.is_empty() { String::new() } else { format!(": {}", report.title) };
    let mut told = format!("\n{word} {name}{title}\n");
    told.extend(Finding::all_of(report).iter().map(|finding| paragraph(&finding.to_string())));
    told + &details(report, detail)
}

/// What is to know besides what was not as it must be.
pub(crate) fn details(report: &Report, detail: Detail) -> String {
    let mut told = String::new();
    told.extend(report.unguarded.iter().filter(|seen| !seen.bites).map(|seen| paragraph(&unguarded(seen))));
    match &report.ending {
        Ending::Broken(broken) => told += &around(broken, detail),
        Ending::Crashed(crash) => told += &last_words(crash, detail),
        _ => {}
    }
    told + &difference(&report.snapshot, Verdict::of(report), detail)
}

/// What came of an attack without a gateway.
pub(crate) fn unguarded(unguarded: &Unguarded) -> String {
    format!("with nothing in between: {}", unguarded.seen)
}

/// What a gateway said before it was gone. Each line has a bar before it: a job that reads commands in what is printed
/// (`::error::…`) must not take somebody else's words for one.
fn last_words(crash: &Crash, detail: Detail) -> String {
    let barred: Vec<String> = crash.said.iter().map(|line| format!("| {line}")).collect();
    let said = detail.quoted(barred.iter().map(String::as_str));
    if said.is_empty() { said } else { headed("the last that it said", &said) }
}

/// What is to know about a failure besides its reasons.
fn around(broken: &Broken, detail: Detail) -> String {
    let mut told = String::new();
    if broken.schedule.is_some() {
        told += &paragraph("this happens when calls that are made at once go on in another order than the written one");
    }
    if !broken.excerpt.is_empty() {
        told += "\n";
        told += &headed("what happened around it", &detail.quoted(broken.excerpt.lines()));
    }
    told
}

fn difference(state: &SnapshotState, verdict: Verdict, detail: Detail) -> String {
    match state {
        // The transcript of what broke is another than the kept one because it broke.
        SnapshotState::Differs(diff) if verdict != Verdict::Broken || detail == Detail::Whole => {
            headed("what is different: kept (-), now (+)", &detail.difference(diff))
        }
        _ => String::new(),
    }
}

fn paragraph(text: &str) -> String {
    format!("  {text}\n")
}

fn headed(head: &str, text: &str) -> String {
    format!("  {}\n{text}", screen::styled(screen::FAINT, head))
}
