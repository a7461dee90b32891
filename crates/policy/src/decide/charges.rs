//! What a call takes of the limits: how much, in whose name, and when it cannot be told.
//!
//! INVARIANT: a call whose amount cannot be read exactly is denied, never counted as nothing or as something else.

use floorwalker_json::Node;

use crate::{
    Amount, Call, Change, Charge, CounterKey, Denial, Scope,
    condition::Found,
    decide::{confusable, visible},
    explain::Look,
    onlooker::Onlooker,
    policy::{Argument, Limit, SharedBy, Takes, ZeroAmount},
};

pub(super) fn charge(limit: &Limit, call: &Call<'_>, eyes: &mut impl Onlooker) -> Result<Change, Box<Denial>> {
    let amount = match &limit.takes {
        Takes::Same(amount) => *amount,
        Takes::Argument(argument) => {
            let answer = amount(limit, argument, call.arguments, eyes);
            eyes.hears(&limit.rule, answer)?
        }
    };
    let scope = scope(limit, call, eyes)?;
    let counter = CounterKey { server: call.server.clone(), counter: limit.counter.clone(), scope };
    Ok(Change::Charge(Charge {
        counter,
        amount,
        max: limit.max,
        window: limit.window,
        rule: limit.rule.clone(),
        on_deny: limit.on_deny.clone(),
    }))
}

fn scope(limit: &Limit, call: &Call<'_>, eyes: &mut impl Onlooker) -> Result<Scope, Box<Denial>> {
    match limit.shared_by {
        SharedBy::Grant => Ok(Scope::Grant(call.grant.clone())),
        SharedBy::Policy => Ok(Scope::Policy),
        SharedBy::Session => {
            let answer = call.session.cloned().map(Scope::Session).ok_or_else(|| {
                visible(limit.rule.clone(), "This tool is limited per session, and this call came without a session.")
            });
            eyes.sees(&limit.rule, answer, || {
                let saw = call.session.map_or_else(|| "none".to_owned(), ToString::to_string);
                ("a session, because it counts per session".to_owned(), saw)
            })
        }
    }
}

fn amount(
    limit: &Limit,
    argument: &Argument,
    arguments: Option<&Node<'_>>,
    eyes: &mut impl Onlooker,
) -> Result<Amount, Box<Denial>> {
    if let Some((path, currency)) = &argument.currency {
        let found = path.find(arguments);
        let is_pinned = value(found)?.is_some_and(|node| node.as_str() == Some(currency));
        eyes.looks(|| Look::at(format!("{} is {currency}", path.as_str()), found, is_pinned));
        if !is_pinned {
            let reason = format!("This tool is limited in {currency}, which must stand in {}.", path.as_str());
            return Err(visible(limit.rule.clone(), reason));
        }
    }
    let found = argument.path.find(arguments);
    let number = value(found)?.and_then(Node::as_number);
    let amount = number.and_then(|number| Amount::of(&number.decimal()));
    let amount = amount.filter(|amount| argument.zero == ZeroAmount::Fits || !amount.is_zero());
    let path = argument.path.as_str();
    eyes.looks(|| Look::at(format!("{path} is an amount"), found, amount.is_some()));
    amount.ok_or_else(|| {
        let reason = format!(
            "This tool is limited by {path}, which must be a number above zero with at most nine digits behind the point."
        );
        visible(limit.rule.clone(), reason)
    })
}

/// What was found; a call in which something can be taken for it is denied.
fn value<'n, 's>(found: Found<'n, 's>) -> Result<Option<&'n Node<'s>>, Box<Denial>> {
    match found {
        Found::Value(node) => Ok(Some(node)),
        Found::Absent => Ok(None),
        Found::Confusable => Err(confusable()),
    }
}
