//! The first stage: what can be said of a request before anybody reads its body.
//!
//! Everything here is refused with a plain 4xx and sends nothing. A header that matters may come once; which of two would
//! count is exactly what two parsers disagree on.

use floorwalker_mcp::MODERN;
use http::{
    HeaderMap, HeaderName, Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HOST, ORIGIN},
};

pub(crate) const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
pub(crate) const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
pub(crate) const METHOD: HeaderName = HeaderName::from_static("mcp-method");
pub(crate) const NAME: HeaderName = HeaderName::from_static("mcp-name");

/// Headers of which a second one is refused.
const SINGLE: [HeaderName; 9] =
    [AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HOST, ORIGIN, SESSION, VERSION, METHOD, NAME];

/// Which authorities and origins this gateway answers to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doors {
    pub(crate) hosts: Vec<String>,
    pub(crate) origins: Vec<String>,
}

/// Why a request is refused before its body is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreceived {
    pub(crate) status: StatusCode,
    pub(crate) says: &'static str,
}

/// What the caller wants of the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Send one message.
    Post,
    /// End the session.
    Delete,
}

/// The server that the path names, and what is wanted of it.
pub(crate) fn receive<'p>(
    method: &Method,
    path: &'p str,
    headers: &HeaderMap,
    doors: &Doors,
) -> Result<(&'p str, Wish), Unreceived> {
    check_head(headers, doors)?;
    let Some(server) = server_of(path) else {
        return refuse(StatusCode::NOT_FOUND, "there is nothing at this path; the endpoint is /<server>/mcp");
    };
    match *method {
        Method::POST => Ok((server, Wish::Post)),
        Method::DELETE if text(headers, &VERSION) != Some(MODERN) => Ok((server, Wish::Delete)),
        _ => refuse(StatusCode::METHOD_NOT_ALLOWED, "the endpoint takes POST, and DELETE to end a session"),
    }
}

/// Whether a request may come in at all, whatever it is for.
pub(crate) fn check_head(headers: &HeaderMap, doors: &Doors) -> Result<(), Unreceived> {
    for name in SINGLE {
        if headers.get_all(&name).iter().nth(1).is_some() {
            return refuse(StatusCode::BAD_REQUEST, "a header that matters was sent twice");
        }
    }
    check_doors(headers, doors)
}

/// The token of an `Authorization: Bearer` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let value = headers.get(AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at_checked("Bearer ".len())?;
    (scheme.eq_ignore_ascii_case(b"Bearer ") && !token.is_empty()).then_some(token)
}

/// The text of a header, when it is there and is text.
pub(crate) fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn check_doors(headers: &HeaderMap, doors: &Doors) -> Result<(), Unreceived> {
    let Some(host) = text(headers, &HOST) else {
        return refuse(StatusCode::FORBIDDEN, "the Host header is missing");
    };
    if !doors.hosts.iter().any(|allowed| names_host(allowed, host)) {
        return refuse(StatusCode::FORBIDDEN, "this gateway does not answer to that Host");
    }
    let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
    if doors.origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()) {
        return Ok(());
    }
    refuse(StatusCode::FORBIDDEN, "this gateway does not answer to that Origin")
}

/// Whether `host` is `allowed`, or `allowed` with a port behind it.
fn names_host(allowed: &str, host: &str) -> bool {
    let Some((name, rest)) = host.split_at_checked(allowed.len()) else { return false };
    let port = rest.strip_prefix(':').unwrap_or("");
    name.eq_ignore_ascii_case(allowed)
        && (rest.is_empty() || (!port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())))
}

/// The `<server>` of `/<server>/mcp`, in that one spelling.
fn server_of(path: &str) -> Option<&str> {
    let server = path.strip_prefix('/')?.strip_suffix("/mcp")?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (!server.is_empty() && server.bytes().all(plain)).then_some(server)
}

/// Whether the body is what can be read. Asked after the caller is known, who may want to hear of it.
pub(crate) fn check_content(headers: &HeaderMap) -> Result<(), Unreceived> {
    if headers.contains_key(CONTENT_ENCODING) {
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must not be compressed");
    }
    let media = text(headers, &CONTENT_TYPE).unwrap_or("");
    let mut parts = media.split(';').map(str::trim);
    let json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    if json && parts.all(|parameter| parameter.eq_ignore_ascii_case("charset=utf-8")) {
        return Ok(());
    }
    refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be application/json in UTF-8")
}

fn refuse<T>(status: StatusCode, says: &'static str) -> Result<T, Unreceived> {
    Err(Unreceived { status, says })
}

#[cfg(test)]
mod tests;
