//! Requests over a real socket: the bytes of an envelope go out, and a reply comes back.

use bytes::{Bytes, BytesMut};
use floorwalker_gateway::{Envelope, Outlet, Reply};
use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderMap, Request};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::world::mocks::events;

/// An HTTP client; its copies share connections.
#[derive(Clone, Debug)]
pub(crate) struct Wire(Client<HttpConnector, Full<Bytes>>);

impl Wire {
    pub(crate) fn new() -> Self {
        Self(Client::builder(TokioExecutor::new()).build_http())
    }

    /// Sends an envelope to that URL. Of a stream the last message is the reply; the ones before it are notifications.
    pub(crate) async fn send(&self, url: &str, envelope: Envelope, outlet: &dyn Outlet) -> Result<Reply, String> {
        let mut request = Request::new(Full::new(envelope.body));
        *request.method_mut() = envelope.method;
        *request.headers_mut() = envelope.headers;
        *request.uri_mut() = url.parse().map_err(|error| format!("{url}: {error}"))?;
        if request.headers().get(HOST).is_some_and(|host| host == "localhost") {
            // The client writes the true one.
            request.headers_mut().remove(HOST);
        }
        let response = self.0.request(request).await.map_err(|error| error.to_string())?;
        let (parts, body) = response.into_parts();
        if !is_stream(&parts.headers) {
            let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
            return Ok(Reply { status: parts.status, headers: parts.headers, body });
        }
        let mut messages = events(&read_stream(body).await?);
        let body = messages.pop().unwrap_or_default();
        for message in messages {
            outlet.notify(message).await;
        }
        Ok(Reply { status: parts.status, headers: parts.headers, body })
    }
}

fn is_stream(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

/// Reads a stream until it ends or the response is in it: a server need not close its stream right then.
async fn read_stream(mut body: hyper::body::Incoming) -> Result<Bytes, String> {
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| error.to_string())?;
        let Ok(data) = frame.into_data() else { continue };
        read.extend_from_slice(&data);
        if read.ends_with(b"\n\n") && events(&read).iter().any(|message| is_response(message)) {
            break;
        }
    }
    Ok(read.freeze())
}

/// Whether that is the answer to a request, and not a message on the way to it.
pub(crate) fn is_response(message: &[u8]) -> bool {
    let message: Value = serde_json::from_slice(message).unwrap_or(Value::Null);
    message.get("method").is_none() && (message.get("result").is_some() || message.get("error").is_some())
}
