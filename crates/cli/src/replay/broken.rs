//! What to tell about a scenario that did not hold, so that somebody who sees it for the first time knows what to do.

use floorwalker_scenario::{Broken, Crash, Ending, Report, SnapshotState, Unguarded};

use super::excerpt::Detail;
use super::verdict::Verdict;
use crate::{screen, workspace};

/// Everything about one scenario that did not hold.
pub(crate) fn told(report: &Report, detail: Detail) -> String {
    let verdict = Verdict::of(report);
    let word = screen::styled(verdict.style(), verdict.word());
    let name = screen::styled(screen::STRONG, workspace::stem(&report.path));
    let title = if report.title.is_empty() { String::new() } else { format!(": {}", report.title) };
    let mut parts = vec![format!("\n{word} {name}{title}")];
    parts.extend(ending(report, detail));
    parts.extend(snapshot(&report.snapshot, verdict, detail));
    parts.join("\n")
}

/// What came of an attack without a gateway.
pub(crate) fn unguarded(unguarded: &Unguarded) -> String {
    format!("with nothing in between: {}", unguarded.seen)
}

fn ending(report: &Report, detail: Detail) -> Option<String> {
    match &report.ending {
        Ending::Held => None,
        Ending::Broken(broken) => Some(what_broke(broken, detail)),
        Ending::DoesNotBite => {
            let why = paragraph(
                "the attack proves nothing: without any gateway its harm does not happen either, in no order of the calls; \
                 its `harm` is not what these steps do, or the mock is too well-behaved for it (see `mocks`)",
            );
            let instead = report.unguarded.as_ref().map(|seen| paragraph(&unguarded(seen)));
            Some(why + &instead.unwrap_or_default())
        }
        Ending::DoesNotLoad(problems) | Ending::Unsupported(problems) => Some(lines(problems)),
        Ending::Crashed(crash) => Some(crashed(crash, detail)),
        Ending::Failed(why) => Some(paragraph(&format!("it could not be played: {why}"))),
    }
}

fn crashed(crash: &Crash, detail: Detail) -> String {
    let said = detail.quoted(crash.said.iter().map(String::as_str));
    let told = paragraph(&format!("the gateway: {}", crash.why));
    if said.is_empty() { told } else { format!("{told}{}", headed("the last that it said", &said)) }
}

fn what_broke(broken: &Broken, detail: Detail) -> String {
    let mut told = lines(&broken.reasons);
    if broken.schedule.is_some() {
        told += &paragraph("this happens when calls that are made at once go on in another order than the written one");
    }
    if !broken.excerpt.is_empty() {
        told += "\n";
        told += &headed("what happened around it", &detail.quoted(broken.excerpt.lines()));
    }
    told
}

fn snapshot(state: &SnapshotState, verdict: Verdict, detail: Detail) -> Option<String> {
    match state {
        // The transcript of what broke is another than the kept one because it broke.
        SnapshotState::Differs(_) if verdict == Verdict::Broken && detail != Detail::Whole => None,
        SnapshotState::Differs(diff) => {
            let told = headed("what is different: kept (-), now (+)", &detail.difference(diff));
            let way_out = paragraph("if this is how it must be, `--accept` keeps the new one");
            Some(if verdict == Verdict::Changed { told + &way_out } else { told })
        }
        SnapshotState::Missing if verdict == Verdict::New => {
            Some(paragraph("everything is as it must be, but no transcript is kept yet; `--accept` keeps this one"))
        }
        SnapshotState::Missing | SnapshotState::Same | SnapshotState::Accepted | SnapshotState::Skipped => None,
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
