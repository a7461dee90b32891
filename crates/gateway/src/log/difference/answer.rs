//! One call and its answer, without anything that differs from run to run.

use std::{fmt, time::Duration};

use floorwalker_policy::{Change, Charge, Scope};

use crate::log::history::Decided;
use crate::log::sentence::printable;
use crate::log::{Judged, Outcome, Verdict};

/// Who called what: the same in two runs of the same agents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallKind {
    /// Who asked.
    pub grant: String,
    /// Which upstream it was for.
    pub server: String,
    /// The JSON-RPC method; empty when the message was not understood.
    pub method: String,
    /// The tool, for `tools/call`.
    pub tool: Option<String>,
    /// The names of the arguments, sorted.
    pub argument_keys: Vec<String>,
}

/// What was answered to one call, and on what grounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The sequence number of the decision, for people who want to look it up.
    pub seq: u64,
    /// The answer.
    pub verdict: Verdict,
    /// The rule that decided, when one did.
    pub rule: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// How long until a limit has room again.
    pub retry_after: Option<Duration>,
    /// How it ended, where it is known.
    pub outcome: Option<Outcome>,
    /// What it did to the state, without checkouts, sessions and digests.
    pub changes: Vec<String>,
}

/// How far a call came, from the most open answer to the most closed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Closedness {
    /// It was let through, and the gateway held nothing back.
    Open,
    /// It was made, but its reply was withheld.
    Withheld,
    /// It was not made, but a person could let it pass.
    Asked,
    /// It was not made.
    Closed,
}

/// What an answer rests on, besides how far it let the call come, when it may come again, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Grounds<'a> {
    verdict: Verdict,
    rule: Option<&'a str>,
    outcome: Option<(&'static str, Option<&'a str>)>,
    changes: &'a [String],
}

impl CallKind {
    pub(super) fn of(judged: &Judged) -> Self {
        Self {
            grant: judged.grant.to_string(),
            server: judged.server.to_string(),
            method: judged.method.clone(),
            tool: judged.tool.clone(),
            argument_keys: judged.argument_keys.clone(),
        }
    }
}

/// `grant-a borealhost create_checkout(sku)`, on one line whatever the names hold.
impl fmt::Display for CallKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match (&self.tool, self.method.as_str()) {
            (Some(tool), _) => format!("{tool}({})", self.argument_keys.join(", ")),
            (None, "") => "(not understood)".to_owned(),
            (None, method) => method.to_owned(),
        };
        write!(out, "{} {} {}", self.grant, self.server, printable(&what))
    }
}

/// `deny by /tools/t/limits/rate: It is not allowed. (again in 60000 ms)`, on one line whatever the texts hold.
impl fmt::Display for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = self.verdict.word().to_owned();
        told.extend(self.rule.iter().map(|rule| format!(" by {rule}")));
        told.extend(self.reason.iter().map(|reason| format!(": {reason}")));
        told.extend(self.retry_after.map(|wait| format!(" (again in {} ms)", wait.as_millis())));
        if let Some((word, why)) = self.outcome.as_ref().map(Outcome::parts) {
            told += &format!(", {}", word.replace('_', " "));
            told.extend(why.map(|why| format!(": {why}")));
        }
        if !self.changes.is_empty() {
            told += &format!(" [{}]", self.changes.join("; "));
        }
        out.write_str(&printable(&told))
    }
}

impl Answer {
    pub(super) fn of(decided: &Decided<'_>) -> Self {
        let judged = decided.judged;
        let committed = judged.commit.as_ref().map_or(&[][..], |commit| &commit.plan.changes);
        Self {
            seq: decided.seq,
            verdict: judged.verdict,
            rule: judged.rule.as_ref().map(ToString::to_string),
            reason: judged.reason.clone(),
            retry_after: judged.retry_after,
            outcome: decided.outcome.cloned(),
            changes: committed.iter().chain(decided.observed).map(meaning).collect(),
        }
    }

    pub(super) fn closedness(&self) -> Closedness {
        match (self.verdict, &self.outcome) {
            (Verdict::Allow, Some(Outcome::Withheld(_))) => Closedness::Withheld,
            (Verdict::Allow, _) => Closedness::Open,
            (Verdict::Ask, _) => Closedness::Asked,
            (Verdict::Deny | Verdict::Refuse, _) => Closedness::Closed,
        }
    }

    /// How long the caller is kept out: not at all, for a while, or for good.
    pub(super) fn wait(&self) -> Duration {
        match self.closedness() {
            Closedness::Closed => self.retry_after.unwrap_or(Duration::MAX),
            Closedness::Open | Closedness::Withheld | Closedness::Asked => Duration::ZERO,
        }
    }

    /// Whether both rest on the same grounds. Where one rule tells both when to come back, its reason says so too, in words:
    /// the waits are compared already, so the reasons are not.
    pub(super) fn has_the_grounds_of(&self, other: &Self) -> bool {
        let is_wait = self.rule == other.rule && self.retry_after.is_some() && other.retry_after.is_some();
        self.grounds() == other.grounds() && (is_wait || self.reason == other.reason)
    }

    /// Everything besides waits and reasons that must be the same. Of a message that was lost on its way only that it was:
    /// how the network put it differs from run to run.
    fn grounds(&self) -> Grounds<'_> {
        let outcome = self.outcome.as_ref().map(|outcome| match outcome {
            Outcome::Withheld(why) => (outcome.parts().0, Some(why.as_str())),
            Outcome::Replied { .. } | Outcome::NotSent(_) | Outcome::Lost(_) | Outcome::Taken | Outcome::Refused(_) => {
                (outcome.parts().0, None)
            }
        });
        let Self { verdict, rule, changes, .. } = self;
        Grounds { verdict: *verdict, rule: rule.as_deref(), outcome, changes }
    }
}

/// A change without what names one checkout, session, quote or secret of this run.
fn meaning(change: &Change) -> String {
    match change {
        Change::Charge(charge) => charged(charge),
        Change::Own { grant, .. } => format!("own by {grant}"),
        Change::Poll { .. } => "poll".to_owned(),
        Change::Bind { grant, .. } => format!("bind to {grant}"),
        Change::Advance { status, terminal, .. } => {
            format!("advance to {status}{}", if *terminal { " for good" } else { "" })
        }
        Change::Begin { once, attempts: None, .. } => format!("begin {once}"),
        Change::Begin { once, attempts: Some(attempts), .. } => format!("begin {once}, {attempts} may fail"),
        Change::End { once, ending, .. } => format!("end {once} as {ending}"),
        Change::Reopen { .. } => "reopen".to_owned(),
        Change::Total { total, agreed: true, .. } => format!("agree to {total}"),
        Change::Total { total, agreed: false, .. } => format!("see {total}"),
        Change::Touch { .. } => "touch the total".to_owned(),
        Change::Touched { .. } => "end touching the total".to_owned(),
        Change::Settle { .. } => "settle the total".to_owned(),
        Change::Quote { quote, total } => format!("quote at {total} to {}", quote.grant),
        Change::Within { quote, total: None } => format!("use quote of {}", quote.grant),
        Change::Within { total: Some(total), .. } => format!("keep {total} within quote"),
        Change::Deliver { grant, .. } => format!("deliver to {grant}"),
        Change::Spend(_) | Change::Open { .. } | Change::Answer { .. } => change.to_string(),
        Change::TakeBack { plan, .. } => {
            let taken: Vec<String> = plan.changes.iter().map(meaning).collect();
            format!("take back ({})", taken.join("; "))
        }
    }
}

fn charged(charge: &Charge) -> String {
    let Charge { counter, amount, max, window, rule: _, on_deny: _ } = charge;
    let shared_by = match &counter.scope {
        Scope::Grant(grant) => grant.to_string(),
        Scope::Session(_) => "session".to_owned(),
        Scope::Policy => "everybody".to_owned(),
    };
    format!("charge {} {amount}/{max} per {window} for {shared_by}", counter.counter)
}
