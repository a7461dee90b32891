//! The mocks as real servers, for tests that speak over sockets.

use std::sync::Arc;

use floorwalker_gateway::Clock as _;
use floorwalker_mock_servers::Running;
use floorwalker_scenario::{Hosted, Hosts, SharedMock};
use tokio::runtime::Handle;

/// Serves each mock through rmcp on a loopback port.
#[derive(Debug)]
pub(crate) struct RealMocks;

impl Hosts for RealMocks {
    fn host(&self, runtime: &Handle, mock: &SharedMock) -> Result<Hosted, String> {
        let clock = mock.clock.clone();
        let now = Arc::new(move || clock.now().as_millis());
        let running = Running::start(runtime, Arc::clone(&mock.mock), now).map_err(|error| error.to_string())?;
        Ok(Hosted { url: running.url().to_owned(), guard: Box::new(running) })
    }
}
