//! The outside world, as pure cores: BorealHost, Forage with its merchants, Toofi with its payment provider; their ledgers,
//! journals and faults.
//!
//! No clock, no input or output, nothing asynchronous: time is an argument, in milliseconds since the Unix epoch.
//! The crate imports nothing else of ours. It reads bytes with plain `serde_json`, and on demand as a careless
//! parser would, because a witness must not share the glasses of the accused.
//!
//! In reading order: who calls and what a mock is, what it keeps, what may be done to it from outside, the servers,
//! the schemas of what is written about them, and the MCP face over any of them.

mod books;
mod clock;
mod control;
mod fault;
mod instant;
mod journal;
mod ledger;
mod mint;
mod mock;
mod named;
mod pydantic;
mod schema;
mod secret;
mod settings;

mod borealhost;
mod forage;
mod listed;
mod provider;
mod toofi;

pub mod face;

pub use crate::books::Books;
pub use crate::borealhost::{
    ApiKey, BorealHost, Claim, Completion, Credentials, Limits, Payment, Provisioning, SecretCheck, Settings, Whoami,
};
pub use crate::clock::Clock;
pub use crate::control::{Control, ControlError, PayBy, Sign, Webhook, WebhookEvent};
pub use crate::face::Leniency;
pub use crate::fault::{Fate, Fault, RPC_ERROR, Then, Trouble};
pub use crate::journal::{Executed, Journal, Outcome, Received};
pub use crate::ledger::{Entry, EntryKind, Ledger, Lifecycle};
pub use crate::listed::{Listed, ListedSettings, Listing, ListingPlace, ListingProblem, ListingTexts, Validate};
pub use crate::mint::Seed;
pub use crate::mock::{Caller, Mock, Performed, ServerInfo, ToolReply};
pub use crate::schema::{control_schema, listed_schema, settings_schema};
pub use crate::secret::{Secret, SecretKind};
pub use crate::settings::{NAMES, SettingsError, mock};
