//! What every mock keeps beside its own state: clock, ledger, journal, secrets, scripted faults, the face's sessions.

use crate::clock::Clock;
use crate::face::Desk;
use crate::fault::{Fate, Fault, Faults, Then};
use crate::journal::Journal;
use crate::ledger::{EntryKind, Ledger};
use crate::secret::{Secret, SecretKind};

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
    pub(crate) fn new(states: &'static [&'static str], desk: Desk) -> Self {
        Self {
            clock: Clock::default(),
            ledger: Ledger::new(states),
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
    pub(crate) fn remember(&mut self, kind: SecretKind, value: &str) {
        self.secrets.push(Secret { kind, value: value.to_owned() });
    }

    pub(crate) fn script(&mut self, fault: Fault) {
        self.faults.add(fault);
    }

    /// What the next reply of the tool suffers at the transport, and whether the tool denies what it did.
    pub(crate) fn next_fate(&mut self, tool: &str) -> (Fate, Denial) {
        match self.faults.take(tool) {
            None => (Fate::Whole, Denial::None),
            Some(Then::LoseReply) => (Fate::Lost, Denial::None),
            Some(Then::GarbleReply) => (Fate::Garbled, Denial::None),
            Some(Then::Http500) => (Fate::Http500, Denial::None),
            Some(Then::ErrorAfter) => (Fate::Whole, Denial::Denied),
        }
    }
}

/// Whether a tool that did something claims that it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    None,
    Denied,
}
