//! The gate's only awaits: store, log, upstream, clock and entropy.
//!
//! A port is a trait so that a scenario can park a call at every one of them and walk the interleavings, and so that a
//! crash is nothing but dropping the futures where they stand. For that reason nothing between the ports may await
//! anything else, and no runtime is assumed.

use std::{fmt, time::Duration};

use bytes::Bytes;
use floorwalker_policy::{Decision, Plan, Row, RowKey, Timestamp};
use futures_util::{future::BoxFuture, stream::BoxStream};

use crate::log::Record;

/// What a port answers with, later.
pub type Port<'a, T> = BoxFuture<'a, T>;

/// Keeps the state. Knows nothing of what a change means: that is `State::commit`'s alone.
pub trait Store: Send + Sync + fmt::Debug {
    /// Does the plan whole or not at all, at the store's time, which never runs backwards.
    fn commit<'a>(&'a self, now: Timestamp, plan: &'a Plan) -> Port<'a, Result<Decision<Committed>, StoreError>>;
    /// One row as it is, for people who want to see it. No decision rests on it: what was seen may be over when it is read.
    fn look<'a>(&'a self, now: Timestamp, key: &'a RowKey) -> Port<'a, Result<Looked, StoreError>>;
}

/// What a row holds, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Looked {
    /// The store's time.
    pub at: Timestamp,
    /// The row, if there is one.
    pub row: Option<Row>,
}

/// Proof of a commit, and what is needed to do it again from the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The store's time of it.
    pub at: Timestamp,
    /// Its place in the order of commits; the log may hold records in another order.
    pub turn: u64,
}

/// The store could not tell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the state could not be stored: {0}")]
pub struct StoreError(pub String);

/// Keeps the decision log.
pub trait Log: Send + Sync + fmt::Debug {
    /// Appends one record; when this returns, the record survives the process. Returns its sequence number, from one.
    fn append(&self, record: Record) -> Port<'_, Result<u64, LogError>>;
}

/// The record could not be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the decision log could not be written: {0}")]
pub struct LogError(pub String);

/// Reaches one MCP server.
pub trait Upstream: Send + Sync + fmt::Debug {
    /// Sends one request and returns its answer as it starts to arrive.
    fn send(&self, request: Outbound) -> Port<'_, Result<Inbound, SendError>>;
}

/// What goes up. The headers are complete: an upstream adds nothing but what framing needs.
#[derive(Clone, Debug)]
pub struct Outbound {
    /// POST for a message, DELETE for the end of a session.
    pub method: http::Method,
    /// Lower-case names and values; credentials are marked sensitive.
    pub headers: http::HeaderMap,
    /// One JSON-RPC message, or nothing.
    pub body: Bytes,
}

/// What comes down.
pub struct Inbound {
    /// The HTTP status.
    pub status: http::StatusCode,
    /// The session that the upstream assigned.
    pub session: Option<http::HeaderValue>,
    /// The messages in the order they arrive, each one JSON text: one for a JSON answer, many for an event stream.
    pub messages: BoxStream<'static, Result<Bytes, SendError>>,
}

impl fmt::Debug for Inbound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Inbound").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Why there is no answer. The difference decides whether a charge is given back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Not a byte of the request was sent.
    #[error("not sent: {0}")]
    NotSent(String),
    /// Some of it may have been sent, so the call counts as made.
    #[error("sent, but no answer: {0}")]
    Lost(String),
}

/// Tells the time and waits for it.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time that limits count in: it may stand still but is not set back while the process lives.
    fn now(&self) -> Timestamp;
    /// The time on the wall, for people who read the log.
    fn wall(&self) -> Timestamp;
    /// Returns when `span` has passed.
    fn sleep(&self, span: Duration) -> Port<'_, ()>;
}

/// Makes unguessable bytes.
pub trait Entropy: Send + Sync + fmt::Debug {
    /// 128 bits nobody can guess.
    ///
    /// # Errors
    /// The source is not available; whoever asked must refuse.
    fn bytes(&self) -> Result<[u8; 16], EntropyError>;
}

/// There are no unguessable bytes to be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no entropy: {0}")]
pub struct EntropyError(pub String);

/// Takes what the upstream sends to the agent before its reply: notifications.
pub trait Outlet: Send + Sync {
    /// Hands on one notification, one JSON text.
    fn notify(&self, message: Bytes) -> Port<'_, ()>;
}
