//! One request and its response.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use floorwalker_mcp::error_reply;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use http::header::{ACCEPT, AUTHORIZATION, Entry, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};

use crate::envelope::{Envelope, Reply};
use crate::server::call::Call;
use crate::server::outlet::{ChannelOutlet, Notifications};
use crate::server::respond::{self, Body};
use crate::server::{Handle, Limits, Shared};

/// JSON-RPC: the message is no request.
const INVALID_REQUEST: i64 = -32600;
/// JSON-RPC: the fault is ours.
const INTERNAL: i64 = -32603;

/// Reads the request, has it answered, and responds.
pub(crate) async fn exchange<H: Handle>(
    shared: Shared<H>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    Ok(match receive(&shared, request).await {
        Ok(envelope) => answer(shared, envelope).await,
        Err(refusal) => refusal,
    })
}

/// The whole request; its body is read only when its head may come in.
async fn receive<H: Handle>(shared: &Shared<H>, request: Request<Incoming>) -> Result<Envelope, Response<Body>> {
    let (mut head, body) = request.into_parts();
    hide_credentials(&mut head.headers);
    let path = head.uri.to_string();
    shared.handler.doors(&head.method, &path, &head.headers).map_err(|refusal| respond::last(*refusal))?;
    let body = read(body, &shared.limits).await.map_err(respond::plain)?;
    Ok(Envelope { method: head.method, path, headers: head.headers, body })
}

/// Runs the call. As soon as there is a notification, the answer is an event stream, and the call goes on by itself.
async fn answer<H: Handle>(shared: Shared<H>, envelope: Envelope) -> Response<Body> {
    let Ok(slot) = Arc::clone(&shared.calls).try_acquire_owned() else {
        return respond::plain(busy());
    };
    let (outlet, mut notifications) = ChannelOutlet::open(accepts_events(&envelope.headers));
    let mut call = Call::new(shared, slot, envelope, outlet);
    let reply = tokio::select! {
        biased;
        Some(first) = notifications.recv() => {
            return respond::events(first, Answering { notifications, reply: Some(call.on_its_own()) });
        }
        reply = &mut call => reply,
    };
    match notifications.try_recv() {
        Ok(first) => respond::events(first, Answering { notifications, reply: Some(ready(reply).boxed()) }),
        Err(_) => respond::plain(reply.unwrap_or_else(broken)),
    }
}

/// The rest of an event stream: the notifications of a call, then its reply.
pub(crate) struct Answering {
    notifications: Notifications,
    /// Nothing when it was said.
    reply: Option<BoxFuture<'static, Option<Reply>>>,
}

impl Answering {
    /// The next message; the reply is the last.
    pub(crate) async fn next(&mut self) -> Option<Bytes> {
        // The notifications end when the call does, so none of them is behind the reply.
        if let Some(notification) = self.notifications.recv().await {
            return Some(notification);
        }
        let reply = self.reply.take()?.await;
        Some(reply.unwrap_or_else(broken).body)
    }
}

async fn read(body: Incoming, limits: &Limits) -> Result<Bytes, Reply> {
    let bytes_max = limits.body_bytes_max;
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > bytes_max {
        return Err(too_large(bytes_max));
    }
    match tokio::time::timeout(limits.body_time, Limited::new(body, bytes_max).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(bytes_max)),
        Ok(Err(_)) => Err(refusal(StatusCode::BAD_REQUEST, "the body broke off")),
        Err(_) => Err(refusal(StatusCode::REQUEST_TIMEOUT, "the body took too long")),
    }
}

fn too_large(bytes_max: usize) -> Reply {
    refusal(StatusCode::PAYLOAD_TOO_LARGE, &format!("the body is larger than {bytes_max} bytes"))
}

fn refusal(status: StatusCode, says: &str) -> Reply {
    error(status, INVALID_REQUEST, says)
}

/// There are as many calls as there may be.
fn busy() -> Reply {
    let says = "the gateway has no room for another call; nothing was sent, so try again later";
    let mut reply = error(StatusCode::SERVICE_UNAVAILABLE, INTERNAL, says);
    reply.headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    reply
}

/// The call ended without a reply, which only a bug can do.
fn broken() -> Reply {
    error(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, "the gateway failed")
}

fn error(status: StatusCode, code: i64, says: &str) -> Reply {
    Reply { status, headers: HeaderMap::new(), body: error_reply(None, code, says, None).into() }
}

/// Whoever prints the headers does not print these values.
fn hide_credentials(headers: &mut HeaderMap) {
    if let Entry::Occupied(mut credentials) = headers.entry(AUTHORIZATION) {
        credentials.iter_mut().for_each(|credential| credential.set_sensitive(true));
    }
}

fn accepts_events(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.any(|kinds| kinds.contains("text/event-stream") || kinds.contains("*/*"))
}
