//! The MCP face in process: the bytes of one HTTP request in, the bytes of its response out, over any mock.
//!
//! It speaks both eras of MCP on one endpoint: sessions until 2025-11-25, stateless from 2026-07-28. It is what a
//! scenario talks to when no socket is wanted. A server made with an MCP library stands beside it in another crate,
//! and a test holds the two to the same answers.
//!
//! INVARIANT: the request is journalled before anything reads it.

mod desk;
mod era;
mod legacy;
mod lenient;
mod message;
mod modern;
mod results;

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::fault::Fate;
use crate::mock::{Caller, Mock};

use self::era::Era;
use self::lenient::Body;
use self::message::{Answer, Message, Wanted};

pub use self::desk::Leniency;
pub use self::results::{CACHE_SCOPE, Page, TTL_MS, UnknownCursor, page};

pub(crate) use self::desk::Desk;

/// One HTTP request to the MCP endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct FaceRequest {
    /// The HTTP method, in capitals.
    pub method: String,
    /// The path below the server's root, with its query: [`MCP_PATH`], or another at which it listens.
    pub path: String,
    /// The headers, in order; names in any case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// The response to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaceResponse {
    /// The HTTP status; 0 where the client gets no response.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Whether the client gets it.
    pub delivery: Delivery,
}

/// Whether the client gets a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It does.
    Sent,
    /// The connection closes without one, after the request took effect.
    Lost,
    /// It never comes, and the connection stays open.
    Held,
}

/// Where every caller in process comes from.
const LOOPBACK: &str = "127.0.0.1";

/// Where the MCP endpoint of every mock is.
pub const MCP_PATH: &str = "/mcp";

/// Answers one request.
pub fn exchange(mock: &mut dyn Mock, now: u64, request: &FaceRequest) -> FaceResponse {
    mock.received(now, request);
    if request.path != MCP_PATH {
        return mock.elsewhere(now, request).unwrap_or_else(|| FaceResponse::empty(404));
    }
    match request.method.as_str() {
        "POST" => post(mock, now, request),
        "DELETE" => legacy::close(mock, request),
        _ => FaceResponse::empty(405),
    }
}

fn post(mock: &mut dyn Mock, now: u64, request: &FaceRequest) -> FaceResponse {
    let parser = mock.books().desk.parser.clone();
    let mut answers = match lenient::read(&request.body, &parser) {
        Err(trouble) => {
            return Answer::error(400, Value::Null, trouble.code, trouble.says).render();
        }
        Ok(Body::One(value)) => return answer(mock, now, request, &parser, value).render(),
        Ok(Body::Many(values)) => {
            values.into_iter().map(|value| answer(mock, now, request, &parser, value)).collect::<Vec<_>>()
        }
    };
    let bodies: Vec<Value> = answers.iter_mut().filter_map(|answer| answer.body.take()).collect();
    match bodies.is_empty() {
        true => FaceResponse::empty(202),
        false => Answer::ok(Value::Array(bodies)).render(),
    }
}

fn answer(mock: &mut dyn Mock, now: u64, request: &FaceRequest, parser: &[Leniency], value: Value) -> Answer {
    let message = match Message::read(value, parser) {
        Ok(message) => message,
        Err(refusal) => return refusal,
    };
    let answer = match Era::of(request, &message) {
        Era::Legacy => legacy::answer(mock, now, request, &message),
        Era::Modern => modern::answer(mock, now, request, &message),
    };
    match message.wanted {
        Wanted::Answer => answer,
        Wanted::Nothing => Answer { fate: answer.fate, ..Answer::accepted() },
    }
}

impl FaceRequest {
    /// The first header of that name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Who sends it; sessions count in the era that has them.
    pub(crate) fn caller(&self, session: Option<&str>) -> Caller {
        let bearer = self.header("authorization").and_then(|value| value.split_once(' '));
        let credential = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        Caller {
            session: session.map(str::to_owned),
            credential: credential.map(|(_, token)| token.trim().to_owned()),
            address: LOOPBACK.to_owned(),
        }
    }
}

impl FaceResponse {
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), delivery: Delivery::Sent }
    }

    /// The first header of that name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// What becomes of the response on the way.
    #[must_use]
    pub fn suffer(mut self, fate: Fate) -> Self {
        match fate {
            // An error in the place of the reply was written there already.
            Fate::Whole | Fate::RpcError => self,
            Fate::Lost => Self { delivery: Delivery::Lost, ..Self::empty(0) },
            Fate::Held => Self { delivery: Delivery::Held, ..Self::empty(0) },
            Fate::Http500 => Self::empty(500),
            Fate::Garbled => {
                self.body.truncate(self.body.len() / 2);
                self
            }
        }
    }
}

impl std::fmt::Debug for FaceRequest {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Headers carry credentials and bodies carry secrets.
        write!(out, "FaceRequest({} of {} bytes)", self.method, self.body.len())
    }
}
