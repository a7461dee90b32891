//! A mock on a loopback port of its own, for as long as somebody holds on to it.

use std::io;
use std::net::TcpListener as PlainListener;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::serve::{Clock, SharedMock, Time, serve};

/// A mock that is being served; dropping this ends it.
#[derive(Debug)]
pub struct Running {
    url: String,
    _stop: oneshot::Sender<()>,
}

impl Running {
    /// Serves a mock's MCP endpoint on a free loopback port, in the runtime of that handle and in that time.
    ///
    /// # Errors
    /// There is no port to be had.
    pub fn host(runtime: &Handle, mock: SharedMock, time: impl Time + 'static) -> io::Result<Self> {
        Self::start(runtime, mock, Arc::new(time))
    }

    /// The same with a clock that others share.
    ///
    /// # Errors
    /// There is no port to be had.
    pub fn start(runtime: &Handle, mock: SharedMock, clock: Clock) -> io::Result<Self> {
        let listener = PlainListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}/mcp", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel::<()>();
        let _runtime = runtime.enter();
        let listener = TcpListener::from_std(listener)?;
        runtime.spawn(serve(mock, clock, listener, None, async {
            // Nobody ever sends: the sender is dropped, and that is the sign.
            let _ = stopped.await;
        }));
        Ok(Self { url, _stop: stop })
    }

    /// Where its MCP endpoint is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}
