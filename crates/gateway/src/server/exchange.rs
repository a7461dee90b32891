//! One request and its response.

use std::convert::Infallible;

use bytes::Bytes;
use floorwalker_mcp::error_reply;
use http::header::ACCEPT;
use http::{HeaderMap, Request, Response, StatusCode};
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
    let (head, body) = request.into_parts();
    let body = match read(body, &shared.limits).await {
        Ok(body) => body,
        Err(refusal) => return Ok(respond::plain(refusal)),
    };
    let wants_events = accepts_events(&head.headers);
    let envelope = Envelope { method: head.method, path: head.uri.to_string(), headers: head.headers, body };
    Ok(answer(shared, envelope, wants_events).await)
}

/// Runs the call. As soon as there is a notification, the answer is an event stream.
async fn answer<H: Handle>(shared: Shared<H>, envelope: Envelope, wants_events: bool) -> Response<Body> {
    let (outlet, notifications) = ChannelOutlet::open(wants_events);
    let mut answering = Answering { notifications, call: Call::new(shared, envelope, outlet), reply: None };
    match answering.next().await {
        Some(Message::Notification(first)) => respond::events(first, answering),
        Some(Message::Reply(reply)) => respond::plain(reply),
        None => respond::plain(broken()),
    }
}

/// A call whose notifications, if it has any, come before its reply.
pub(crate) struct Answering {
    notifications: Notifications,
    call: Call,
    /// The reply, while notifications that came with it are still to be handed on.
    reply: Option<Reply>,
}

/// What a call has to say.
pub(crate) enum Message {
    Notification(Bytes),
    Reply(Reply),
}

impl Answering {
    /// The next message; the reply is the last.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        if self.reply.is_none() && !self.call.is_over() {
            tokio::select! {
                biased;
                Some(notification) = self.notifications.recv() => return Some(Message::Notification(notification)),
                reply = &mut self.call => self.reply = Some(reply.unwrap_or_else(broken)),
            }
        }
        match self.notifications.try_recv() {
            Ok(notification) => Some(Message::Notification(notification)),
            Err(_) => self.reply.take().map(Message::Reply),
        }
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

/// The call ended without a reply, which only a bug can do.
fn broken() -> Reply {
    error(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, "the gateway failed")
}

fn error(status: StatusCode, code: i64, says: &str) -> Reply {
    Reply { status, headers: HeaderMap::new(), body: error_reply(None, code, says, None).into() }
}

fn accepts_events(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.any(|kinds| kinds.contains("text/event-stream") || kinds.contains("*/*"))
}
