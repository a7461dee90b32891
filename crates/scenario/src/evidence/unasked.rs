//! What holds in every run, so that no scenario has to ask: a secret is shown once and to its owner, and a checkout is
//! charged once exactly when it is paid.

use std::collections::BTreeMap;

use floorwalker_mocks::{Secret, SecretKind};

use crate::evidence::InboxEvidence;
use crate::world::World;

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
        found.extend(astray(world, secret, &holders));
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

/// The inboxes of other grants. Whose a secret is can be told only where a grant's upstream credential made it.
fn astray(world: &World, secret: &Secret, holders: &[(&str, u64)]) -> Vec<Breach> {
    let grants = &world.wiring.grants;
    let owner = secret.minted_for.as_deref().and_then(|credential| credential.strip_prefix("upstream-"));
    let Some(owner) = owner.filter(|owner| grants.contains_key(*owner)) else { return Vec::new() };
    let is_other = |agent: &str| world.agents.get(agent).and_then(|agent| agent.grant.as_deref()) != Some(owner);
    let others = holders.iter().filter(|(agent, _)| is_other(agent));
    let breach = |(agent, messages): &(&str, u64)| Breach {
        expected: format!("no {} made for {owner} in the inbox of {agent}", secret.kind.as_str()),
        happened: format!("{messages} of its messages had one"),
    };
    others.map(breach).collect()
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
