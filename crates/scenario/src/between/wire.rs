//! Requests over a real socket: the bytes of an envelope go out, and a reply comes back.

use std::future::pending;

use bytes::{Bytes, BytesMut};
use floorwalker_gateway::{Envelope, Outlet, Reply};
use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tokio::net::TcpStream;

use crate::inbox::Nowhere;
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
        let mut request = request(url, envelope)?;
        if request.headers().get(HOST).is_some_and(|host| host == "localhost") {
            // The client writes the true one.
            request.headers_mut().remove(HOST);
        }
        read(self.0.request(request).await.map_err(|error| error.to_string())?, outlet).await
    }
}

/// Sends an envelope over a connection of its own, which is closed when this is dropped.
pub(crate) async fn send_alone(authority: &str, envelope: Envelope) -> Result<Reply, String> {
    let request = request(&envelope.path.clone(), envelope)?;
    let stream = TcpStream::connect(authority).await.map_err(|error| error.to_string())?;
    let shaken = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = shaken.map_err(|error| error.to_string())?;
    let answered = async {
        let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
        read(response, &Nowhere).await
    };
    let connected = async {
        // However it ends, what it read before is an answer or the want of one.
        let _ = connection.await;
        pending().await
    };
    tokio::select! {
        answer = answered => answer,
        never = connected => never,
    }
}

fn request(uri: &str, envelope: Envelope) -> Result<Request<Full<Bytes>>, String> {
    let mut request = Request::new(Full::new(envelope.body));
    *request.method_mut() = envelope.method;
    *request.headers_mut() = envelope.headers;
    *request.uri_mut() = uri.parse().map_err(|error| format!("{uri}: {error}"))?;
    Ok(request)
}

/// Reads the reply, and passes on what comes before it.
async fn read(response: Response<Incoming>, outlet: &dyn Outlet) -> Result<Reply, String> {
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

fn is_stream(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

/// Reads a stream until it ends or the response is in it: a server need not close its stream right then.
async fn read_stream(mut body: Incoming) -> Result<Bytes, String> {
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
