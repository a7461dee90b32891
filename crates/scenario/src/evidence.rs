//! What the two witnesses have to say when a run is over, and whether anything leaked that must not for anybody.

use std::collections::BTreeMap;

use floorwalker_mocks::{Secret, SecretKind};

use crate::document::Count;
use crate::secrets::{Needle, Undone};
use crate::world::World;

mod leaks;
mod unasked;

use leaks::{Credentials, inbox_leaks, log_leaks, upstream_leaks};
pub(crate) use unasked::Breach;

/// Everything that is judged about a run besides its answers.
#[derive(Debug)]
pub(crate) struct Evidence {
    pub(crate) ledgers: BTreeMap<String, LedgerEvidence>,
    pub(crate) inboxes: BTreeMap<String, InboxEvidence>,
    /// In the order in which they were minted, mock by mock.
    pub(crate) secrets: Vec<Secret>,
    pub(crate) leaks: Vec<Leak>,
    /// What no run may show, whatever its scenario asks.
    pub(crate) breaches: Vec<Breach>,
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
    /// How many messages hold each secret, by its place in [`Evidence::secrets`].
    pub(crate) shown: BTreeMap<usize, u64>,
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
        leaks.extend(upstream_leaks(world, &credentials));
        let ledgers = world.wiring.mocks.keys().map(|name| (name.clone(), LedgerEvidence::collect(world, name)));
        let inboxes = boxes.iter().map(|(name, messages)| (name.clone(), InboxEvidence::collect(messages, &needles)));
        let (ledgers, inboxes): (_, BTreeMap<String, InboxEvidence>) = (ledgers.collect(), inboxes.collect());
        let mut breaches = unasked::charges(world);
        // With nobody in between, secrets go where they should not: that is what an attack is.
        if world.is_guarded {
            breaches.extend(unasked::deliveries(world, &secrets, &inboxes));
        }
        Self { ledgers, inboxes, secrets, leaks, breaches }
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
        let (mut held, mut shown) = (BTreeMap::new(), BTreeMap::new());
        for message in messages {
            let mut kinds = Vec::new();
            for (index, (kind, _)) in needles.iter().enumerate().filter(|(_, (_, needle))| needle.is_in(message)) {
                *shown.entry(index).or_default() += 1;
                kinds.push(*kind);
            }
            kinds.sort_unstable();
            kinds.dedup();
            for kind in kinds {
                *held.entry(kind).or_default() += 1;
            }
        }
        Self { messages: u64::try_from(messages.len()).unwrap_or(u64::MAX), held, shown }
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
