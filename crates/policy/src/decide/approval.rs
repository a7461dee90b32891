//! Whether a person is asked before a call passes, and for a yes to what exactly.
//!
//! INVARIANT: what a person cannot be shown whole is denied, never asked.

use std::sync::Arc;

use floorwalker_json::{Digest, Node, Value, canonical};

use crate::{
    AskTerms, Call, Change, Cost, Definition, Denial, Wanted,
    decide::{confusable, visible},
    onlooker::Onlooker,
    policy::AskRule,
};

/// How much text a person can be expected to read before a yes: a line for every value, with the way to it.
const SHOWN_BYTES_MAX: usize = 16 * 1024;
/// Where the way to a value begins.
const ARGUMENTS: &str = "args";

/// Spends a person's yes to this call, where one of these rules asks for one. What the call costs is what the plan so far
/// says that it names.
pub(super) fn spend<'r>(
    rules: impl Iterator<Item = &'r AskRule>,
    definition: &Definition,
    call: &Call<'_>,
    plan: &[Change],
    eyes: &mut impl Onlooker,
) -> Result<Option<Change>, Box<Denial>> {
    let mut terms: Option<Arc<AskTerms>> = None;
    for rule in rules {
        let asks = rule.asks(call.arguments, eyes).map_err(|_| confusable());
        if eyes.hears(&rule.terms.rule, asks)? {
            terms = Some(match terms {
                None => Arc::clone(&rule.terms),
                Some(first) => Arc::new(stricter(&first, &rule.terms)),
            });
        }
    }
    let Some(terms) = terms else { return Ok(None) };
    if terms.approvers.is_nobody() {
        let reason = "Several rules ask for approval, and nobody may answer all of them.";
        return eyes.hears(&terms.rule, Err(visible(terms.rule.clone(), reason)));
    }
    if call.arguments.is_some_and(|arguments| shown_bytes(ARGUMENTS.len(), arguments) > SHOWN_BYTES_MAX) {
        let reason = "The arguments are too large for a person to read, so nobody can approve this call.";
        return eyes.hears(&terms.rule, Err(visible(terms.rule.clone(), reason)));
    }
    let arguments = call.arguments.map(canonical).unwrap_or_default();
    Ok(Some(Change::Spend(Arc::new(Wanted {
        grant: call.grant.clone(),
        server: call.server.clone(),
        tool: Arc::from(call.tool),
        call: digest(definition, call, &arguments),
        costs: plan.iter().filter_map(cost).collect(),
        terms,
    }))))
}

/// How many bytes people are shown of a value, at most: a line for every value in it, each with the whole way to
/// it, and everything but printable ASCII escaped: far more than the message had, where a long key holds many values.
fn shown_bytes(way: usize, node: &Node<'_>) -> usize {
    let line = |value: usize| way.saturating_add(" = \n".len()).saturating_add(value);
    match &node.value {
        Value::Object(object) if !object.is_empty() => all_shown(object.iter().map(|member| {
            let step = ".".len().saturating_add(quoted_bytes(&member.key));
            (way.saturating_add(step), &member.value)
        })),
        Value::Array(elements) if !elements.is_empty() => {
            all_shown(elements.iter().enumerate().map(|(index, element)| {
                let step = "[]".len().saturating_add(index.to_string().len());
                (way.saturating_add(step), element)
            }))
        }
        Value::Object(_) | Value::Array(_) => line("[]".len()),
        Value::Null => line("null".len()),
        Value::Bool(_) => line("false".len()),
        Value::Number(number) => line(number.decimal().to_string().len()),
        Value::String(text) => line(quoted_bytes(text)),
    }
}

fn all_shown<'n>(within: impl Iterator<Item = (usize, &'n Node<'n>)>) -> usize {
    within.map(|(way, node)| shown_bytes(way, node)).fold(0, usize::saturating_add)
}

/// How long the text is in quotes and escapes.
fn quoted_bytes(text: &str) -> usize {
    let escaped = |character: char| match character {
        '"' | '\\' | '\n' | '\r' | '\t' => 2,
        ' '..='~' => 1,
        _ => r"\u0000".len().saturating_mul(character.len_utf16()),
    };
    text.chars().map(escaped).fold("\"\"".len(), usize::saturating_add)
}

/// The terms under which both rules are content; the first names them.
fn stricter(first: &AskTerms, other: &AskTerms) -> AskTerms {
    AskTerms {
        rule: first.rule.clone(),
        reason: Arc::clone(&first.reason),
        approvers: first.approvers.and(&other.approvers),
        expires: first.expires.min(other.expires),
        pending_max: first.pending_max.min(other.pending_max),
        cool_down: first.cool_down.max(other.cool_down),
    }
}

fn cost(change: &Change) -> Option<Cost> {
    match change {
        Change::Own { checkout, .. } => Some(Cost::Checkout(checkout.handle.clone())),
        Change::Within { quote, .. } => Some(Cost::Quote(quote.handle.clone())),
        _ => None,
    }
}

/// Each part has its length before it, so that no two lists of parts run together into one text.
fn digest(definition: &Definition, call: &Call<'_>, arguments: &str) -> Digest {
    let definition = definition.digest.map(|digest| digest.to_string()).unwrap_or_default();
    let parts = [call.grant.as_str(), call.server.as_str(), call.tool, &definition, arguments];
    let text: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
    Digest::of(text.as_bytes())
}
