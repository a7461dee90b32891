//! The way to one MCP server over HTTP.
//!
//! It connects to the configured authority and to nothing else: no redirect is followed, no proxy environment is read,
//! and nothing of a request can name another place. One pooled client per upstream.
//!
//! INVARIANT: [`SendError::NotSent`] is said only when no connection came about. A pooled connection that turns out to
//! be closed before anything was written is replaced below, which sends nothing twice; everything later is
//! [`SendError::Lost`], because some bytes may have arrived.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::ports::{Inbound, Outbound, Port, SendError, Upstream};

mod answer;
mod events;

/// How large one message from an upstream may be.
const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How long a connection may take to come about, TLS included.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// How long an unused connection is kept; shorter than servers usually do, so that the gateway closes first.
const IDLE_TIME: Duration = Duration::from_secs(15);

type Connector = HttpsConnector<HttpConnector>;

/// One MCP server that is reached over HTTP/1.1, with or without TLS.
pub struct HttpUpstream {
    client: Client<Connector, Full<Bytes>>,
    uri: Uri,
    message_bytes_max: usize,
}

/// Why a text is no address of an upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// It cannot be read.
    #[error("it is not a URL")]
    Grammar,
    /// It is not reached over HTTP.
    #[error("it must begin with `http://` or `https://`")]
    Scheme,
    /// It names a user or a password, which belong into the credential.
    #[error("it must not hold a user or a password")]
    Credentials,
    /// It has a fragment, which is never sent.
    #[error("it must not have a fragment")]
    Fragment,
    /// There is no TLS to be had.
    #[error("TLS is not available")]
    Tls,
}

impl HttpUpstream {
    /// The server at that URL.
    ///
    /// # Errors
    /// The text is not an `http` or `https` URL, or holds what does not belong there.
    pub fn new(url: &str) -> Result<Self, UrlError> {
        let uri = checked(url)?;
        let mut client = Client::builder(TokioExecutor::new());
        client.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE_TIME);
        Ok(Self { client: client.build(connector()?), uri, message_bytes_max: MESSAGE_BYTES_MAX })
    }

    async fn exchange(&self, outbound: Outbound) -> Result<Inbound, SendError> {
        let mut request = Request::new(Full::new(outbound.body));
        *request.method_mut() = outbound.method;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = outbound.headers;
        match self.client.request(request).await {
            Ok(response) => Ok(answer::inbound(response, self.message_bytes_max)),
            Err(error) => Err(send_error(&error)),
        }
    }
}

impl Upstream for HttpUpstream {
    fn send(&self, request: Outbound) -> Port<'_, Result<Inbound, SendError>> {
        Box::pin(self.exchange(request))
    }
}

impl fmt::Debug for HttpUpstream {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Path and query may hold a key.
        out.debug_struct("HttpUpstream").field("authority", &self.uri.authority()).finish_non_exhaustive()
    }
}

fn checked(url: &str) -> Result<Uri, UrlError> {
    if url.contains('#') {
        return Err(UrlError::Fragment);
    }
    let uri: Uri = url.parse().map_err(|_| UrlError::Grammar)?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(UrlError::Scheme);
    }
    match uri.authority() {
        Some(authority) if authority.as_str().contains('@') => Err(UrlError::Credentials),
        Some(_) => Ok(uri),
        None => Err(UrlError::Grammar),
    }
}

fn connector() -> Result<Connector, UrlError> {
    let mut http = HttpConnector::new();
    http.enforce_http(false);
    http.set_nodelay(true);
    http.set_connect_timeout(Some(CONNECT_TIME));
    let provider = rustls::crypto::ring::default_provider();
    let https = HttpsConnectorBuilder::new().with_provider_and_webpki_roots(provider).map_err(|_| UrlError::Tls)?;
    Ok(https.https_or_http().enable_http1().wrap_connector(http))
}

fn send_error(error: &ClientError) -> SendError {
    match error.is_connect() {
        true => SendError::NotSent(causes(error)),
        false => SendError::Lost(causes(error)),
    }
}

/// An error and what caused it, on one line.
fn causes(error: &dyn Error) -> String {
    let mut says = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        says.push_str(": ");
        says.push_str(&inner.to_string());
        cause = inner.source();
    }
    says
}

#[cfg(test)]
mod tests;
