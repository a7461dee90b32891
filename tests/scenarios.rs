//! Every scenario file is a test of its own name: `cargo test thief` runs those of the thief.
//!
//! Each runs in process, where concurrent calls are played in every order, against its snapshot; and once more with the
//! gateway and the mocks behind real sockets, where the transcript must be the same bytes.

#[path = "support/real_mocks.rs"]
mod real_mocks;

use std::{process::ExitCode, sync::Arc};

use floorwalker_scenario::Tests;

use real_mocks::RealMocks;

fn main() -> ExitCode {
    Tests::of(".").and_over_http(Arc::new(RealMocks)).run()
}
