//! Records as lines: the wire twins of the engine's types, and the way back for a restart.
//!
//! A line is one JSON object in ASCII, so that no name from outside can forge a line, move a cursor or flip the reading
//! direction of a terminal.

use std::{io, time::Duration};

use floorwalker_json::Digest;
use floorwalker_policy::{ApproverId, AskId, Consent, GrantId, RuleName, ServerName, SessionId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Commit, Entry, Judged, Outcome, Record, Reload, Said, Verdict};
use crate::ports::{Committed, LogError};

mod change;

use change::{ChangeLine, plan};

/// Why a line is no record.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// It is not the JSON that this version writes.
    #[error("not a record: {0}")]
    Json(#[from] serde_json::Error),
    /// One of its texts does not mean what it must.
    #[error("not a record: `{0}` is not {1}")]
    Text(String, &'static str),
}

// Tags stand outside of what they tag: serde reads those as they come, where it would have to buffer the other forms, and
// buffering does not go together with numbers of arbitrary precision.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seq: u64,
    at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decision: Option<Box<JudgedLine>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer: Option<AnswerLine>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<OutcomeLine>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reload: Option<ReloadLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReloadLine {
    ended: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerLine {
    approver: String,
    approval: String,
    says: String,
    grant: String,
    server: String,
    tool: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutcomeLine {
    of: u64,
    ended: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    commit: Option<CommitLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JudgedLine {
    grant: String,
    server: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    method: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tool: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    argument_keys: Vec<String>,
    verdict: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    approval: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    commit: Option<CommitLine>,
    #[serde(default, skip_serializing_if = "is_zero")]
    unidentified: u64,
}

#[derive(Serialize, Deserialize)]
struct CommitLine {
    at_ms: u64,
    turn: u64,
    changes: Vec<ChangeLine>,
}

impl Record {
    /// The record as one line of ASCII JSON, without the line end.
    ///
    /// # Errors
    /// The record cannot be said in JSON, which marks a bug; whoever wanted to write it must refuse.
    pub fn line(&self, seq: u64) -> Result<String, LogError> {
        let mut line = Line { seq, at: rfc3339(self.at), decision: None, answer: None, outcome: None, reload: None };
        match &self.entry {
            Entry::Decision(judged) => line.decision = Some(Box::new(JudgedLine::from(judged.as_ref()))),
            Entry::Answer(said) => line.answer = Some(AnswerLine::from(said)),
            Entry::Outcome { of, outcome, commit } => {
                line.outcome = Some(OutcomeLine::new(*of, outcome, commit.as_ref()));
            }
            Entry::Reload(reload) => line.reload = Some(ReloadLine::from(reload)),
        }
        let mut out = Vec::with_capacity(512);
        let mut serializer = serde_json::Serializer::with_formatter(&mut out, AsciiFormatter);
        line.serialize(&mut serializer).map_err(|error| LogError(error.to_string()))?;
        String::from_utf8(out).map_err(|error| LogError(error.to_string()))
    }

    /// Reads what [`Record::line`] wrote.
    ///
    /// # Errors
    /// The line is not one of ours.
    pub fn parse(line: &str) -> Result<(u64, Self), LineError> {
        let line: Line = serde_json::from_str(line)?;
        let at = line.at.parse::<jiff::Timestamp>().map_err(|_| LineError::Text(line.at.clone(), "a time"))?;
        let at = Timestamp::from_millis(u64::try_from(at.as_millisecond()).unwrap_or(0));
        let entry = match (line.decision, line.answer, line.outcome, line.reload) {
            (Some(decision), None, None, None) => decision.meant().map(Box::new).map(Entry::Decision)?,
            (None, Some(answer), None, None) => answer.meant().map(Entry::Answer)?,
            (None, None, Some(outcome), None) => outcome.meant()?,
            (None, None, None, Some(reload)) => reload.meant().map(Entry::Reload)?,
            _ => {
                let expected = "the number of one decision, answer, outcome or reload";
                return Err(LineError::Text(line.seq.to_string(), expected));
            }
        };
        Ok((line.seq, Self { at, entry }))
    }
}

impl From<&Reload> for ReloadLine {
    fn from(reload: &Reload) -> Self {
        let (ended, reason) = reload.parts();
        Self { ended: ended.to_owned(), reason: reason.map(str::to_owned) }
    }
}

impl ReloadLine {
    fn meant(self) -> Result<Reload, LineError> {
        match self.ended.as_str() {
            "loaded" => Ok(Reload::Loaded),
            "failed" => Ok(Reload::Failed(self.reason.unwrap_or_default())),
            _ => Err(LineError::Text(self.ended, "the end of a reload")),
        }
    }
}

impl Reload {
    /// The word for it in logs, and why it ended so.
    #[must_use]
    pub fn parts(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Loaded => ("loaded", None),
            Self::Failed(why) => ("failed", Some(why)),
        }
    }
}

impl OutcomeLine {
    fn new(of: u64, outcome: &Outcome, commit: Option<&Commit>) -> Self {
        let (ended, reason) = outcome.parts();
        let reason = reason.map(str::to_owned);
        Self { of, ended: ended.to_owned(), reason, commit: commit.map(CommitLine::from) }
    }

    fn meant(self) -> Result<Entry, LineError> {
        let outcome = Outcome::of_parts(self.ended, self.reason)?;
        Ok(Entry::Outcome { of: self.of, outcome, commit: self.commit.map(CommitLine::meant).transpose()? })
    }
}

impl Outcome {
    /// The word for it in logs, and why it ended so.
    #[must_use]
    pub fn parts(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Replied { error: false } => ("replied", None),
            Self::Replied { error: true } => ("replied_error", None),
            Self::Withheld(why) => ("withheld", Some(why)),
            Self::NotSent(why) => ("not_sent", Some(why)),
            Self::Lost(why) => ("lost", Some(why)),
            Self::Taken => ("taken", None),
            Self::Refused(why) => ("refused", Some(why)),
        }
    }

    fn of_parts(word: String, reason: Option<String>) -> Result<Self, LineError> {
        let why = reason.unwrap_or_default();
        match word.as_str() {
            "replied" => Ok(Self::Replied { error: false }),
            "replied_error" => Ok(Self::Replied { error: true }),
            "withheld" => Ok(Self::Withheld(why)),
            "not_sent" => Ok(Self::NotSent(why)),
            "lost" => Ok(Self::Lost(why)),
            "taken" => Ok(Self::Taken),
            "refused" => Ok(Self::Refused(why)),
            _ => Err(LineError::Text(word, "an outcome")),
        }
    }
}

impl From<&Said> for AnswerLine {
    fn from(said: &Said) -> Self {
        Self {
            approver: said.approver.to_string(),
            approval: said.ask.to_string(),
            says: said.consent.to_string(),
            grant: said.grant.to_string(),
            server: said.server.to_string(),
            tool: said.tool.clone(),
        }
    }
}

impl AnswerLine {
    fn meant(self) -> Result<Said, LineError> {
        Ok(Said {
            approver: approver(self.approver)?,
            ask: ask(self.approval)?,
            consent: consent(self.says)?,
            grant: grant(self.grant)?,
            server: server(self.server)?,
            tool: self.tool,
        })
    }
}

impl From<&Judged> for JudgedLine {
    fn from(judged: &Judged) -> Self {
        Self {
            grant: judged.grant.to_string(),
            server: judged.server.to_string(),
            session: judged.session.as_ref().map(ToString::to_string),
            method: judged.method.clone(),
            tool: judged.tool.clone(),
            argument_keys: judged.argument_keys.clone(),
            verdict: judged.verdict.word().to_owned(),
            rule: judged.rule.as_ref().map(ToString::to_string),
            reason: judged.reason.clone(),
            retry_after_ms: judged.retry_after.map(millis),
            approval: judged.ask.map(|ask| ask.to_string()),
            policy: judged.policy.map(|digest| digest.to_string()),
            commit: judged.commit.as_ref().map(CommitLine::from),
            unidentified: judged.unidentified,
        }
    }
}

impl JudgedLine {
    fn meant(self) -> Result<Judged, LineError> {
        let verdict = match self.verdict.as_str() {
            "allow" => Verdict::Allow,
            "deny" => Verdict::Deny,
            "ask" => Verdict::Ask,
            "refuse" => Verdict::Refuse,
            _ => return Err(LineError::Text(self.verdict, "a verdict")),
        };
        Ok(Judged {
            grant: grant(self.grant)?,
            server: server(self.server)?,
            session: self.session.map(session).transpose()?,
            method: self.method,
            tool: self.tool,
            argument_keys: self.argument_keys,
            verdict,
            rule: self.rule.map(RuleName::placed),
            reason: self.reason,
            retry_after: self.retry_after_ms.map(Duration::from_millis),
            ask: self.approval.map(ask).transpose()?,
            policy: self.policy.map(digest).transpose()?,
            commit: self.commit.map(CommitLine::meant).transpose()?,
            unidentified: self.unidentified,
        })
    }
}

impl From<&Commit> for CommitLine {
    fn from(commit: &Commit) -> Self {
        Self {
            at_ms: commit.committed.at.as_millis(),
            turn: commit.committed.turn,
            changes: commit.plan.changes.iter().map(ChangeLine::from).collect(),
        }
    }
}

impl CommitLine {
    fn meant(self) -> Result<Commit, LineError> {
        let committed = Committed { at: Timestamp::from_millis(self.at_ms), turn: self.turn };
        Ok(Commit { committed, plan: plan(self.changes)? })
    }
}

fn grant(text: String) -> Result<GrantId, LineError> {
    GrantId::new(&text).map_err(|_| LineError::Text(text, "a grant"))
}

fn server(text: String) -> Result<ServerName, LineError> {
    ServerName::new(&text).map_err(|_| LineError::Text(text, "a server"))
}

fn session(text: String) -> Result<SessionId, LineError> {
    SessionId::new(&text).map_err(|_| LineError::Text(text, "a session"))
}

fn approver(text: String) -> Result<ApproverId, LineError> {
    ApproverId::new(&text).map_err(|_| LineError::Text(text, "an approver"))
}

fn ask(text: String) -> Result<AskId, LineError> {
    text.parse().map_err(|_| LineError::Text(text, "the id of an ask"))
}

fn consent(word: String) -> Result<Consent, LineError> {
    let known = [Consent::Given, Consent::Refused].into_iter().find(|consent| consent.to_string() == word);
    known.ok_or(LineError::Text(word, "an answer"))
}

fn digest(text: String) -> Result<Digest, LineError> {
    Digest::from_hex(&text).ok_or(LineError::Text(text, "a digest"))
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// The time as people read it, always with milliseconds, always in UTC.
#[must_use]
pub fn rfc3339(at: Timestamp) -> String {
    let millis = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
    format!("{time:.3}")
}

/// Compact JSON in which everything outside of ASCII, and DEL, is escaped.
struct AsciiFormatter;

impl serde_json::ser::Formatter for AsciiFormatter {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.bytes().all(|byte| byte.is_ascii() && byte != 0x7f) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut units = [0_u16; 2];
        for character in fragment.chars() {
            if character.is_ascii() && character != '\u{7f}' {
                writer.write_all(&[u8::try_from(character).unwrap_or(b'?')])?;
                continue;
            }
            for unit in character.encode_utf16(&mut units) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}
