//! What stands between the agents and the mocks: our gateway, another's, a stand-in, or nothing.
//!
//! The runner knows nothing of what is behind this trait. Two witnesses at its ends, the mocks and the inboxes, see what
//! came of it.

use std::fmt;

use floorwalker_gateway::{Envelope, Outlet, Port, Reply};

pub(crate) mod bare;
pub(crate) mod http;
pub(crate) mod ours;
pub(crate) mod standin;

/// Something that agents send their requests to.
pub trait Between: Send + Sync + fmt::Debug {
    /// Gets ready for the first request.
    fn start(&self) -> Port<'_, Result<(), String>>;

    /// Answers one request; what comes before the reply goes to the outlet.
    fn exchange<'a>(&'a self, envelope: Envelope, outlet: &'a dyn Outlet) -> Port<'a, Reply>;

    /// Stops cleanly, and starts again with nothing but what was written down.
    fn restart(&self) -> Port<'_, Result<(), String>>;

    /// What it wrote down.
    fn log(&self) -> Written;
}

/// A decision log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Every byte of it.
    pub text: String,
    /// One line per record, for people.
    pub lines: Vec<String>,
}
