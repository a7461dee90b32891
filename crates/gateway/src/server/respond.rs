//! Replies as HTTP responses: plain JSON, or an event stream whose last event is the reply.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::future::ready;
use futures_util::stream::{self, StreamExt as _};
use http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Frame;

use crate::envelope::Reply;
use crate::server::exchange::Answering;

/// The body of a response.
pub(crate) type Body = UnsyncBoxBody<Bytes, Infallible>;

/// Tells reverse proxies not to hold events back.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The reply as it is.
pub(crate) fn plain(reply: Reply) -> Response<Body> {
    let has_body = !reply.body.is_empty();
    let mut response = Response::new(Full::new(reply.body).boxed_unsync());
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    if has_body {
        response.headers_mut().entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    }
    uncached(response)
}

/// The reply as it is, and the end of the connection: what else was sent over it nobody reads.
pub(crate) fn last(reply: Reply) -> Response<Body> {
    let mut response = plain(reply);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// An event stream that begins with `first`. Its status and headers are sent before the reply is known, so those of
/// the reply are lost; no reply that has any that matter comes after a notification.
pub(crate) fn events(first: Bytes, answering: Answering) -> Response<Body> {
    let rest = stream::unfold(answering, |mut answering| async move {
        let message = answering.next().await?;
        Some((message, answering))
    });
    let messages = stream::iter([first]).chain(rest).filter(|message| ready(!message.is_empty()));
    let frames = messages.map(|message| Ok(Frame::data(event(&message))));
    let mut response = Response::new(StreamBody::new(frames).boxed_unsync());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    uncached(response)
}

fn uncached(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(BUFFERING, HeaderValue::from_static("no"));
    response
}

/// One event. Line ends in JSON can stand only between its tokens, so that each line becomes one of the event.
fn event(message: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(message.len().saturating_add(8));
    for line in message.split(|byte| matches!(byte, b'\r' | b'\n')) {
        out.extend_from_slice(b"data: ");
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out.push(b'\n');
    Bytes::from(out)
}
