//! What the face remembers of a mock: its sessions, its page size, and how careless its parser is.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

/// A way in which a server's parser is careless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Leniency {
    /// Keys of the envelope, the parameters and the arguments match in any case.
    IgnoreKeyCase,
    /// Tool names match without surrounding blanks and control characters, in any case.
    TrimNames,
    /// Of two equal keys the first counts, not the last.
    FirstKeyWins,
    /// A `tools/call` without an id is executed.
    RunsNotifications,
    /// A batch is executed message by message.
    UnrollsBatches,
}

/// The face's memory.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) parser: Vec<Leniency>,
    pub(crate) page_size: Option<usize>,
    sessions: BTreeSet<String>,
    opened: u64,
}

impl Desk {
    pub(crate) fn new(parser: Vec<Leniency>, page_size: Option<usize>) -> Self {
        Self { parser, page_size, sessions: BTreeSet::new(), opened: 0 }
    }

    /// Opens a session; its name is a counter, the same in every run.
    pub(crate) fn open(&mut self) -> String {
        self.opened += 1;
        let session = format!("session-{}", self.opened);
        self.sessions.insert(session.clone());
        session
    }

    pub(crate) fn knows(&self, session: &str) -> bool {
        self.sessions.contains(session)
    }

    /// Closes a session; says whether there was one.
    pub(crate) fn close(&mut self, session: &str) -> bool {
        self.sessions.remove(session)
    }
}
