//! Mocks on loopback ports, for `--over http`.

use std::{io, net::Ipv4Addr, sync::Arc};

use floorwalker_gateway::Clock as _;
use floorwalker_mock_servers::{Clock, serve};
use floorwalker_scenario::{Hosted, Hosts, SharedMock};
use tokio::{net::TcpListener, runtime::Handle, sync::oneshot};

/// Serves each mock on a port of its own, in the scenario's time.
#[derive(Debug)]
pub(crate) struct Loopback;

impl Hosts for Loopback {
    fn host(&self, runtime: &Handle, mock: &SharedMock) -> Result<Hosted, String> {
        let (listener, url) = bound(runtime).map_err(|error| format!("a mock cannot be served: {error}"))?;
        let virtual_clock = mock.clock.clone();
        let clock: Clock = Arc::new(move || virtual_clock.now().as_millis());
        let (guard, dropped) = oneshot::channel::<()>();
        let shutdown = async move {
            // The guard is never used, only dropped.
            let _ = dropped.await;
        };
        runtime.spawn(serve(Arc::clone(&mock.mock), clock, listener, None, shutdown));
        Ok(Hosted { url, guard: Box::new(guard) })
    }
}

fn bound(runtime: &Handle) -> io::Result<(TcpListener, String)> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}/mcp", listener.local_addr()?);
    let _inside = runtime.enter();
    Ok((TcpListener::from_std(listener)?, url))
}
