//! A mock on its listeners, until it is told to stop.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::net::TcpListener;
use tokio::sync::watch;

use floorwalker_mocks::Mock;

use crate::handler::Handler;
use crate::home::only_home;
use crate::{control, tap};

#[cfg(test)]
mod tests;

/// A mock that its listeners share, and whoever wants to look at its ledger afterwards.
pub type SharedMock = Arc<Mutex<Box<dyn Mock>>>;

/// Where the time comes from, in milliseconds since the Unix epoch.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// One mock and its clock, as every part of the server holds it.
#[derive(Clone)]
pub(crate) struct Served {
    pub(crate) mock: SharedMock,
    pub(crate) clock: Clock,
}

/// Makes a mock shareable.
#[must_use]
pub fn share(mock: Box<dyn Mock>) -> SharedMock {
    Arc::new(Mutex::new(mock))
}

/// Serves a mock: MCP at `/mcp` on one listener, controls on another, until `shutdown` is done.
///
/// Only loopback hosts are answered and no browser origin is. The sessions end with the server.
///
/// # Errors
/// When a listener fails.
pub async fn serve(
    mock: SharedMock,
    clock: Clock,
    mcp: TcpListener,
    control: Option<TcpListener>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let served = Served { mock, clock };
    let config = StreamableHttpServerConfig::default().with_json_response(true).enforce_origin_validation();
    let sessions = config.cancellation_token.clone();
    let (stop, stopped) = watch::channel(());
    let watcher = async move {
        shutdown.await;
        sessions.cancel();
        drop(stop);
        Ok(())
    };
    let faces = axum::serve(mcp, mcp_router(&served, config).into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(until(stopped.clone()));
    let controls = async move {
        match control {
            None => Ok(()),
            Some(listener) => {
                axum::serve(listener, control::router(served).layer(from_fn(only_home)))
                    .with_graceful_shutdown(until(stopped))
                    .await
            }
        }
    };
    tokio::try_join!(faces.into_future(), controls, watcher).map(|_| ())
}

fn mcp_router(served: &Served, config: StreamableHttpServerConfig) -> Router {
    let handler = Handler::new(served.clone());
    let sessions = Arc::new(LocalSessionManager::default());
    let face = StreamableHttpService::new(move || Ok(handler.clone()), sessions, config);
    Router::new()
        .nest_service("/mcp", face)
        .layer(from_fn_with_state(served.clone(), tap::tap))
        .layer(from_fn(only_home))
}

async fn until(mut stopped: watch::Receiver<()>) {
    // The sender is only ever dropped, which ends the wait.
    let _ = stopped.changed().await;
}

impl Served {
    /// The mock and the time. A panic elsewhere does not take the ledger away from the witnesses.
    pub(crate) fn look(&self) -> (MutexGuard<'_, Box<dyn Mock>>, u64) {
        (self.mock.lock().unwrap_or_else(PoisonError::into_inner), (self.clock)())
    }
}
