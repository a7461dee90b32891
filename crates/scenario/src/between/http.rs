//! Our gateway and the mocks as real servers on loopback ports, with the scenario's own clock.
//!
//! Only the sockets are real: requests go out one after the other, so the written order is the only one that is played.
//! It must not be used from inside of an asynchronous runtime, because each exchange blocks until its reply is there.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use floorwalker_gateway::{
    Envelope, Gateway, HttpUpstream, Limits, Outlet, Port, Reply, Upstream, serve, serve_approvers,
};
use http::{HeaderMap, StatusCode};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::between::ours::Ours;
use crate::between::wire::{self, Wire};
use crate::between::{Between, Found, Reloaded};
use crate::inbox::Nowhere;
use crate::world::Wiring;
use crate::world::mocks::SharedMock;

/// How long to wait before looking again whether servers did something, and how often.
const LOOK_AGAIN: Duration = Duration::from_millis(1);
const LOOKS_MAX: u32 = 60_000;

/// Serves mocks over HTTP. The caller brings it, because this crate does not know the mocks' servers.
pub trait Hosts: Send + Sync {
    /// Serves a mock's MCP endpoint on a loopback port, in the runtime of that handle.
    ///
    /// # Errors
    /// Why it cannot be served.
    fn host(&self, runtime: &Handle, mock: &SharedMock) -> Result<Hosted, String>;
}

/// A mock that is being served until the guard is dropped.
pub struct Hosted {
    /// The URL of its MCP endpoint.
    pub url: String,
    /// Stops the server when it is dropped.
    pub guard: Box<dyn Any + Send + Sync>,
}

/// Our gateway behind a socket, in front of mocks behind sockets.
pub(crate) struct OverHttp {
    ours: Ours,
    wiring: Wiring,
    serving: Mutex<Option<Serving>>,
    _hosted: Vec<Hosted>,
    runtime: Option<Runtime>,
}

/// A gateway on its listener, and the wire to it.
struct Serving {
    agents: Listener,
    approvers: Listener,
    wire: Wire,
}

/// One listener of the gateway.
struct Listener {
    authority: String,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<std::io::Result<()>>,
}

/// Whose door it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    Agents,
    Approvers,
}

impl OverHttp {
    pub(crate) fn new(wiring: Wiring, hosts: &Arc<dyn Hosts>) -> Result<Self, String> {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| format!("no runtime: {error}"))?;
        wiring.parking.close_for_good();
        let (mut hosted, mut urls) = (Vec::new(), BTreeMap::new());
        for (name, mock) in &wiring.mocks {
            let host = hosts.host(runtime.handle(), mock)?;
            urls.insert(name.clone(), host.url.clone());
            hosted.push(host);
        }
        let way = move |server: &str| {
            let url = urls.get(server).ok_or_else(|| format!("there is no mock `{server}`"))?;
            let upstream = HttpUpstream::new(url).map_err(|error| format!("{url}: {error}"))?;
            Ok(Arc::new(upstream) as Arc<dyn Upstream>)
        };
        let ours = Ours::new(wiring.clone(), Box::new(way));
        Ok(Self { ours, wiring, serving: Mutex::default(), _hosted: hosted, runtime: Some(runtime) })
    }

    fn block_on<T>(&self, future: impl Future<Output = Result<T, String>>) -> Result<T, String> {
        match &self.runtime {
            Some(runtime) => runtime.block_on(future),
            None => Err("the runtime is gone".to_owned()),
        }
    }

    /// Stops the gateway that is running, if one is, and starts one that goes on from the log.
    async fn open(&self) -> Result<(), String> {
        let running = self.with_serving(Option::take);
        if let Some(Serving { agents, approvers, wire }) = running {
            // An idle connection would keep the server until its grace is over.
            drop(wire);
            agents.close().await?;
            approvers.close().await?;
        }
        let gateway = self.ours.open().await?;
        let agents = Listener::open(&gateway, For::Agents).await?;
        let approvers = Listener::open(&gateway, For::Approvers).await?;
        self.with_serving(|serving| *serving = Some(Serving { agents, approvers, wire: Wire::new() }));
        Ok(())
    }

    async fn send(&self, door: For, envelope: Envelope, outlet: &dyn Outlet) -> Result<Reply, String> {
        let way = self.with_serving(|serving| {
            let serving = serving.as_ref()?;
            let door = if door == For::Agents { &serving.agents } else { &serving.approvers };
            Some((door.authority.clone(), serving.wire.clone()))
        });
        let (authority, wire) = way.ok_or("the gateway does not run")?;
        wire.send(&format!("http://{authority}{}", envelope.path), envelope, outlet).await
    }

    /// Sends a request and closes its connection once a mock has it. Time stands still until then, so that nobody gives up
    /// before its client leaves; then the call goes on without it, and what comes next begins when the call is over.
    async fn send_and_hang_up(&self, envelope: Envelope) -> Result<Option<Reply>, String> {
        let authority = self.with_serving(|serving| Some(serving.as_ref()?.agents.authority.clone()));
        let authority = authority.ok_or("the gateway does not run")?;
        let before = self.wiring.received();
        self.wiring.clock.stand(true);
        let answered = tokio::select! {
            answered = wire::send_alone(&authority, envelope) => answered.map(Some),
            at_last = until(|| self.wiring.received() > before) => at_last.map(|()| None),
        };
        self.wiring.clock.stand(false);
        let answered = answered?;
        if answered.is_some() && self.wiring.received() > before {
            return Err("the answer came before the agent could hang up; let a fault hold the reply".to_owned());
        }
        until(|| !self.ours.is_at_work()).await.map(|()| answered)
    }

    fn with_serving<T>(&self, take: impl FnOnce(&mut Option<Serving>) -> T) -> T {
        take(&mut self.serving.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Listener {
    async fn open(gateway: &Arc<Gateway>, whose: For) -> Result<Self, String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
        let authority = listener.local_addr().map_err(|error| error.to_string())?.to_string();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async move {
            // Whether it was told or its owner is gone, it is over.
            let _ = stopped.await;
        };
        let gateway = Arc::clone(gateway);
        let ended = match whose {
            For::Agents => tokio::spawn(serve(gateway, listener, Limits::default(), shutdown)),
            For::Approvers => tokio::spawn(serve_approvers(gateway, listener, Limits::default(), shutdown)),
        };
        Ok(Self { authority, stop, ended })
    }

    async fn close(self) -> Result<(), String> {
        // A server that is gone already needs no telling.
        let _ = self.stop.send(());
        self.ended.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
    }
}

fn unreached(why: String) -> Reply {
    Reply { status: StatusCode::BAD_GATEWAY, headers: HeaderMap::new(), body: Bytes::from(why) }
}

impl Between for OverHttp {
    fn start(&self) -> Port<'_, Result<(), String>> {
        Box::pin(async { self.block_on(self.open()) })
    }

    fn exchange<'a>(&'a self, envelope: Envelope, outlet: &'a dyn Outlet) -> Port<'a, Reply> {
        Box::pin(async move {
            let answered = self.block_on(self.send(For::Agents, envelope, outlet));
            answered.unwrap_or_else(unreached)
        })
    }

    fn approvals(&self, envelope: Envelope) -> Port<'_, Option<Reply>> {
        Box::pin(async move {
            let answered = self.block_on(self.send(For::Approvers, envelope, &Nowhere));
            Some(answered.unwrap_or_else(unreached))
        })
    }

    fn abandon(&self, envelope: Envelope) -> Port<'_, Result<Option<Reply>, String>> {
        Box::pin(async move { self.block_on(self.send_and_hang_up(envelope)) })
    }

    fn restart(&self) -> Port<'_, Result<(), String>> {
        Box::pin(async { self.block_on(self.open()) })
    }

    fn crash(&self) -> Port<'_, Result<(), String>> {
        if let Some(Serving { agents, approvers, .. }) = self.with_serving(Option::take) {
            agents.ended.abort();
            approvers.ended.abort();
        }
        self.restart()
    }

    fn reload(&self, found: BTreeMap<String, Found>) -> Port<'_, Result<Reloaded, String>> {
        Box::pin(async { self.block_on(self.ours.reload(found)) })
    }

    fn log(&self) -> String {
        self.ours.log()
    }

    fn log_lines(&self) -> Vec<String> {
        self.ours.log_lines()
    }
}

/// Waits until something is so that the servers do by themselves.
async fn until(is_so: impl Fn() -> bool) -> Result<(), String> {
    for _ in 0..LOOKS_MAX {
        if is_so() {
            return Ok(());
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Err("a call does not end".to_owned())
}

impl Drop for OverHttp {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Connections that are still open are nobody's any more.
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for OverHttp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("OverHttp").field("ours", &self.ours).finish_non_exhaustive()
    }
}

impl fmt::Debug for Hosted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Hosted").field("url", &self.url).finish_non_exhaustive()
    }
}
