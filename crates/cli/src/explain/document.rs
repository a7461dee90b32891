//! An explanation as one JSON document: the wire twins, whose schema is `schemas/explanation.json`.

use std::time::Duration;

use floorwalker_json::Place;
use floorwalker_policy::{Answer, Finding, Look};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    sequence::Verdict,
    told::Whole,
    veil::Veil,
    walk::{Counted, Effect, Ending, EndingKind, Explained},
};
use crate::exit::Failure;

#[cfg(test)]
mod tests;

/// Why each of a sequence of calls was allowed or denied.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ExplanationDocument {
    /// The version of this format.
    version: u32,
    /// The file of the policy.
    policy: String,
    /// What was not known, so that less was looked at.
    notes: Vec<&'static str>,
    /// The calls in their order.
    calls: Vec<CallLine>,
}

/// A call, what was decided on it and why.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CallLine {
    /// When it came: an instant, or minutes, seconds and milliseconds since the start.
    at: String,
    /// Who called.
    grant: String,
    /// Which upstream it was for.
    server: String,
    /// The session it came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    /// The tool.
    tool: String,
    /// Its arguments, as JSON.
    arguments: String,
    /// What came of it.
    decision: DecisionWord,
    /// The rule that decided against it or its reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// What the agent is told when it is denied.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Milliseconds until there is room again.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    /// Every rule that was asked, in that order, and then those that were not because one had decided.
    rules: Vec<RuleLine>,
    /// What it did to the state.
    effects: Vec<EffectLine>,
    /// What its end told, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    ending: Option<EndingLine>,
    /// How it was expected to come out, where that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<ExpectedLine>,
}

/// What came of a call.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum DecisionWord {
    /// It is let through.
    Allow,
    /// It is not.
    Deny,
    /// It waits for a person's yes.
    Ask,
    /// It is let through, but the agent does not get its reply.
    Withheld,
}

/// A rule.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RuleLine {
    /// Its name.
    rule: String,
    /// Where the policy says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceLine>,
    /// What it answered.
    answer: AnswerWord,
    /// What it looked at.
    looks: Vec<LookLine>,
}

/// A place in the policy, counted from one.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PlaceLine {
    line: usize,
    column: usize,
}

/// What a rule answers.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum AnswerWord {
    /// It lets the call pass.
    Passes,
    /// It decides against the call.
    Denies,
    /// It asks a person.
    Asks,
    /// Another had decided.
    NotAsked,
}

/// One thing that a rule looked at.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct LookLine {
    /// What it wants.
    wants: String,
    /// What it saw: a value as JSON, or something about the state.
    #[serde(skip_serializing_if = "Option::is_none")]
    saw: Option<String>,
    /// Whether that is so; absent when it was not looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    holds: Option<bool>,
}

/// What a change did to the state.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum EffectLine {
    Done {
        /// The change in words.
        done: String,
    },
    Counted {
        /// Which counter, and who shares it.
        counter: String,
        /// How much its window holds now.
        holds: String,
        /// How much it may hold.
        max: String,
        /// The window.
        window: String,
        /// When such a call fits again; absent when it never does.
        #[serde(skip_serializing_if = "Option::is_none")]
        room_at: Option<String>,
    },
}

/// The end of a call.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct EndingLine {
    /// How it ended.
    kind: EndingWord,
    /// Why its reply is withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The rules that the reply was held to.
    rules: Vec<RuleLine>,
    /// What it did to the state.
    effects: Vec<EffectLine>,
}

/// How a call ended.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum EndingWord {
    /// The agent gets the reply.
    Replied,
    /// It gets it, and nobody has read it, because there is no checkout profile.
    Unread,
    /// It does not get it.
    Withheld,
    /// The reply was lost.
    Lost,
    /// Not a byte was sent.
    NotSent,
}

/// How a call was expected to come out.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ExpectedLine {
    /// The decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<DecisionWord>,
    /// The rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// Whether it did.
    held: bool,
}

/// The document as text.
pub(super) fn render(whole: &Whole<'_>) -> Result<String, Failure> {
    let writing = Writing { whole, veil: whole.veil() };
    let document = ExplanationDocument {
        version: 1,
        policy: whole.document.name.clone(),
        notes: whole.notes(),
        calls: whole.calls.iter().map(|call| writing.call(call)).collect(),
    };
    let text = serde_json::to_string_pretty(&document).map_err(|error| Failure::Harness(error.to_string()))?;
    Ok(text + "\n")
}

struct Writing<'w> {
    whole: &'w Whole<'w>,
    veil: Veil<'w>,
}

impl Writing<'_> {
    fn call(&self, call: &Explained<'_>) -> CallLine {
        let (asked, expect) = (call.asked, &call.asked.expect);
        let is_expected = expect.verdict.is_some() || expect.rule.is_some();
        CallLine {
            at: self.whole.time(asked.at),
            grant: self.veil.line(asked.grant.as_str()),
            server: self.veil.line(asked.server.as_str()),
            session: asked.session.as_ref().map(|session| self.veil.line(session.as_str())),
            tool: self.veil.line(&asked.tool),
            arguments: self.veil.arguments(asked),
            decision: call.verdict().into(),
            rule: call.rule().map(|rule| self.veil.line(rule)),
            reason: call.denial.as_ref().map(|denial| self.veil.line(&denial.reason)),
            retry_after_ms: call.denial.as_ref().and_then(|denial| denial.retry_after).map(millis),
            rules: self.rules(call, &call.findings),
            effects: self.effects(&call.effects),
            ending: call.ending.as_ref().map(|ending| self.ending(call, ending)),
            expected: is_expected.then(|| ExpectedLine {
                decision: expect.verdict.map(DecisionWord::from),
                rule: expect.rule.as_ref().map(|rule| self.veil.line(rule)),
                held: call.is_as_expected(),
            }),
        }
    }

    fn rules(&self, call: &Explained<'_>, findings: &[Finding]) -> Vec<RuleLine> {
        let rule = |finding: &Finding| RuleLine {
            rule: self.veil.line(finding.rule.as_str()),
            place: self.whole.place(call, finding).map(PlaceLine::from),
            answer: finding.answer.into(),
            looks: finding.looks.iter().map(|look| self.look(look)).collect(),
        };
        findings.iter().map(rule).collect()
    }

    fn look(&self, look: &Look) -> LookLine {
        LookLine {
            wants: self.veil.line(&look.wants),
            saw: look.holds.map(|_| self.veil.line(&look.saw)),
            holds: look.holds,
        }
    }

    fn effects(&self, effects: &[Effect]) -> Vec<EffectLine> {
        let line = |effect: &Effect| match effect {
            Effect::Done(done) => EffectLine::Done { done: self.veil.line(done) },
            Effect::Counted(counted) => self.counted(counted),
        };
        effects.iter().map(line).collect()
    }

    fn counted(&self, Counted { charge, holds, fits, .. }: &Counted) -> EffectLine {
        EffectLine::Counted {
            counter: self.veil.line(&format!("{} for {}", charge.counter.counter, charge.counter.scope)),
            holds: holds.clone(),
            max: charge.max.to_string(),
            window: charge.window.to_string(),
            room_at: fits.map(|at| self.whole.time(at)),
        }
    }

    fn ending(&self, call: &Explained<'_>, ending: &Ending) -> EndingLine {
        let (kind, reason) = match &ending.kind {
            EndingKind::Replied => (EndingWord::Replied, None),
            EndingKind::Unread => (EndingWord::Unread, None),
            EndingKind::Lost => (EndingWord::Lost, None),
            EndingKind::NotSent => (EndingWord::NotSent, None),
            EndingKind::Withheld { reason, .. } => (EndingWord::Withheld, Some(self.veil.line(reason))),
        };
        let (rules, effects) = (self.rules(call, &ending.findings), self.effects(&ending.effects));
        EndingLine { kind, reason, rules, effects }
    }
}

impl From<Verdict> for DecisionWord {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Allow => Self::Allow,
            Verdict::Deny => Self::Deny,
            Verdict::Ask => Self::Ask,
            Verdict::Withheld => Self::Withheld,
        }
    }
}

impl From<Answer> for AnswerWord {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Passes => Self::Passes,
            Answer::Denies => Self::Denies,
            Answer::Asks => Self::Asks,
            Answer::NotAsked => Self::NotAsked,
        }
    }
}

impl From<Place> for PlaceLine {
    fn from(Place { line, column }: Place) -> Self {
        Self { line, column }
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
