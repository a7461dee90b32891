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
    fn host(&self, runtime: &Handle, mock: &SharedMock) -> Result<Hosted, String> {
        let clock = mock.clock.clone();
        let now = Arc::new(move || clock.now().as_millis());
        let running = Running::start(runtime, Arc::clone(&mock.mock), now);
        let running = running.map_err(|error| format!("a mock cannot be served: {error}"))?;
        Ok(Hosted { url: running.url().to_owned(), guard: Box::new(running) })
    }
}
