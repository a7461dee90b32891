//! Records as people read them in a transcript: short, stable, without digests.

use super::{Commit, Entry, Judged, Record};

impl Record {
    /// One line without times and digests: who, what, the answer, the rule, what changed.
    #[must_use]
    pub fn summary(&self, seq: u64) -> String {
        match &self.entry {
            Entry::Decision(judged) => format!("{seq:>3}  {}", judged.summary()),
            Entry::Answer(said) => {
                format!("{seq:>3}  {} said {} to {} of {}", said.approver, said.consent, said.tool, said.grant)
            }
            Entry::Outcome { of, outcome, commit } => {
                let (word, why) = outcome.parts();
                let why = why.map(|why| format!(": {why}")).unwrap_or_default();
                format!("{seq:>3}    of {of}: {}{why}{}", word.replace('_', " "), changes(commit.as_ref()))
            }
            Entry::Reload(reload) => {
                let (word, why) = reload.parts();
                format!("{seq:>3}  reload  {word}{}", why.map(|why| format!(": {why}")).unwrap_or_default())
            }
        }
    }
}

impl Judged {
    fn summary(&self) -> String {
        let tool = match &self.tool {
            Some(tool) => format!(" {tool}({})", self.argument_keys.join(", ")),
            None => String::new(),
        };
        let session = self.session.as_ref().map(|session| format!(" in {session}")).unwrap_or_default();
        let rule = self.rule.as_ref().map(|rule| format!(" by {rule}")).unwrap_or_default();
        let reason = self.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let before = match self.unidentified {
            0 => String::new(),
            count => format!(" ({count} unidentified before)"),
        };
        format!(
            "{}{session}  {} {}{tool}  {}{rule}{reason}{}{before}",
            self.grant,
            self.server,
            self.method,
            self.verdict.word(),
            changes(self.commit.as_ref()),
        )
    }
}

fn changes(commit: Option<&Commit>) -> String {
    let Some(commit) = commit else { return String::new() };
    let described: Vec<String> = commit.plan.changes.iter().map(ToString::to_string).collect();
    format!("  [{}]", described.join("; "))
}
