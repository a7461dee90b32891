//! What stands between the agents and the mocks: our gateway, another's, a stand-in, or nothing.
//!
//! The runner knows nothing of what is behind this trait. Two witnesses at its ends, the mocks and the inboxes, see what
//! came of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use floorwalker_gateway::{Envelope, Outlet, Port, Reply};
use floorwalker_policy::Policy;

use crate::inbox::Nowhere;

pub(crate) mod bare;
pub(crate) mod http;
pub(crate) mod ours;
pub(crate) mod outside;
pub(crate) mod standin;
pub(crate) mod wire;

/// Something that agents send their requests to.
pub trait Between: Send + Sync + fmt::Debug {
    /// Gets ready for the first request.
    fn start(&self) -> Port<'_, Result<(), String>>;

    /// Answers one request; what comes before the reply goes to the outlet.
    fn exchange<'a>(&'a self, envelope: Envelope, outlet: &'a dyn Outlet) -> Port<'a, Reply>;

    /// Answers one request at the door of those who approve, if there is one.
    fn approvals(&self, _envelope: Envelope) -> Port<'_, Option<Reply>> {
        Box::pin(async { None })
    }

    /// Takes a request whose sender hangs up once a server has it, and is done when the call is over. Nobody gets the answer
    /// of such a call; one that no server ever had is answered before anybody leaves. Whoever does not see its servers at
    /// work answers every call.
    ///
    /// # Errors
    /// The sender could not leave in time, or the call does not end.
    fn abandon(&self, envelope: Envelope) -> Port<'_, Result<Option<Reply>, String>> {
        Box::pin(async move { Ok(Some(self.exchange(envelope, &Nowhere).await)) })
    }

    /// Stops cleanly, and starts again with nothing but what was written down.
    fn restart(&self) -> Port<'_, Result<(), String>>;

    /// Ends where it stands, calls in flight included, and starts again with nothing but what was written down.
    fn crash(&self) -> Port<'_, Result<(), String>> {
        self.restart()
    }

    /// Reads its policies again, of which those of these grants are other ones now. Whoever has no policies has nothing to
    /// read.
    fn reload(&self, _found: BTreeMap<String, Found>) -> Port<'_, Result<Reloaded, String>> {
        Box::pin(async { Ok(Reloaded::Loaded) })
    }

    /// Lets time pass for whoever has the clock of the machine. Virtual time passes right behind.
    fn wait(&self, _span: Duration) -> Port<'_, ()> {
        Box::pin(async {})
    }

    /// What makes everything that was seen worthless, if something does.
    fn trouble(&self) -> Option<Trouble> {
        None
    }

    /// Every byte of its decision log.
    fn log(&self) -> String;

    /// The decision log as one line per record, for people.
    fn log_lines(&self) -> Vec<String> {
        self.log().lines().map(str::to_owned).collect()
    }
}

/// What lies where a gateway reads a grant's policy.
#[derive(Clone, Debug)]
pub enum Found {
    /// A policy that can be read, or none.
    Policy(Option<Arc<Policy>>),
    /// Something that is no policy; what is wrong with it.
    Broken(String),
    /// The grant itself is gone, with its tokens.
    Gone,
}

/// What a gateway made of its new policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reloaded {
    /// They are in force.
    Loaded,
    /// They cannot be read; why.
    Refused(String),
}

/// Why a run says nothing about a guarantee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// What stands between cannot do what the scenario needs.
    Unsupported(String),
    /// It is gone, or does not answer.
    Crashed(Crash),
}

/// A gateway that is gone, or does not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crash {
    /// What became of it.
    pub why: String,
    /// The last lines that it said, without secrets.
    pub said: Vec<String>,
}
