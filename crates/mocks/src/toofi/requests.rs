//! What callers asked for under a `request_id`, so that the same request is not played twice.
//!
//! INVARIANT: `Debug` prints neither callers, who can be credentials, nor arguments, which can hold keys.

use std::collections::BTreeMap;

use crate::mock::Caller;

use super::Toofi;
use super::billing_tools::who;
use super::catalogue::Arguments;
use super::refusal::{Code, Refusal, Shown};
use super::settings::RequestId;

/// The requests that were granted, by caller and `request_id`.
#[derive(Default)]
pub(crate) struct Requests(BTreeMap<(String, String), Granted>);

/// One request: who asks, under which id, for what.
pub(crate) struct Request {
    from: (String, String),
    tool: &'static str,
    arguments: String,
}

/// What a request was for, and what came of it.
struct Granted {
    tool: &'static str,
    arguments: String,
    made: Made,
}

/// What came of a request.
#[derive(Clone)]
pub(crate) enum Made {
    /// A purchase of that id.
    Purchase(String),
    /// A plan, with the answer that told of it.
    Plan(Shown),
}

impl Request {
    pub(crate) fn of(caller: &Caller, tool: &'static str, arguments: &Arguments) -> Self {
        let from = (who(caller), arguments.text("request_id").to_owned());
        Self { from, tool, arguments: arguments.canonical() }
    }
}

impl Requests {
    /// Keeps what came of a request that has an id.
    pub(crate) fn note(&mut self, request: Request, made: Made) {
        let Request { from, tool, arguments } = request;
        if !from.1.is_empty() {
            self.0.insert(from, Granted { tool, arguments, made });
        }
    }
}

impl Toofi {
    /// What the same request got before; another request under the same id is refused.
    pub(crate) fn repeated(&self, request: &Request) -> Result<Option<Made>, Refusal> {
        let before = match self.settings.request_id {
            RequestId::Ignored => None,
            RequestId::Idempotent | RequestId::RepeatsToken => self.requests.0.get(&request.from),
        };
        let Some(Granted { tool, arguments, made }) = before else { return Ok(None) };
        match *tool == request.tool && *arguments == request.arguments {
            true => Ok(Some(made.clone())),
            false => Err(Code::IdempotencyConflict.because("This request_id came with another request before.")),
        }
    }
}

impl std::fmt::Debug for Requests {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Requests({})", self.0.len())
    }
}
