//! Mocks on loopback ports, for `--over http`.

use std::sync::Arc;

use floorwalker_gateway::Clock as _;
use floorwalker_mock_servers::Running;
use floorwalker_scenario::{Hosted, Hosts, SharedMock};
use tokio::runtime::Handle;

/// Serves each mock on a port of its own, in the scenario's time.
#[derive(Debug)]
pub(crate) struct Loopback;

impl Hosts for Loopback {
    fn host(&self, runtime: &Handle, SharedMock { mock, clock }: &SharedMock) -> Result<Hosted, String> {
        let clock = clock.clone();
        Running::host(runtime, Arc::clone(mock), move || clock.now().as_millis())
            .map(|running| Hosted { url: running.url().to_owned(), guard: Box::new(running) })
            .map_err(|error| format!("a mock cannot be served: {error}"))
    }
}
