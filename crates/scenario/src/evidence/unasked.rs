//! What holds in every run, so that no scenario has to ask: a secret is shown once and to its owner, and a checkout is
//! charged once exactly when it is paid.

use std::collections::{BTreeMap, BTreeSet};

use floorwalker_mocks::{Secret, SecretKind};

use crate::evidence::InboxEvidence;
use crate::world::World;

#[cfg(test)]
mod tests;

/// Something that may not be in any run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    /// What must be, as a sentence goes on after "expected".
    pub(crate) expected: String,
    pub(crate) happened: String,
}

/// Every key and checkout secret is in one message at most, and in no inbox of another grant than its own.
pub(super) fn deliveries(world: &World, secrets: &[Secret], inboxes: &BTreeMap<String, InboxEvidence>) -> Vec<Breach> {
    let mut found = Vec::new();
    let once = |secret: &Secret| matches!(secret.kind, SecretKind::ApiKey | SecretKind::CheckoutSecret);
    for (index, secret) in secrets.iter().enumerate() {
        let holders: Vec<(&str, u64)> =
            inboxes.iter().filter_map(|(agent, inbox)| Some((agent.as_str(), *inbox.shown.get(&index)?))).collect();
        if once(secret) {
            found.extend(repeated(secret, &holders));
        }
        // Two may have told the same: what they told has several owners and is looked at once.
        let same = |other: &&Secret| other.kind == secret.kind && other.value == secret.value;
        if secrets.iter().take(index).any(|other| same(&other)) {
            continue;
        }
        let owners: Option<BTreeSet<&str>> = secrets.iter().filter(same).map(|other| owner(world, other)).collect();
        if let Some(owners) = owners {
            found.extend(astray(world, secret, &owners, &holders));
        }
    }
    found
}

fn repeated(secret: &Secret, holders: &[(&str, u64)]) -> Option<Breach> {
    let count: u64 = holders.iter().map(|(_, messages)| messages).sum();
    let each = holders.iter().map(|(agent, messages)| format!("{agent} received {messages}"));
    (count > 1).then(|| Breach {
        expected: format!("each {} to be shown in one message at most", secret.kind.as_str()),
        happened: format!("one was shown in {count}: {}", each.collect::<Vec<_>>().join(", ")),
    })
}

/// The grant whose upstream credential made a secret, where one did. Otherwise nobody can tell whose it is.
fn owner<'a>(world: &World, secret: &'a Secret) -> Option<&'a str> {
    let owner = secret.minted_for.as_deref().and_then(|credential| credential.strip_prefix("upstream-"));
    owner.filter(|owner| world.wiring.grants.contains_key(*owner))
}

/// The inboxes of grants that do not own it.
fn astray(world: &World, secret: &Secret, owners: &BTreeSet<&str>, holders: &[(&str, u64)]) -> Vec<Breach> {
    let grant = |agent: &str| world.agents.get(agent).and_then(|agent| agent.grant.as_deref());
    let others = strangers(owners, holders, grant);
    let named = owners.iter().copied().collect::<Vec<_>>().join(" and ");
    let breach = |(agent, messages): (&str, u64)| Breach {
        expected: format!("no {} made for {named} in the inbox of {agent}", secret.kind.as_str()),
        happened: format!("{messages} of its messages had one"),
    };
    others.into_iter().map(breach).collect()
}

/// The holders whose grant is none of the owners.
fn strangers<'a>(
    owners: &BTreeSet<&str>,
    holders: &[(&'a str, u64)],
    grant: impl Fn(&str) -> Option<&'a str>,
) -> Vec<(&'a str, u64)> {
    let is_stranger = |agent: &str| grant(agent).is_none_or(|grant| !owners.contains(grant));
    holders.iter().copied().filter(|(agent, _)| is_stranger(agent)).collect()
}

/// Every checkout is charged once net of refunds when it is paid for, and not at all otherwise.
pub(super) fn charges(world: &World) -> Vec<Breach> {
    let mut found = Vec::new();
    for (server, mock) in &world.wiring.mocks {
        let mock = mock.settled();
        // Such a server takes a payment too many, whoever stands before it.
        if !mock.keeps_accounts_straight() {
            continue;
        }
        let paid = mock.ledger().lifecycle().paid;
        for (checkout, state) in mock.ledger().final_states() {
            let (net, due) = (mock.ledger().net_charges(checkout), i64::from(paid.contains(&state)));
            if net != due {
                found.push(Breach {
                    expected: format!(
                        "a checkout of {server} that is {state} to be charged {due} times, net of refunds"
                    ),
                    happened: format!("{checkout} was charged {net} times"),
                });
            }
        }
    }
    found
}
