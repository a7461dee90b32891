//! Records as sentences, for people who ask a decision log what happened: when, who, what, the answer, why, what it changed.
//!
//! INVARIANT: names and reasons come from outside and may hold anything; what cannot be printed is escaped, so that no tool's
//! name forges a line or moves a cursor.

use std::fmt::Write as _;

use floorwalker_policy::Change;

use super::{Commit, Entry, Judged, Outcome, Record, Reload, Said, Verdict, line::rfc3339};

impl Record {
    /// The record as one line of text. For an outcome, `asked` is the decision that it belongs to, where that is known.
    #[must_use]
    pub fn sentence(&self, seq: u64, asked: Option<&Judged>) -> String {
        let told = match &self.entry {
            Entry::Decision(judged) => decision(judged),
            Entry::Answer(said) => answer(said),
            Entry::Outcome { of, outcome, commit } => ending(*of, outcome, commit.as_ref(), asked),
            Entry::Reload(Reload::Loaded) => "the policies were loaded again and are in force.".to_owned(),
            Entry::Reload(Reload::Failed(why)) => {
                format!(
                    "the policies were to be loaded again; those before stay in force: {}.",
                    why.trim_end_matches('.')
                )
            }
        };
        printable(&format!("{}  #{seq}  {told}", rfc3339(self.at)))
    }
}

fn decision(judged: &Judged) -> String {
    let session = judged.session.as_ref().map(|session| format!(" in session {session}")).unwrap_or_default();
    let rule = judged.rule.as_ref().map(|rule| format!(" by {rule}")).unwrap_or_default();
    let reason = judged.reason.as_ref().map(|reason| format!(": {}", reason.trim_end_matches('.'))).unwrap_or_default();
    let mut told =
        format!("{} {}{session} and was {}{rule}{reason}", judged.grant, done(judged), participle(judged.verdict),);
    told.extend(judged.ask.map(|ask| format!("; it is ask {ask}")));
    if let Some(wait) = judged.retry_after {
        // Writing to a string cannot fail.
        let _ = write!(told, "; there is room again in {} ms", wait.as_millis());
    }
    told += &changed(judged.commit.as_ref());
    if judged.unidentified > 0 {
        let _ =
            write!(told, "; since the record before, requests of nobody known were refused: {}", judged.unidentified);
    }
    told + "."
}

fn answer(said: &Said) -> String {
    let Said { approver, ask, consent, grant, server, tool } = said;
    format!("{approver} said {consent} to {ask}, {tool} of {grant} on {server}.")
}

fn done(judged: &Judged) -> String {
    match (&judged.tool, judged.method.as_str()) {
        (Some(tool), _) => format!("called {tool}({}) on {}", judged.argument_keys.join(", "), judged.server),
        (None, "") => format!("sent {} what was not read as a message", judged.server),
        (None, method) => format!("sent {method} to {}", judged.server),
    }
}

fn ending(of: u64, outcome: &Outcome, commit: Option<&Commit>, asked: Option<&Judged>) -> String {
    let whose = asked.map(|judged| {
        let what = judged.tool.as_deref().unwrap_or(&judged.method);
        format!(", {what} of {} on {},", judged.grant, judged.server)
    });
    let became = match outcome {
        Outcome::Replied { error: false } => "was answered".to_owned(),
        Outcome::Replied { error: true } => "was answered with an error".to_owned(),
        Outcome::Withheld(why) => format!("was answered, but the reply was withheld: {why}"),
        Outcome::NotSent(why) => format!("was not sent: {why}"),
        Outcome::Lost(why) => format!("may have been sent, but no reply came: {why}"),
        Outcome::Taken => "holds".to_owned(),
        Outcome::Refused(why) => format!("does not hold: {why}"),
    };
    let became = became.trim_end_matches('.');
    format!("#{of}{} {became}{}.", whose.unwrap_or_default(), changed(commit))
}

fn changed(commit: Option<&Commit>) -> String {
    let changes = commit.map_or(&[][..], |commit| &commit.plan.changes);
    if changes.is_empty() {
        return String::new();
    }
    let described: Vec<String> = changes.iter().map(Change::to_string).collect();
    format!("; it did: {}", described.join("; "))
}

fn participle(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "allowed",
        Verdict::Deny => "denied",
        Verdict::Ask => "put to a person",
        Verdict::Refuse => "refused",
    }
}

/// The text with everything escaped that a terminal does not show as it is.
pub(super) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\'' | '"' => shown.push(character),
            _ => shown.extend(character.escape_debug()),
        }
    }
    shown
}

#[cfg(test)]
mod tests;
