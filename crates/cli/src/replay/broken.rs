//! What to tell about a scenario that did not hold, so that somebody who sees it for the first time knows what to do.

use floorwalker_scenario::{Broken, Ending, Report, SnapshotState};

use super::verdict::Verdict;
use crate::{screen, workspace};

/// Everything about one scenario that did not hold. `more` is what its own command needs besides the path.
pub(crate) fn told(report: &Report, more: &str) -> String {
    let verdict = Verdict::of(report);
    let word = screen::styled(verdict.style(), verdict.word());
    let name = screen::styled(screen::STRONG, workspace::stem(&report.path));
    let title = if report.title.is_empty() { String::new() } else { format!(": {}", report.title) };
    let mut parts = vec![format!("\n{word} {name}{title}")];
    parts.extend(ending(&report.ending));
    parts.extend(snapshot(&report.snapshot, verdict));
    parts.push(format!("  alone: {}{more}\n", report.rerun));
    parts.join("\n")
}

fn ending(ending: &Ending) -> Option<String> {
    match ending {
        Ending::Held => None,
        Ending::Broken(broken) => Some(what_broke(broken)),
        Ending::DoesNotBite => Some(paragraph(
            "the attack proves nothing: without any gateway its harm does not happen either, in no order of the calls; \
             its `harm` is not what these steps do, or the mock is too well-behaved for it (see `mocks`)",
        )),
        Ending::DoesNotLoad(problems) => Some(lines(problems)),
        Ending::Failed(why) => Some(paragraph(&format!("it could not be played: {why}"))),
    }
}

fn what_broke(broken: &Broken) -> String {
    let mut told = lines(&broken.reasons);
    if broken.schedule.is_some() {
        told += &paragraph("this happens when calls that are made at once go on in another order than the written one");
    }
    if !broken.excerpt.is_empty() {
        told += "\n";
        told += &headed("what happened around it", &screen::indented(&broken.excerpt, 4));
    }
    told
}

fn snapshot(state: &SnapshotState, verdict: Verdict) -> Option<String> {
    match state {
        SnapshotState::Differs(diff) => {
            let coloured: String = changes(diff).map(|line| format!("    {}\n", coloured(line))).collect();
            let told = headed("what is different: kept (-), now (+)", &coloured);
            let way_out = paragraph("if this is how it must be, `--accept` keeps the new one");
            Some(if verdict == Verdict::Changed { told + &way_out } else { told })
        }
        SnapshotState::Missing if verdict == Verdict::New => {
            Some(paragraph("everything is as it must be, but no transcript is kept yet; `--accept` keeps this one"))
        }
        SnapshotState::Missing | SnapshotState::Same | SnapshotState::Accepted | SnapshotState::Skipped => None,
    }
}

/// A unified diff without its head and without what it has to say about the ends of files.
fn changes(diff: &str) -> impl Iterator<Item = &str> {
    diff.lines().skip_while(|line| !line.starts_with('@')).filter(|line| !line.starts_with('\\'))
}

fn coloured(line: &str) -> String {
    match line.chars().next() {
        Some('+') => screen::styled(screen::GOOD, line),
        Some('-') => screen::styled(screen::BAD, line),
        Some('@') => screen::styled(screen::FAINT, line),
        _ => line.to_owned(),
    }
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| paragraph(line)).collect()
}

fn paragraph(text: &str) -> String {
    format!("  {text}\n")
}

fn headed(head: &str, text: &str) -> String {
    format!("  {}\n{text}", screen::styled(screen::FAINT, head))
}
