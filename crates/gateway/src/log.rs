//! The decision log: append-only lines, one per decision, one per answer of a person, one per outcome of either, and one per
//! reload.
//!
//! The log is two things at once: what people read and diff, and the write-ahead log of the state. A record that changed
//! the state carries its plan, so that a restart does the same commits again, in the order of their turns.
//!
//! INVARIANT: a record never holds an argument's value, a credential or a secret: names of arguments only, and of secrets
//! only keyed digests. Texts from outside are clipped for people, and whole only in
//! what commits are done again by; every line is ASCII.

mod difference;
mod filter;
mod history;
mod line;
mod sentence;
mod sink;
mod summary;

#[cfg(test)]
mod tests;

use std::time::Duration;

use floorwalker_json::Digest;
use floorwalker_policy::{
    ApproverId, AskId, Change, Consent, GrantId, Plan, RuleName, ServerName, SessionId, Timestamp,
};

use crate::ports::Committed;

pub use difference::{Answer, CallKind, ChangedCall, ComparedCall, Difference};
pub use filter::{Filter, InstantError, Picked, instant};
pub use history::{BrokenCause, BrokenLine, Decided, History};
pub use line::{LineError, rfc3339};
pub use sink::{FileLog, TextLog};

/// One record.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The time on the wall, for people.
    pub at: Timestamp,
    /// What happened.
    pub entry: Entry,
}

/// What a record is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// What was decided about one message.
    Decision(Box<Judged>),
    /// What a person said to an ask, before it holds for anybody.
    Answer(Said),
    /// What became of a message that was let through, or of a person's answer.
    Outcome {
        /// The sequence number of the decision.
        of: u64,
        /// How it ended.
        outcome: Outcome,
        /// What the reply did to the state.
        commit: Option<Commit>,
    },
    /// The policies were to be exchanged.
    Reload(Reload),
}

/// What came of a reload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reload {
    /// New policies are in force.
    Loaded,
    /// They could not be read, so those before stay in force; why.
    Failed(String),
}

/// A decision about one message, and what it was about.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Who asked.
    pub grant: GrantId,
    /// Which upstream it was for.
    pub server: ServerName,
    /// The session it came in.
    pub session: Option<SessionId>,
    /// The JSON-RPC method; empty when the message was not understood.
    pub method: String,
    /// The tool, for `tools/call`.
    pub tool: Option<String>,
    /// The names of the arguments, sorted; never their values.
    pub argument_keys: Vec<String>,
    /// The answer.
    pub verdict: Verdict,
    /// The rule that decided, when one did.
    pub rule: Option<RuleName>,
    /// Why, in one sentence.
    pub reason: Option<String>,
    /// How long until a limit has room again.
    pub retry_after: Option<Duration>,
    /// The ask that a person has to answer first.
    pub ask: Option<AskId>,
    /// The policy that was asked, by its digest.
    pub policy: Option<Digest>,
    /// What the decision did to the state.
    pub commit: Option<Commit>,
    /// Requests refused before anybody was identified, since the record before; they get no records of their own, so
    /// that nobody without a credential can fill the log.
    pub unidentified: u64,
}

/// What a person said to an ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who.
    pub approver: ApproverId,
    /// To which ask.
    pub ask: AskId,
    /// Yes or no.
    pub consent: Consent,
    /// Who had asked.
    pub grant: GrantId,
    /// Which upstream it is for.
    pub server: ServerName,
    /// The tool.
    pub tool: String,
}

/// A plan that was done, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    /// When, and in which turn.
    pub committed: Committed,
    /// What was done.
    pub plan: Plan,
}

impl Commit {
    /// The plan that takes it back, because nothing was sent.
    pub(crate) fn taken_back(&self) -> Plan {
        Plan { changes: vec![Change::TakeBack { at: self.committed.at, plan: self.plan.clone() }] }
    }
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Let through.
    Allow,
    /// Denied by a rule.
    Deny,
    /// Not before a person says yes.
    Ask,
    /// Not understood, or not a thing that this protocol version allows.
    Refuse,
}

/// How a message that was let through ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The upstream's reply was handed on.
    Replied {
        /// Whether it was an error of the tool or of the protocol.
        error: bool,
    },
    /// A reply came that nobody may get.
    Withheld(String),
    /// Not a byte was sent; what was charged is given back.
    NotSent(String),
    /// It may have been sent, but no reply came; what was charged stays charged.
    Lost(String),
    /// A person's answer holds from now on.
    Taken,
    /// A person's answer was not one that could be given.
    Refused(String),
}

impl Verdict {
    /// The word for it in logs and transcripts.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Ask => "ask",
            Self::Refuse => "refuse",
        }
    }
}

/// At most `most` characters of a text from outside.
pub(crate) fn clip(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or("")),
        None => text.to_owned(),
    }
}
