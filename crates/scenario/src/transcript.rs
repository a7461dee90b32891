//! What happened, as stable text: one aligned line per step, the decision log, the ledgers, the inboxes.
//!
//! INVARIANT: no secret is in it. Every secret that a mock minted is replaced by a mark such as `<api_key 1>`, before
//! anything is cut to length.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use floorwalker_json::visible;
use floorwalker_mocks::{Secret, SecretKind};

use crate::document::Scenario;
use crate::duration;
use crate::evidence::{Evidence, InboxEvidence, LedgerEvidence};
use crate::run::{Line, Played};

mod fold;

use fold::{Foldable, folded};

/// How much of what a tool told is shown.
const DETAIL: usize = 96;

/// How many lines around a failure an excerpt shows.
const AROUND: usize = 4;

/// The whole transcript of a run.
pub(crate) fn whole(scenario: &Scenario, played: &Played) -> String {
    let marks = Marks::new(&played.evidence.secrets);
    let mut out = format!("{}\n\n", scenario.title);
    push_all(&mut out, &folded(&steps(&played.lines, &marks)));
    out.push_str("\ndecision log\n");
    push_all(&mut out, &folded(&records(&played.log, &marks)));
    out.push_str("\nledger\n");
    for (server, ledger) in &played.evidence.ledgers {
        push_all(&mut out, &ledger_lines(server, ledger));
    }
    out.push_str("\ninboxes\n");
    push_all(&mut out, &inbox_lines(&played.evidence));
    out
}

/// The lines around one step, the step's own marked.
pub(crate) fn excerpt(played: &Played, at: Option<usize>) -> String {
    let marks = Marks::new(&played.evidence.secrets);
    let lines = steps(&played.lines, &marks);
    let at = at.unwrap_or(lines.len().saturating_sub(1));
    let mut out = String::new();
    for (index, line) in lines.iter().enumerate() {
        if index.abs_diff(at) <= AROUND {
            let mark = if index == at { "> " } else { "  " };
            push(&mut out, &format!("{mark}{}", line.text));
        }
    }
    out
}

fn steps(lines: &[Line], marks: &Marks) -> Vec<Foldable> {
    let width = |of: &dyn Fn(&Line) -> usize| lines.iter().map(of).max().unwrap_or_default();
    let at = width(&|line| duration::since_start(line.at).len());
    let who = width(&|line| line.who.chars().count());
    // A tool's name may be anything, and what is escaped is wider.
    let what = width(&|line| visible(&line.what).chars().count());
    let verdict = width(&|line| line.verdict.chars().count());
    let shown = lines.iter().map(|line| {
        let time = duration::since_start(line.at);
        let head = format!("{:<who$}  {:<what$}  {:<verdict$}", line.who, visible(&line.what), line.verdict);
        let detail = detail(line, marks);
        let text = format!("{time:>at$}  {head}  {}", clipped(&detail, line));
        Foldable::new(text.trim_end().to_owned(), &format!("{head} {detail}"), Some(time))
    });
    shown.collect()
}

/// The records without the numbers that would make each of them another.
fn records(lines: &[String], marks: &Marks) -> Vec<Foldable> {
    let masked = lines.iter().map(|line| format!("  {}", marks.put(line)));
    masked.map(|line| Foldable::new(line.clone(), line.trim_start(), None)).collect()
}

/// What a line tells, secrets first, because they are what is at stake.
fn detail(line: &Line, marks: &Marks) -> String {
    let (held, plain): (Vec<_>, Vec<_>) =
        line.told.iter().map(|part| (part, marks.put(part))).partition(|(part, masked)| *part != masked);
    let told: Vec<String> = held.into_iter().chain(plain).map(|(_, masked)| masked).collect();
    format!("{}{}", marks.put(&line.detail), told.join("; "))
}

/// At most so many characters of what a tool told; what the gateway says is shown whole.
fn clipped(detail: &str, line: &Line) -> String {
    let end = detail.char_indices().nth(DETAIL).filter(|_| !line.told.is_empty());
    match end {
        Some((end, _)) => format!("{}…", detail.get(..end).unwrap_or_default()),
        None => detail.to_owned(),
    }
}

fn ledger_lines(server: &str, ledger: &LedgerEvidence) -> Vec<String> {
    let listed = |counts: &BTreeMap<String, u64>| {
        let some = counts.iter().filter(|(_, number)| **number > 0);
        some.map(|(name, number)| format!("{name} {number}")).collect::<Vec<_>>().join(", ")
    };
    vec![
        format!("  {server}  {}", listed(&ledger.counts)),
        format!("  {server}  executed: {}", listed(&ledger.executed)),
        format!("  {server}  received: {}", ledger.received),
    ]
}

fn inbox_lines(evidence: &Evidence) -> Vec<String> {
    let width = evidence.inboxes.keys().map(|name| name.chars().count()).max().unwrap_or_default();
    evidence.inboxes.iter().map(|(name, inbox)| format!("  {name:<width$}  {}", inbox_line(inbox))).collect()
}

fn inbox_line(inbox: &InboxEvidence) -> String {
    let messages = if inbox.messages == 1 { "1 message".to_owned() } else { format!("{} messages", inbox.messages) };
    let held: Vec<String> =
        inbox.held.iter().map(|(kind, number)| format!("{number} with {}", kind.as_str())).collect();
    if held.is_empty() { format!("{messages}, no secret") } else { format!("{messages}: {}", held.join(", ")) }
}

fn push_all(out: &mut String, lines: &[String]) {
    lines.iter().for_each(|line| push(out, line));
}

fn push(out: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}", visible(line.trim_end()));
}

/// What stands in the place of each secret.
pub(crate) struct Marks(Vec<(String, String)>);

impl Marks {
    pub(crate) fn new(secrets: &[Secret]) -> Self {
        let mut numbers: BTreeMap<SecretKind, usize> = BTreeMap::new();
        let marks = secrets.iter().map(|secret| {
            let number = numbers.entry(secret.kind).or_default();
            *number += 1;
            (secret.value.clone(), format!("<{} {number}>", secret.kind.as_str()))
        });
        Self(marks.collect())
    }

    pub(crate) fn put(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (secret, mark)| text.replace(secret, mark))
    }
}

#[cfg(test)]
mod tests;
