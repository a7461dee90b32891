//! The tap on the wire: every request from this machine is journalled before rmcp reads it, and every scripted fault is played on the
//! reply after rmcp wrote it.
//!
//! A list of tools goes out as the mock has it: rmcp would leave out what it does not know of a definition.
//!
//! A mock whose parser is told to be careless never meets rmcp, which is not: the in-process face answers for it. So it
//! does at every path but that of the MCP endpoint.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode};
use axum::middleware::Next;
use axum::response::IntoResponse;
use serde_json::Value;

use floorwalker_mocks::Fate;
use floorwalker_mocks::face::{Delivery, FaceRequest, FaceResponse, MCP_PATH, exchange};

use crate::serve::Served;

/// The largest body that is read.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Where the handler leaves what must become of the reply.
#[derive(Clone, Debug)]
pub(crate) struct FateSlot(Arc<Mutex<Left>>);

/// What the handler left.
#[derive(Clone, Debug)]
struct Left {
    fate: Fate,
    /// The definitions that the reply lists.
    definitions: Option<Vec<Value>>,
}

impl FateSlot {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Left { fate: Fate::Whole, definitions: None })))
    }

    pub(crate) fn set(&self, fate: Fate) {
        self.left().fate = fate;
    }

    pub(crate) fn lists(&self, definitions: Vec<Value>) {
        self.left().definitions = Some(definitions);
    }

    fn left(&self) -> MutexGuard<'_, Left> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) async fn tap(State(served): State<Served>, request: Request, next: Next) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let headers = text_headers(&parts.headers);
    let path = parts.uri.path_and_query().map_or_else(|| parts.uri.path().to_owned(), ToString::to_string);
    let request = FaceRequest { method: parts.method.to_string(), path, headers, body: bytes.to_vec() };
    if request.path != MCP_PATH || is_careless(&served) {
        let reply = in_process(&served, &request);
        return to_http(&served, reply).await;
    }
    note(&served, &request);
    let slot = FateSlot::new();
    parts.extensions.insert(slot.clone());
    let is_post = parts.method == Method::POST;
    let reply = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    if is_post { suffer(&served, reply, &slot).await } else { reply }
}

fn is_careless(served: &Served) -> bool {
    !served.look().0.parser().is_empty()
}

fn in_process(served: &Served, request: &FaceRequest) -> FaceResponse {
    let (mut mock, now) = served.look();
    exchange(mock.as_mut(), now, request)
}

fn note(served: &Served, request: &FaceRequest) {
    let (mut mock, now) = served.look();
    mock.received(now, request);
}

/// Waits for the whole reply, for only then its fate is known, and lets it suffer that fate.
async fn suffer(served: &Served, reply: Response<Body>, slot: &FateSlot) -> Response<Body> {
    let (parts, body) = reply.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let Left { fate, definitions } = slot.left().clone();
    let bytes = definitions.and_then(|definitions| listing(&bytes, definitions)).unwrap_or(bytes);
    match fate {
        // An error in the place of the reply came from the handler.
        Fate::Whole | Fate::RpcError => Response::from_parts(parts, Body::from(bytes)),
        Fate::Garbled => Response::from_parts(parts, Body::from(bytes.slice(..bytes.len() / 2))),
        Fate::Http500 => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Fate::Lost => lost(),
        Fate::Held => held(served).await,
    }
}

/// The reply to `tools/list` with the definitions as the mock has them.
fn listing(bytes: &[u8], definitions: Vec<Value>) -> Option<Bytes> {
    let mut reply: Value = serde_json::from_slice(bytes).ok()?;
    *reply.pointer_mut("/result/tools")? = Value::Array(definitions);
    Some(reply.to_string().into())
}

async fn to_http(served: &Served, response: FaceResponse) -> Response<Body> {
    match response.delivery {
        Delivery::Sent => {}
        Delivery::Lost => return lost(),
        Delivery::Held => return held(served).await,
    }
    let mut reply = Response::builder().status(response.status);
    for (name, value) in &response.headers {
        reply = reply.header(name, value);
    }
    reply.body(Body::from(response.body)).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// A reply whose body breaks off before its first byte: the connection closes.
fn lost() -> Response<Body> {
    let broken: Result<Bytes, io::Error> = Err(io::Error::other("the reply is lost on purpose"));
    Response::new(Body::from_stream(futures_util::stream::iter([broken])))
}

/// No reply before the client is gone, or the server.
async fn held(served: &Served) -> Response<Body> {
    if served.hold().await {
        return lost();
    }
    (StatusCode::INTERNAL_SERVER_ERROR, "a held reply cannot be given up: time does not pass").into_response()
}

fn text_headers(headers: &axum::http::HeaderMap) -> Vec<(String, String)> {
    let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}
