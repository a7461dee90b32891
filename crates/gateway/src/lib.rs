//! The enforcement point: an MCP proxy through which every call passes, or does not.
//!
//! The path of a call: receive, identify, decode, decide, commit, record, forward, observe, commit, record, reply.
//! [`Gateway::handle`] is that path; everything else in this crate is a stage of it, a port it awaits, or an edge that
//! feeds it.
//!
//! INVARIANT: nothing is sent upstream that was not decided on, committed and recorded before.

mod approvals;
mod catalogue;
mod config;
mod envelope;
mod gate;
mod grants;
mod log;
mod ports;
mod receive;
mod render;
mod server;
mod sessions;
mod store;
mod system;
mod upstream;

pub use approvals::ApproverTokens;
pub use catalogue::{AskFirst, CatalogueError, Offer, offer};
pub use config::{Approvals, Config, ConfigError, FileProblem, FileWarning, Sources, Ways, generate_token};
pub use envelope::{Envelope, Reply};
pub use gate::{Credentials, Gateway, Server, Setup, Terms};
pub use grants::{Grant, Grants, TokenDigest};
pub use log::{
    Answer, BrokenCause, BrokenLine, CallKind, ChangedCall, Commit, ComparedCall, Decided, Difference, Entry, FileLog,
    Filter, History, InstantError, Judged, LineError, Outcome, Picked, Record, Reload, Said, TextLog, Verdict, instant,
    rfc3339,
};
pub use ports::{
    Clock, Committed, Entropy, EntropyError, Inbound, Log, LogError, Looked, Outbound, Outlet, Port, SendError, Store,
    StoreError, Upstream,
};
pub use server::{Limits, serve, serve_approvers};
pub use store::{FoldError, MemoryStore};
pub use system::{SystemClock, SystemEntropy, fresh_key, secret_key};
pub use upstream::{HttpUpstream, UrlError};
