//! A mock on its listeners, until it is told to stop.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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

/// How long to wait before asking again for time to pass, and how often.
const LOOK_AGAIN: Duration = Duration::from_millis(1);
const LOOKS_MAX: u32 = 60_000;

/// A mock that its listeners share, and whoever wants to look at its ledger afterwards.
pub type SharedMock = Arc<Mutex<Box<dyn Mock>>>;

/// The time in which a mock lives.
pub trait Time: Send + Sync {
    /// Milliseconds since the Unix epoch.
    fn now(&self) -> u64;

    /// Somebody waits for a reply that will not come: lets time pass until she gives up, where time does not pass by itself.
    /// Says whether that is done; if not, it is asked for again.
    fn pass(&self) -> bool {
        true
    }
}

impl<F: Fn() -> u64 + Send + Sync> Time for F {
    fn now(&self) -> u64 {
        self()
    }
}

/// A time that others share.
pub type Clock = Arc<dyn Time>;

/// One mock and its clock, as every part of the server holds it.
#[derive(Clone)]
pub(crate) struct Served {
    pub(crate) mock: SharedMock,
    pub(crate) clock: Clock,
    stopped: watch::Receiver<()>,
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
    let (stop, stopped) = watch::channel(());
    let served = Served { mock, clock, stopped: stopped.clone() };
    let config = StreamableHttpServerConfig::default().with_json_response(true).enforce_origin_validation();
    let sessions = config.cancellation_token.clone();
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
        (self.mock.lock().unwrap_or_else(PoisonError::into_inner), self.clock.now())
    }

    /// Waits for as long as a reply is held. Whoever gives up ends this by closing her connection. Says whether time passed
    /// at all: where it never does, nobody would ever give up.
    pub(crate) async fn hold(&self) -> bool {
        for _ in 0..LOOKS_MAX {
            if self.clock.pass() {
                until(self.stopped.clone()).await;
                return true;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        false
    }
}
