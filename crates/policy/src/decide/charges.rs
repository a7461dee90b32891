//! What a call takes of the limits: how much, in whose name, and when it cannot be told.
//!
//! INVARIANT: a call whose amount cannot be read exactly is denied, never counted as nothing or as something else.

use floorwalker_json::Node;

use crate::{
    Amount, Call, Change, Charge, CounterKey, Denial, Scope,
    condition::{Found, Path},
    decide::{confusable, visible},
    policy::{Argument, Limit, SharedBy, Takes, ZeroAmount},
};

pub(super) fn charge(limit: &Limit, call: &Call<'_>) -> Result<Change, Box<Denial>> {
    let amount = match &limit.takes {
        Takes::Same(amount) => *amount,
        Takes::Argument(argument) => amount(limit, argument, call.arguments)?,
    };
    let counter =
        CounterKey { server: call.server.clone(), counter: limit.counter.clone(), scope: scope(limit, call)? };
    Ok(Change::Charge(Charge {
        counter,
        amount,
        max: limit.max,
        window: limit.window,
        rule: limit.rule.clone(),
        on_deny: limit.on_deny.clone(),
    }))
}

fn scope(limit: &Limit, call: &Call<'_>) -> Result<Scope, Box<Denial>> {
    Ok(match limit.shared_by {
        SharedBy::Grant => Scope::Grant(call.grant.clone()),
        SharedBy::Policy => Scope::Policy,
        SharedBy::Session => Scope::Session(call.session.cloned().ok_or_else(|| {
            visible(limit.rule.clone(), "This tool is limited per session, and this call came without a session.")
        })?),
    })
}

fn amount(limit: &Limit, argument: &Argument, arguments: Option<&Node<'_>>) -> Result<Amount, Box<Denial>> {
    if let Some((path, currency)) = &argument.currency {
        let is_pinned = find(path, arguments)?.is_some_and(|node| node.as_str() == Some(currency));
        if !is_pinned {
            let reason = format!("This tool is limited in {currency}, which must stand in {}.", path.as_str());
            return Err(visible(limit.rule.clone(), reason));
        }
    }
    let number = find(&argument.path, arguments)?.and_then(Node::as_number);
    let amount = number.and_then(|number| Amount::of(&number.decimal()));
    amount.filter(|amount| argument.zero == ZeroAmount::Fits || !amount.is_zero()).ok_or_else(|| {
        let path = argument.path.as_str();
        let reason = format!(
            "This tool is limited by {path}, which must be a number above zero with at most nine digits behind the point."
        );
        visible(limit.rule.clone(), reason)
    })
}

fn find<'n, 's>(path: &Path, arguments: Option<&'n Node<'s>>) -> Result<Option<&'n Node<'s>>, Box<Denial>> {
    match path.find(arguments) {
        Found::Value(node) => Ok(Some(node)),
        Found::Absent => Ok(None),
        Found::Confusable => Err(confusable()),
    }
}
