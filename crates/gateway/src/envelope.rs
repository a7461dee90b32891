//! A request and a reply, as they are on the wire but without the wire.
//!
//! The HTTP listener and the scenario runner both speak to the gate in these, so what a scenario proves in process holds
//! over a socket.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, StatusCode};

/// One request as it arrived. Header names are lower-case; order and repetition are kept.
#[derive(Clone)]
pub struct Envelope {
    /// The HTTP method.
    pub method: Method,
    /// The path, as it was sent; the gate serves `/<server>/mcp` and no other spelling.
    pub path: String,
    /// Every header, in order.
    pub headers: HeaderMap,
    /// The whole body, already capped in size by whoever read it.
    pub body: Bytes,
}

impl fmt::Debug for Envelope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Header values hold credentials, and a body whatever the agent was told.
        let names: Vec<&str> = self.headers.keys().map(HeaderName::as_str).collect();
        let mut shown = out.debug_struct("Envelope");
        shown.field("method", &self.method).field("path", &self.path).field("headers", &names);
        shown.field("body_bytes", &self.body.len()).finish()
    }
}

/// One reply.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers that mean something; framing is the listener's business.
    pub headers: HeaderMap,
    /// One JSON text, or nothing.
    pub body: Bytes,
}
