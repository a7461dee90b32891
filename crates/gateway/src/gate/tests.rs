//! The gate against upstreams that say anything: every security check has a test here that fails without it.
//!
//! INVARIANT: a test asks through [`Gateway::handle`](super::Gateway::handle) and looks only at what everybody can see: the
//! reply, what went up, what was recorded. How the gate does it may change.

mod approvals;
mod books;
mod forwarding;
mod identity;
mod purchases;
mod receiving;
mod reloading;
mod replies;
mod script;
mod secrets;
mod sessions;
pub(crate) mod stand;

pub(crate) use script::Turn;
