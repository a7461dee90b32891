//! The listener: HTTP/1.1 in front of the gate.
//!
//! It bounds what a stranger can make the gateway hold: connections, headers, calls, and the time for each; a body is read
//! only of somebody who is known. A call outlives its client, so that one who hangs up leaves nothing half done.
//!
//! INVARIANT: the path reaches the gate as it was sent; nothing here unescapes, joins or shortens it.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio_io_timeout::TimeoutStream;

use crate::approvals::ApproversDoor;
use crate::envelope::{Envelope, Reply};
use crate::gate::Gateway;
use crate::ports::{Outlet, Port};

mod call;
mod exchange;
mod outlet;
mod respond;

/// How long to wait after a connection could not be accepted because the system is short of something.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What one stranger, and all of them together, may take up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time; further ones wait to be accepted.
    pub connections_max: usize,
    /// Calls at a time, also those whose clients are gone; further ones are refused with a 503.
    pub calls_max: usize,
    /// Headers of a request.
    pub headers_max: usize,
    /// Bytes of a request's line and headers; at least 8 KiB.
    pub header_bytes_max: usize,
    /// Bytes of a request's body.
    pub body_bytes_max: usize,
    /// Time for a request's line and headers, also between two requests of a connection.
    pub header_time: Duration,
    /// Time for a request's body.
    pub body_time: Duration,
    /// Time in which a client must take at least something of what is sent to it.
    pub write_time: Duration,
    /// Time for the calls in flight to end after the shutdown.
    pub grace_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 1024,
            calls_max: 1024,
            headers_max: 64,
            header_bytes_max: 32 * 1024,
            body_bytes_max: 4 * 1024 * 1024,
            header_time: Duration::from_secs(20),
            body_time: Duration::from_secs(30),
            write_time: Duration::from_secs(30),
            grace_time: Duration::from_secs(30),
        }
    }
}

/// Serves the gateway until `shutdown` is ready, then lets the calls in flight end.
///
/// # Errors
/// The listener is not usable.
pub async fn serve(
    gateway: Arc<Gateway>,
    listener: TcpListener,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    tracing::info!(%address, "listening");
    serve_with(gateway, listener, limits, shutdown).await;
    Ok(())
}

/// Serves those who approve, in the same way.
///
/// # Errors
/// The listener is not usable.
pub async fn serve_approvers(
    gateway: Arc<Gateway>,
    listener: TcpListener,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    tracing::info!(%address, "listening for approvers");
    serve_with(Arc::new(ApproversDoor(gateway)), listener, limits, shutdown).await;
    Ok(())
}

/// What answers a request: the gateway, or a stand-in for it in tests.
pub(crate) trait Handle: Send + Sync + 'static {
    /// Whether this may come in, told by its head alone: of what is refused here no body is read.
    ///
    /// # Errors
    /// The reply that refuses it.
    fn doors(&self, method: &Method, path: &str, headers: &HeaderMap) -> Result<(), Box<Reply>>;
    /// Answers one request.
    fn handle<'a>(&'a self, envelope: Envelope, outlet: &'a dyn Outlet) -> Port<'a, Reply>;
}

impl Handle for Gateway {
    fn doors(&self, method: &Method, path: &str, headers: &HeaderMap) -> Result<(), Box<Reply>> {
        self.precheck(method, path, headers)
    }

    fn handle<'a>(&'a self, envelope: Envelope, outlet: &'a dyn Outlet) -> Port<'a, Reply> {
        Box::pin(Self::handle(self, envelope, outlet))
    }
}

/// What every connection needs.
pub(crate) struct Shared<H> {
    handler: Arc<H>,
    limits: Limits,
    /// One for each call; whoever hangs up does not give it back, the end of the call does.
    calls: Arc<Semaphore>,
    /// Held by everything that is still at work; the server is done when the last one is gone.
    at_work: mpsc::Sender<()>,
}

impl<H> Clone for Shared<H> {
    fn clone(&self) -> Self {
        Self {
            handler: Arc::clone(&self.handler),
            limits: self.limits,
            calls: Arc::clone(&self.calls),
            at_work: self.at_work.clone(),
        }
    }
}

async fn serve_with<H: Handle>(
    handler: Arc<H>,
    listener: TcpListener,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) {
    let (at_work, mut all_done) = mpsc::channel(1);
    let calls = Arc::new(Semaphore::new(limits.calls_max));
    let shared = Shared { handler, limits, calls, at_work };
    accept_until(&shared, listener, shutdown).await;
    drop(shared);
    if tokio::time::timeout(limits.grace_time, all_done.recv()).await.is_err() {
        tracing::warn!("some calls did not end in time");
    }
}

/// Accepts connections. When it returns, no connection takes another request.
async fn accept_until<H: Handle>(shared: &Shared<H>, listener: TcpListener, shutdown: impl Future<Output = ()>) {
    let slots = Arc::new(Semaphore::new(shared.limits.connections_max));
    let (_stop, stopped) = watch::channel(());
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &slots) => accepted,
            () = &mut shutdown => return,
        };
        if let Some((stream, slot)) = accepted {
            tokio::spawn(connection(shared.clone(), stream, slot, stopped.clone()));
        }
    }
}

async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, slot)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

/// Serves one connection; it holds its slot until it ends.
async fn connection<H: Handle>(
    shared: Shared<H>,
    stream: TcpStream,
    _slot: OwnedSemaphorePermit,
    mut stopped: watch::Receiver<()>,
) {
    // Without it small replies wait for the client's acknowledgement; a socket that refuses is only slower.
    let _ = stream.set_nodelay(true);
    let mut stream = Box::pin(TimeoutStream::new(stream));
    // Only of writing: between two requests nobody reads, and while one is read the header and body times count.
    stream.as_mut().set_write_timeout_pinned(Some(shared.limits.write_time));
    let service = service_fn(|request| exchange::exchange(shared.clone(), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(shared.limits.header_time)
        .max_headers(shared.limits.headers_max)
        .max_buf_size(shared.limits.header_bytes_max)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // How a connection ends is the client's business: it hung up, was too slow, or spoke no HTTP.
    tokio::select! {
        _ = &mut connection => return,
        _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

#[cfg(test)]
mod tests;
