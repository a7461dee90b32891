//! A difference as one JSON document: the wire twins, whose schema is `schemas/log-diff.json`.

use std::path::Path;

use floorwalker_gateway::{Answer, CallKind, ChangedCall, ComparedCall, Difference};
use schemars::JsonSchema;
use serde::Serialize;

use crate::exit::Failure;

/// What changed from one decision log to another.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct DifferenceDocument {
    /// The version of this format.
    version: u32,
    /// The file of the first log.
    before: String,
    /// The file of the second log.
    after: String,
    /// How many calls were answered alike.
    same: usize,
    /// Calls that the second log closes further than the first one.
    stricter: Vec<ChangedLine>,
    /// Calls that the second log opens further than the first one.
    looser: Vec<ChangedLine>,
    /// The same answer by another rule, for another reason, with other changes or another ending.
    otherwise: Vec<ChangedLine>,
    /// Calls that are only in the first log.
    only_before: Vec<AloneLine>,
    /// Calls that are only in the second log.
    only_after: Vec<AloneLine>,
}

/// A call that is in both logs.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ChangedLine {
    call: CallLine,
    before: AnswerLine,
    after: AnswerLine,
}

/// A call that is in one log only.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct AloneLine {
    call: CallLine,
    answer: AnswerLine,
}

/// Who called what.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CallLine {
    /// Who asked.
    grant: String,
    /// Which upstream it was for.
    server: String,
    /// The JSON-RPC method; empty when the message was not understood.
    method: String,
    /// The tool, for `tools/call`.
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<String>,
    /// The names of the arguments, sorted.
    argument_keys: Vec<String>,
    /// Which call of this kind it is, from one.
    occurrence: usize,
}

/// What was answered.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct AnswerLine {
    /// The sequence number of the decision in its log.
    seq: u64,
    /// The answer: `allow`, `deny` or `refuse`.
    decision: String,
    /// The rule that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Milliseconds until a limit has room again.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    /// How it ended, as the log says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    /// What it did to the state, without what names one run only.
    changes: Vec<String>,
}

/// The document as text.
pub(super) fn render(before: &Path, after: &Path, difference: &Difference) -> Result<String, Failure> {
    let Difference { stricter, looser, otherwise, only_before, only_after, same } = difference;
    let changed = |calls: &[ChangedCall]| calls.iter().map(ChangedLine::from).collect();
    let alone = |calls: &[ComparedCall]| calls.iter().map(AloneLine::from).collect();
    let document = DifferenceDocument {
        version: 1,
        before: before.display().to_string(),
        after: after.display().to_string(),
        same: *same,
        stricter: changed(stricter),
        looser: changed(looser),
        otherwise: changed(otherwise),
        only_before: alone(only_before),
        only_after: alone(only_after),
    };
    let text = serde_json::to_string_pretty(&document).map_err(|error| Failure::Harness(error.to_string()))?;
    Ok(text + "\n")
}

impl From<&ChangedCall> for ChangedLine {
    fn from(changed: &ChangedCall) -> Self {
        let ChangedCall { kind, occurrence, before, after } = changed;
        Self { call: CallLine::new(kind, *occurrence), before: before.into(), after: after.into() }
    }
}

impl From<&ComparedCall> for AloneLine {
    fn from(ComparedCall { kind, occurrence, answer }: &ComparedCall) -> Self {
        Self { call: CallLine::new(kind, *occurrence), answer: answer.into() }
    }
}

impl CallLine {
    fn new(kind: &CallKind, occurrence: usize) -> Self {
        let CallKind { grant, server, method, tool, argument_keys } = kind.clone();
        Self { grant, server, method, tool, argument_keys, occurrence }
    }
}

impl From<&Answer> for AnswerLine {
    fn from(answer: &Answer) -> Self {
        Self {
            seq: answer.seq,
            decision: answer.verdict.word().to_owned(),
            rule: answer.rule.clone(),
            reason: answer.reason.clone(),
            retry_after_ms: answer.retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
            ended: answer.outcome.as_ref().map(|outcome| outcome.parts().0.to_owned()),
            changes: answer.changes.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
