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
    fn host(&self, runtime: &Handle, SharedMock { mock, clock }: &SharedMock) -> Result<Hosted, String> {
        let clock = clock.clone();
        Running::host(runtime, Arc::clone(mock), move || clock.now().as_millis())
            .map(|running| Hosted { url: running.url().to_owned(), guard: Box::new(running) })
            .map_err(|error| format!("a mock cannot be served: {error}"))
    }
}
