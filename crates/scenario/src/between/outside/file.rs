//! A gateway's file: how to start it, how to reach it, what is written for it, and what it claims.
//!
//! These are the meant things; `load` makes them from what was written and complains about everything at once.
//!
//! INVARIANT: a file that loads can be filled in for every scenario, but for what its texts say of a policy's inside.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use http::HeaderName;

use super::feature::Feature;
use super::text::Text;

mod load;

/// A gateway as its file describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct GatewayFile {
    /// What it is called.
    pub name: String,
    /// The folder of the file; programs and `here` are found from there.
    pub(crate) here: PathBuf,
    /// The program and its arguments.
    pub(crate) run: Vec<Text>,
    /// Its environment, besides the few variables that every program needs.
    pub(crate) environment: Vec<(String, Text)>,
    /// How many of it are started.
    pub(crate) one_for: OneFor,
    /// How it is spoken to.
    pub(crate) speaks: Speaks,
    /// How it tells that it can be spoken to.
    pub(crate) ready: Ready,
    /// The files that are written for it: name and content.
    pub(crate) files: Vec<(Text, Text)>,
    /// The headers by which an agent proves its grant, in place of its own.
    pub(crate) headers: Vec<(HeaderName, Text)>,
    /// Its decision log, which is searched for secrets.
    pub(crate) log: Option<Text>,
    /// How long it may take to start, to answer, and to end.
    pub(crate) deadline: Duration,
    /// What it claims.
    pub(crate) features: BTreeSet<Feature>,
}

/// What one running gateway stands in front of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OneFor {
    /// All servers and grants.
    All,
    /// One server.
    Server,
    /// One grant.
    Grant,
    /// One grant at one server.
    Each,
}

/// How a gateway is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Speaks {
    /// HTTP; the URL at which a server is behind it.
    Http(Text),
    /// Lines on its standard input and output; one process for each session.
    Stdio,
}

/// How a gateway tells that it can be spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ready {
    /// Its port takes connections; over stdio, it runs.
    Reachable,
    /// It says this in a line of its output.
    Says(String),
    /// It says this in a line of its output, and the number of its port right behind it.
    PortAfter(String),
}

impl OneFor {
    pub(crate) const WORDS: [&'static str; 4] = ["all", "server", "grant", "each"];

    fn of_word(word: &str) -> Option<Self> {
        let all = [Self::All, Self::Server, Self::Grant, Self::Each];
        Self::WORDS.iter().zip(all).find(|(known, _)| **known == word).map(|(_, one_for)| one_for)
    }

    /// Whether each server has one of its own.
    pub(crate) fn parts_servers(self) -> bool {
        matches!(self, Self::Server | Self::Each)
    }

    /// Whether each grant has one of its own.
    pub(crate) fn parts_grants(self) -> bool {
        matches!(self, Self::Grant | Self::Each)
    }
}

#[cfg(test)]
mod tests;
