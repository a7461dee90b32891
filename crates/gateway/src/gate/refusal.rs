//! What is refused before it is a question for the policy: a value that can be answered with, and written down once it is
//! known who asked.

use floorwalker_mcp::Json;
use floorwalker_policy::{GrantId, ServerName};
use http::StatusCode;

use crate::{
    envelope::Reply,
    log::{Judged, Verdict, clip},
    receive::Unreceived,
    render,
};

/// A refusal, on the heap: it travels as an error, and errors are rare.
pub(super) type Refused = Box<Refusal>;

/// Why a request was not understood, or is not possible.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: i64,
    says: String,
    /// The id to answer, as it was written.
    id: Option<String>,
    method: String,
    /// What helps the client to do better.
    data: Vec<(&'static str, Json<'static>)>,
    /// Who asked for what, once that is known. Until then a refusal is only counted.
    about: Option<(GrantId, ServerName)>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: i64, says: &str) -> Refused {
        let says = says.to_owned();
        Box::new(Self { status, code, says, id: None, method: String::new(), data: Vec::new(), about: None })
    }

    pub(super) fn unreceived(why: Unreceived) -> Refused {
        Self::new(why.status, render::INVALID_REQUEST, why.says)
    }

    /// The one answer to a missing and to a bad credential.
    pub(super) fn unauthorized() -> Refused {
        Self::new(StatusCode::UNAUTHORIZED, render::NOT_GRANTED, "a valid bearer token is required")
    }

    /// The grant is known, so that it is on record who tries which names.
    pub(super) fn not_granted(grant: &GrantId, server: &str) -> Refused {
        let refused = Self::new(StatusCode::FORBIDDEN, render::NOT_GRANTED, "this grant does not reach that server");
        match ServerName::new(server) {
            Ok(server) => refused.about(grant, &server),
            Err(_) => refused,
        }
    }

    pub(super) fn answering(mut self: Box<Self>, id: Option<&str>, method: &str) -> Refused {
        self.id = id.map(str::to_owned);
        self.method = clip(method, 64);
        self
    }

    pub(super) fn with_data(mut self: Box<Self>, data: Vec<(&'static str, Json<'static>)>) -> Refused {
        self.data = data;
        self
    }

    pub(super) fn about(mut self: Box<Self>, grant: &GrantId, server: &ServerName) -> Refused {
        self.about = Some((grant.clone(), server.clone()));
        self
    }

    pub(super) fn reply(&self) -> Reply {
        render::refusal(self.status, self.id.as_deref(), self.code, &self.says, &self.data)
    }

    /// The record to write, once it is known who asked.
    pub(super) fn judged(&self) -> Option<Judged> {
        let (grant, server) = self.about.clone()?;
        Some(Judged {
            grant,
            server,
            session: None,
            method: self.method.clone(),
            tool: None,
            argument_keys: Vec::new(),
            verdict: Verdict::Refuse,
            rule: None,
            reason: Some(self.says.clone()),
            retry_after: None,
            ask: None,
            policy: None,
            commit: None,
            unidentified: 0,
        })
    }
}
