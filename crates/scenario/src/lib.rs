//! Scenarios: files that replay agents' calls, attacks among them, through a policy gateway, and two witnesses that tell
//! what came of it.
//!
//! A verdict is not believed. What the mocks did (their ledgers) and what every agent received (its inbox) decide
//! about harm. Time is virtual, and calls that happen at once are played in every order up to a bound, so a race is found
//! and not hoped for.
//!
//! People's own tests use [`Suite`]: `Suite::open(root)`, then `suite.run(path, &Options::default())` for each of
//! `suite.paths()`.
//!
//! Reading order: `document`, `template`, `world`, `between`, `agent`, `answer`, `inbox`, `run`,
//! `evidence`, `replay`, `transcript`, `snapshot`, `report`, `suite`.

mod agent;
mod answer;
mod between;
mod document;
mod duration;
mod evidence;
mod guarantee;
mod inbox;
mod listed;
mod replay;
mod report;
mod run;
mod secrets;
mod snapshot;
mod suite;
mod template;
mod transcript;
mod world;

pub use answer::{Answer, Verdict};
pub use between::Between;
pub use between::http::{Hosted, Hosts};
pub use document::Scenario;
pub use guarantee::Guarantee;
pub use listed::{ReadText, listing};
pub use replay::WalkSummary;
pub use report::{Broken, Ending, Report, Unguarded};
pub use run::{Expectations, Violation};
pub use snapshot::SnapshotState;
pub use suite::{Options, Snapshots, Suite};
pub use world::clock::VirtualClock;
pub use world::mocks::SharedMock;
pub use world::{MakeBetween, Materials, Middleman, Wiring};
