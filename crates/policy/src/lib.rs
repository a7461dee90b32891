//! The decision point: documents become policies, calls become plans, plans change the state.
//!
//! Pure: no clock, no IO, no async. Time is an argument, and what decides is a value that can be printed.
//!
//! The path through this crate: [`Policy::load`] reads a document; [`decide`] turns a call into a [`Plan`] without
//! looking at any state; [`State::commit`] does a plan whole or not at all; [`observe`] turns a reply into the next plan. [`explain`]
//! decides as [`decide`] does, and tells what was looked at.
//!
//! INVARIANT: `State::commit` is the only place that knows what a change means. Every store goes through it,
//! and through `State::redo` for what a log says was done before.
//!
//! Reading order: `names`, `time`, `duration`, `window`, `amount`, `total`, `decision`, `schema`, `call`, `warning`,
//! `reading`, `condition`, `policy`, `profile`, `decide`, `plan`, `state`, `observe`, `onlooker`, `explain`, `review`; and
//! apart from that path
//! `classify` and `starter`, which draft a policy from what a server publishes.

#![cfg_attr(not(test), warn(clippy::arithmetic_side_effects))]

mod amount;
mod call;
mod classify;
mod condition;
mod decide;
mod decision;
mod duration;
mod explain;
mod names;
mod observe;
mod onlooker;
mod plan;
mod policy;
mod profile;
mod reading;
mod review;
mod schema;
mod starter;
mod state;
mod time;
mod total;
mod warning;
mod window;

#[cfg(test)]
mod tests;

pub use amount::Amount;
pub use call::{Call, Definition};
pub use classify::{Category, Classified, Evidence, Parameter, Published, Signal, classify};
pub use decide::decide;
pub use decision::{Ask, Decision, Denial, OpenAsk, Outward, RuleName};
pub use duration::{DurationError, duration};
pub use explain::{Answer, Finding, Look, explain};
pub use names::{ApproverId, GrantId, Handle, NameError, ServerName, SessionId};
pub use observe::{Observation, Unreadable, observe, observe_unasked, secrets_in};
pub use plan::{
    Approvers, AskId, AskIdError, AskTerms, Change, Charge, CheckoutKey, Consent, Cost, CounterKey, Ending, Once, Plan,
    PollPace, QuoteKey, RowKey, Scope, Stretch, Wanted,
};
pub use policy::Policy;
pub use profile::Profile;
pub use review::{KnownServer, review};
pub use schema::ArgumentSchema;
pub use starter::{Origin, Scanned, starting_policy};
pub use state::{
    Approval, ApprovalsRow, Attempts, CheckoutRow, CheckoutStatus, CounterRow, QuoteRow, Row, SecretRow, Standing,
    Stands, State, Totals, Touches, WrongKind,
};
pub use time::{Moment, Timestamp};
pub use total::Total;
pub use warning::{Warning, WarningCode};
pub use window::{Unit, Window};
