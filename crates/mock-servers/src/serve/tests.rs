//! The servers' tests: the same answers as in process, faults on the wire, the control listener, an orderly end.

mod control;
mod forage;
mod parity;
mod toofi;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use floorwalker_mocks::{Control, mock};

use super::{SharedMock, serve, share};

/// 2026-01-01T00:00:00Z, at which every clock of these tests stands.
const NOW: u64 = 1_767_225_600_000;
const FIRST: &str = "00000000-0000-4000-8000-000000000001";

/// A mock on two listeners.
struct Running {
    mock: SharedMock,
    mcp: SocketAddr,
    control: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Running {
    async fn start(settings: Value) -> Self {
        Self::of(shared(&settings)).await
    }

    async fn of(mock: SharedMock) -> Self {
        let (mcp, control) = (listener().await, listener().await);
        let addresses = (mcp.local_addr().unwrap(), control.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async {
            let _ = stopped.await;
        };
        let task = tokio::spawn(serve(Arc::clone(&mock), Arc::new(|| NOW), mcp, Some(control), stopped));
        Self { mock, mcp: addresses.0, control: addresses.1, stop, task }
    }

    fn mcp_url(&self) -> String {
        format!("http://{}/mcp", self.mcp)
    }

    async fn post(&self, body: &Value) -> reqwest::Result<reqwest::Response> {
        self.request(body).send().await
    }

    fn request(&self, body: &Value) -> reqwest::RequestBuilder {
        let request = http().post(self.mcp_url()).header("content-type", "application/json");
        let request = request.header("accept", "application/json, text/event-stream");
        let request = request.header("mcp-protocol-version", "2026-07-28");
        let request = request.header("mcp-method", body["method"].as_str().unwrap_or("none"));
        let request = match body["params"]["name"].as_str() {
            Some(name) => request.header("mcp-name", name),
            None => request,
        };
        request.body(body.to_string())
    }

    fn control(&self, control: Value) {
        let control = Control::from_json(&control).unwrap();
        self.mock.lock().unwrap().control(NOW, &control).unwrap();
    }

    /// Tells the server to stop and waits until it has.
    async fn end(self) {
        self.stop.send(()).expect("the server runs");
        self.task.await.expect("no panic").expect("no trouble");
    }
}

fn shared(settings: &Value) -> SharedMock {
    share(mock("borealhost", settings).expect("the settings are right"))
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port")
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().expect("a client")
}

/// A request of the stateless era.
fn modern(method: &str, mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
    });
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}
