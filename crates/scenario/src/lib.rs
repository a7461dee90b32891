//! Scenarios: files that replay agents' calls, attacks among them, through a policy gateway, and two witnesses that tell
//! what came of it.
//!
//! A verdict is not believed. What the mocks did (their ledgers) and what every agent received (its inbox) decide
//! about harm. Time is virtual, and calls that happen at once are played in every order up to a bound, so a race is found
//! and not hoped for.
//!
//! People's own tests are one line, [`tests`], which makes each file of a folder a test. Below it lies [`Suite`]:
//! `Suite::open(root)`, then `suite.run(path, &Options::default())` for each of `suite.paths()`.
//!
//! Reading order: `document`, `template`, `world`, `between`, `agent`, `answer`, `inbox`, `run`,
//! `evidence`, `replay`, `transcript`, `snapshot`, `report`, `score`, `shell`, `suite`,
//! `named_tests`, `schema`.

mod agent;
mod answer;
mod between;
mod document;
mod duration;
mod evidence;
mod guarantee;
mod inbox;
mod listed;
mod named_tests;
mod replay;
mod report;
mod run;
mod schema;
mod score;
mod secrets;
mod shell;
mod snapshot;
mod suite;
mod template;
mod transcript;
mod world;

pub use answer::{Answer, Verdict};
pub use between::http::{Hosted, Hosts};
pub use between::outside::Outside;
pub use between::outside::feature::Feature;
pub use between::outside::file::GatewayFile;
pub use between::outside::process::end_all;
pub use between::outside::program::ProgramUpstream;
pub use between::{Between, Crash, Found, Reloaded, Trouble};
pub use document::Scenario;
pub use duration::since_start;
pub use guarantee::Guarantee;
pub use listed::{ReadText, listing};
pub use named_tests::{Tests, tests};
pub use replay::WalkSummary;
pub use report::{Broken, Ending, Reason, Report, StepPlace, Unguarded};
pub use run::{Expectations, Violation};
pub use schema::json_schema;
pub use score::Score;
pub use shell::shell_word;
pub use snapshot::SnapshotState;
pub use suite::{ENDINGS, Options, Snapshots, Suite, stem};
pub use world::clock::VirtualClock;
pub use world::mocks::SharedMock;
pub use world::{MakeBetween, Materials, Middleman, Wiring};
