//! Whether a person is asked before a call passes, and for a yes to what exactly.
//!
//! INVARIANT: what a person cannot be shown whole is denied, never asked.

use std::sync::Arc;

use floorwalker_json::{Digest, canonical};

use crate::{
    AskTerms, Call, Change, Cost, Definition, Denial, Wanted,
    decide::{confusable, visible},
    onlooker::Onlooker,
    policy::AskRule,
};

/// How much of arguments, in their one spelling, a person can be expected to read before a yes.
const SHOWN_BYTES_MAX: usize = 16 * 1024;

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
    let arguments = call.arguments.map(canonical).unwrap_or_default();
    if arguments.len() > SHOWN_BYTES_MAX {
        let reason = "The arguments are too large for a person to read, so nobody can approve this call.";
        return eyes.hears(&terms.rule, Err(visible(terms.rule.clone(), reason)));
    }
    Ok(Some(Change::Spend(Arc::new(Wanted {
        grant: call.grant.clone(),
        server: call.server.clone(),
        tool: Arc::from(call.tool),
        call: digest(definition, call, &arguments),
        costs: plan.iter().filter_map(cost).collect(),
        terms,
    }))))
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
