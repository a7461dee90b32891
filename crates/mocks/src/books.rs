//! What every mock keeps beside its own state: clock, ledger, journal, secrets, scripted faults, the face's sessions.

use crate::clock::Clock;
use crate::face::Desk;
use crate::fault::{Fate, Fault, Faults, Then, Trouble};
use crate::journal::Journal;
use crate::ledger::{EntryKind, Ledger, Lifecycle};
use crate::mock::Caller;
use crate::secret::Secret;

/// The books of one mock.
#[derive(Debug)]
pub struct Books {
    /// The mock's clock.
    pub clock: Clock,
    pub(crate) ledger: Ledger,
    pub(crate) journal: Journal,
    pub(crate) secrets: Vec<Secret>,
    pub(crate) faults: Faults,
    pub(crate) desk: Desk,
}

impl Books {
    pub(crate) fn new(lifecycle: Lifecycle, desk: Desk) -> Self {
        Self {
            clock: Clock::default(),
            ledger: Ledger::new(lifecycle),
            journal: Journal::default(),
            secrets: Vec::new(),
            faults: Faults::default(),
            desk,
        }
    }

    /// Writes into the ledger at the time the clock last showed.
    pub(crate) fn write(&mut self, checkout: Option<&str>, kind: EntryKind) {
        self.ledger.write(self.clock.latest(), checkout, kind);
    }

    /// Remembers a freshly minted secret for the witnesses.
    pub(crate) fn remember(&mut self, secret: Secret) {
        self.secrets.push(secret);
    }

    /// Notes in whose reply a secret that nobody had asked for is shown first.
    pub(crate) fn note_first_shown(&mut self, value: &str, caller: &Caller) {
        if let Some(secret) = self.secrets.iter_mut().find(|secret| secret.value == value) {
            secret.minted_for.clone_from(&caller.credential);
        }
    }

    pub(crate) fn script(&mut self, fault: Fault) {
        self.faults.add(fault);
    }

    /// What the next reply of the tool suffers at the transport, and how the tool's backend fails after the deed.
    pub(crate) fn next_fate(&mut self, tool: &str) -> (Fate, Option<Trouble>) {
        match self.faults.take(tool) {
            None => (Fate::Whole, None),
            Some(Then::LoseReply) => (Fate::Lost, None),
            Some(Then::HoldReply) => (Fate::Held, None),
            Some(Then::GarbleReply) => (Fate::Garbled, None),
            Some(Then::RpcError) => (Fate::RpcError, None),
            Some(Then::Http500) => (Fate::Http500, None),
            Some(Then::ErrorAfter) => (Fate::Whole, Some(Trouble::Internal)),
            Some(Then::NotJson) => (Fate::Whole, Some(Trouble::NotJson)),
            Some(Then::NoCode) => (Fate::Whole, Some(Trouble::NoCode)),
        }
    }
}
