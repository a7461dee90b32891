//! A mock that several hold: the gateway's upstream, the runner, and over HTTP the server in front of it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use floorwalker_gateway::Clock as _;
use floorwalker_mocks::face::{self, Delivery, FaceRequest, FaceResponse};
use floorwalker_mocks::{Control, ControlError, Mock};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::Value;

use crate::world::clock::VirtualClock;

/// One mock and the time it lives in.
#[derive(Clone)]
pub struct SharedMock {
    /// The mock itself.
    pub mock: Arc<Mutex<Box<dyn Mock>>>,
    /// The scenario's clock.
    pub clock: VirtualClock,
}

/// A mock's answer, as a client of it sees it.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) session: Option<HeaderValue>,
    /// One JSON text each.
    pub(crate) messages: Vec<Bytes>,
    /// The whole answer, as it was sent.
    pub(crate) whole: FaceResponse,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unanswered {
    /// The mock closes the connection.
    Lost,
    /// The mock keeps it open and says nothing.
    Held,
}

/// Methods by which a gateway or a client gets ready; they are not counted as received.
const GETTING_READY: [&str; 6] =
    ["initialize", "notifications/initialized", "tools/list", "server/discover", "ping", "notifications/cancelled"];

impl SharedMock {
    pub(crate) fn new(mock: Box<dyn Mock>, clock: VirtualClock) -> Self {
        Self { mock: Arc::new(Mutex::new(mock)), clock }
    }

    /// Sends one request and reads its answer.
    pub(crate) fn exchange(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<Response, Unanswered> {
        let request = FaceRequest {
            method: method.to_string(),
            path: path.to_owned(),
            headers: plain_headers(headers),
            body: body.to_vec(),
        };
        let now = self.now();
        let whole = face::exchange(&mut **self.lock(), now, &request);
        match whole.delivery {
            Delivery::Sent => {}
            Delivery::Lost => return Err(Unanswered::Lost),
            Delivery::Held => return Err(Unanswered::Held),
        }
        Ok(Response {
            status: StatusCode::from_u16(whole.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            session: whole.header("mcp-session-id").and_then(|value| HeaderValue::from_str(value).ok()),
            messages: messages(&whole),
            whole,
        })
    }

    pub(crate) fn control(&self, control: &Control) -> Result<(), ControlError> {
        let now = self.now();
        self.lock().control(now, control)
    }

    /// The mock, with everything done that is due.
    pub(crate) fn settled(&self) -> MutexGuard<'_, Box<dyn Mock>> {
        let now = self.now();
        let mut mock = self.lock();
        mock.settle(now);
        mock
    }

    /// How many requests came that were more than getting ready.
    pub(crate) fn received(&self) -> u64 {
        let mock = self.lock();
        let received = mock.journal().received().iter();
        received.filter(|request| !is_getting_ready(&request.bytes)).map(|_| 1).sum()
    }

    fn now(&self) -> u64 {
        self.clock.now().as_millis()
    }

    fn lock(&self) -> MutexGuard<'_, Box<dyn Mock>> {
        self.mock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SharedMock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SharedMock({})", self.lock().name())
    }
}

fn is_getting_ready(body: &[u8]) -> bool {
    let message: Option<Value> = serde_json::from_slice(body).ok();
    let method = message.as_ref().and_then(|message| message.get("method")?.as_str());
    method.is_some_and(|method| GETTING_READY.contains(&method))
}

fn plain_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}

/// The messages of an answer: its body, or the data of each event of a stream.
fn messages(response: &FaceResponse) -> Vec<Bytes> {
    let is_stream = response.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream"));
    if is_stream {
        return events(&response.body);
    }
    if response.body.is_empty() { Vec::new() } else { vec![Bytes::copy_from_slice(&response.body)] }
}

/// The data of every event that has any.
pub(crate) fn events(body: &[u8]) -> Vec<Bytes> {
    let text = String::from_utf8_lossy(body).replace("\r\n", "\n");
    let data = text.split("\n\n").map(|event| {
        event.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim_start).collect::<Vec<_>>().join("\n")
    });
    data.filter(|data| !data.is_empty()).map(Bytes::from).collect()
}
