//! Mocks on loopback ports, for `--over http`.

use std::sync::Arc;

use floorwalker_gateway::Clock as _;
use floorwalker_mock_servers::{Running, Time};
use floorwalker_scenario::{Hosted, Hosts, SharedMock, VirtualClock};
use tokio::runtime::Handle;

/// Serves each mock on a port of its own, in the scenario's time.
#[derive(Debug)]
pub(crate) struct Loopback;

impl Hosts for Loopback {
    fn host(&self, runtime: &Handle, SharedMock { mock, clock }: &SharedMock) -> Result<Hosted, String> {
        let time = Virtual(clock.clone());
        Running::host(runtime, Arc::clone(mock), time)
            .map(|running| Hosted { url: running.url().to_owned(), guard: Box::new(running) })
            .map_err(|error| format!("a mock cannot be served: {error}"))
    }
}

/// The scenario's time, which passes only when somebody moves it.
struct Virtual(VirtualClock);

impl Time for Virtual {
    fn now(&self) -> u64 {
        self.0.now().as_millis()
    }

    fn pass(&self) -> bool {
        self.0.jump()
    }
}
