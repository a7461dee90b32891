//! What the two witnesses have to say when a run is over, and whether anything leaked that must not for anybody.

use std::collections::BTreeMap;

use floorwalker_mocks::{Secret, SecretKind};

use crate::between::ours::{agent_token, upstream_token};
use crate::document::Count;
use crate::secrets::{Needle, Undone};
use crate::world::World;

/// Everything that is judged about a run besides its answers.
#[derive(Debug)]
pub(crate) struct Evidence {
    pub(crate) ledgers: BTreeMap<String, LedgerEvidence>,
    pub(crate) inboxes: BTreeMap<String, InboxEvidence>,
    /// In the order in which they were minted, mock by mock.
    pub(crate) secrets: Vec<Secret>,
    pub(crate) leaks: Vec<Leak>,
}

/// What one mock did.
#[derive(Debug)]
pub(crate) struct LedgerEvidence {
    pub(crate) counts: BTreeMap<String, u64>,
    pub(crate) executed: BTreeMap<String, u64>,
    pub(crate) received: u64,
}

/// What one agent received.
#[derive(Debug)]
pub(crate) struct InboxEvidence {
    pub(crate) messages: u64,
    /// How many messages hold a secret of each kind.
    pub(crate) held: BTreeMap<SecretKind, u64>,
}

/// A credential or a secret where none may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leak {
    pub(crate) what: String,
    pub(crate) place: String,
}

impl Evidence {
    pub(crate) fn collect(world: &World) -> Self {
        let secrets: Vec<Secret> = world.wiring.mocks.values().flat_map(|mock| mock.settled().secrets()).collect();
        let needles: Vec<(SecretKind, Needle)> =
            secrets.iter().map(|secret| (secret.kind, Needle::new(&secret.value))).collect();
        let boxes: BTreeMap<String, Vec<Undone>> = inboxes(world);
        let credentials = Credentials::of(world);
        let mut leaks = log_leaks(&world.between.log(), &needles, &credentials);
        leaks.extend(inbox_leaks(&boxes, world, &credentials));
        leaks.extend(upstream_leaks(world));
        let ledgers = world.wiring.mocks.keys().map(|name| (name.clone(), LedgerEvidence::collect(world, name)));
        let inboxes = boxes.iter().map(|(name, messages)| (name.clone(), InboxEvidence::collect(messages, &needles)));
        Self { ledgers: ledgers.collect(), inboxes: inboxes.collect(), secrets, leaks }
    }

    /// What a mock counted.
    pub(crate) fn count(&self, server: &str, count: &Count) -> u64 {
        let Some(ledger) = self.ledgers.get(server) else { return 0 };
        match count {
            Count::Named(name) => ledger.counts.get(name).copied().unwrap_or_default(),
            Count::Executed(tool) => ledger.executed.get(tool).copied().unwrap_or_default(),
            Count::Received => ledger.received,
        }
    }

    /// How many messages of an agent hold a secret of that kind.
    pub(crate) fn held(&self, agent: &str, kind: SecretKind) -> u64 {
        self.inboxes.get(agent).and_then(|inbox| inbox.held.get(&kind)).copied().unwrap_or_default()
    }
}

impl LedgerEvidence {
    fn collect(world: &World, name: &str) -> Self {
        let Some(shared) = world.wiring.mocks.get(name) else {
            return Self { counts: BTreeMap::new(), executed: BTreeMap::new(), received: 0 };
        };
        let received = shared.received();
        let mock = shared.settled();
        let mut executed = BTreeMap::new();
        for call in mock.journal().calls() {
            *executed.entry(call.tool.clone()).or_default() += 1;
        }
        Self { counts: mock.ledger().counts(), executed, received }
    }
}

impl InboxEvidence {
    fn collect(messages: &[Undone], needles: &[(SecretKind, Needle)]) -> Self {
        let mut held = BTreeMap::new();
        for message in messages {
            let mut kinds: Vec<SecretKind> =
                needles.iter().filter(|(_, needle)| needle.is_in(message)).map(|(kind, _)| *kind).collect();
            kinds.sort_unstable();
            kinds.dedup();
            for kind in kinds {
                *held.entry(kind).or_default() += 1;
            }
        }
        Self { messages: u64::try_from(messages.len()).unwrap_or(u64::MAX), held }
    }
}

fn inboxes(world: &World) -> BTreeMap<String, Vec<Undone>> {
    let undone = |messages: Vec<Vec<u8>>| messages.iter().map(|message| Undone::new(message)).collect();
    let mut boxes: BTreeMap<String, Vec<Undone>> =
        world.agents.iter().map(|(name, agent)| (name.clone(), undone(agent.inbox.messages()))).collect();
    let nobody = world.nobody.inbox.messages();
    if !nobody.is_empty() {
        boxes.insert("nobody".to_owned(), undone(nobody));
    }
    boxes
}

/// What proves each grant, on either side of the gateway.
struct Credentials(Vec<Credential>);

struct Credential {
    grant: String,
    token: Needle,
    upstream: Needle,
}

impl Credentials {
    fn of(world: &World) -> Self {
        let credential = |grant: &String| Credential {
            grant: grant.clone(),
            token: Needle::new(&agent_token(grant)),
            upstream: Needle::new(&upstream_token(grant)),
        };
        Self(world.wiring.grants.keys().map(credential).collect())
    }
}

/// No secret, not even its beginning, and no credential may be in the decision log.
fn log_leaks(log: &str, needles: &[(SecretKind, Needle)], credentials: &Credentials) -> Vec<Leak> {
    let text = Undone::new(log.as_bytes());
    let leak = |what: String| Leak { what, place: "the decision log".to_owned() };
    let begun = needles.iter().filter(|(_, needle)| needle.begins_in(&text));
    let mut leaks: Vec<Leak> = begun.map(|(kind, _)| leak(kind.as_str().to_owned())).collect();
    for Credential { grant, token, upstream } in &credentials.0 {
        for (what, needle) in [("bearer token", token), ("upstream credential", upstream)] {
            if needle.is_in(&text) {
                leaks.push(leak(format!("{what} of {grant}")));
            }
        }
    }
    leaks
}

/// No upstream credential may be in any inbox, and no bearer token in one of another grant.
fn inbox_leaks(boxes: &BTreeMap<String, Vec<Undone>>, world: &World, credentials: &Credentials) -> Vec<Leak> {
    let mut leaks = Vec::new();
    for (name, messages) in boxes {
        let own = world.agents.get(name).and_then(|agent| agent.grant.as_ref());
        let mut check = |what: &str, grant: &String, needle: &Needle| {
            if messages.iter().any(|message| needle.is_in(message)) {
                leaks.push(Leak { what: format!("{what} of {grant}"), place: format!("the inbox of {name}") });
            }
        };
        for Credential { grant, token, upstream } in &credentials.0 {
            check("upstream credential", grant, upstream);
            if own != Some(grant) {
                check("bearer token", grant, token);
            }
        }
    }
    leaks
}

/// No agent's token may reach a mock, as a credential or in a body.
fn upstream_leaks(world: &World) -> Vec<Leak> {
    let mut leaks = Vec::new();
    for (server, mock) in &world.wiring.mocks {
        let mock = mock.settled();
        for grant in world.wiring.grants.keys() {
            let token = agent_token(grant);
            let is_shown = |credential: &Option<String>| credential.as_deref() == Some(token.as_str());
            if mock.journal().calls().iter().any(|call| is_shown(&call.caller.credential)) {
                leaks.push(Leak { what: format!("bearer token of {grant}"), place: format!("what {server} received") });
            }
        }
    }
    leaks
}
