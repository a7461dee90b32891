//! What is asked: one message that was understood, who sent it, to which server, in which era.

use std::{fmt, sync::Arc};

use floorwalker_mcp::{Era, Id, Notification, Request};
use floorwalker_policy::{Call, Denial, Policy, SessionId};

use super::{settle::Waiting, terms::Served};
use crate::{
    envelope::Reply,
    grants::Grant,
    log::{Judged, Verdict, clip},
    render,
    sessions::Session,
};

/// One message that was understood.
#[derive(Debug)]
pub(super) struct Asked<'e> {
    pub(super) grant: Arc<Grant>,
    pub(super) served: Arc<Served>,
    pub(super) policy: Option<Arc<Policy>>,
    pub(super) session: Option<Arc<Session>>,
    pub(super) era: Era,
    /// The protocol version to speak upstream.
    pub(super) version: String,
    pub(super) matter: Matter<'e>,
}

/// What is asked for.
#[derive(Debug)]
pub(super) enum Matter<'e> {
    Request(Request<'e>),
    Notification(Notification<'e>),
    /// The end of the session whose bearer id this is.
    End(Bearer<'e>),
}

/// The id by which a client proves that a session is its own.
#[derive(Clone, Copy)]
pub(super) struct Bearer<'e>(pub(super) &'e [u8]);

impl fmt::Debug for Bearer<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Bearer(..)")
    }
}

impl Asked<'_> {
    /// The tool call, if this is one. Whether it can be read was found out when it was understood.
    pub(super) fn call(&self) -> Option<Call<'_>> {
        let Matter::Request(request) = &self.matter else { return None };
        if request.method() != "tools/call" {
            return None;
        }
        let call = request.tool_call().ok()?;
        Some(Call {
            grant: &self.grant.id,
            server: &self.served.server.name,
            session: self.session_id(),
            tool: call.name,
            arguments: call.arguments,
        })
    }

    pub(super) fn method(&self) -> &str {
        match &self.matter {
            Matter::Request(request) => request.method(),
            Matter::Notification(notification) => notification.method(),
            Matter::End(_) => "(end of session)",
        }
    }

    pub(super) fn id(&self) -> Option<&str> {
        match &self.matter {
            Matter::Request(request) => Some(request.id().text()),
            Matter::Notification(_) | Matter::End(_) => None,
        }
    }

    /// The id of a request, to compare answers with.
    pub(super) fn id_value(&self) -> Option<&Id<'_>> {
        match &self.matter {
            Matter::Request(request) => Some(request.id()),
            Matter::Notification(_) | Matter::End(_) => None,
        }
    }

    pub(super) fn denied(&self, denial: &Denial) -> Reply {
        render::denial(self.era, self.id().unwrap_or("null"), denial)
    }

    pub(super) fn asked_for(&self, waiting: &Waiting) -> Reply {
        render::ask(self.era, self.id().unwrap_or("null"), &waiting.ask.wanted.terms, waiting.open)
    }

    /// The answer while the log cannot be written.
    pub(super) fn closed(&self) -> Reply {
        self.trouble(render::CLOSED, "the decision log cannot be written, so nothing passes")
    }

    pub(super) fn trouble(&self, code: i64, says: &str) -> Reply {
        render::trouble(self.era, self.id(), self.call().is_some(), code, says)
    }

    /// The record of this message without an answer.
    pub(super) fn unjudged(&self) -> Judged {
        let call = self.call();
        Judged {
            grant: self.grant.id.clone(),
            server: self.served.server.name.clone(),
            session: self.session_id().cloned(),
            method: clip(self.method(), 64),
            tool: call.map(|call| clip(call.tool, 128)),
            argument_keys: call.map(argument_keys).unwrap_or_default(),
            verdict: Verdict::Refuse,
            rule: None,
            reason: None,
            retry_after: None,
            ask: None,
            policy: call.and(self.policy.as_ref()).map(|policy| policy.digest()),
            commit: None,
            unidentified: 0,
        }
    }

    fn session_id(&self) -> Option<&SessionId> {
        self.session.as_ref().map(|session| &session.id)
    }
}

/// The names of the arguments, sorted and clipped; a flood of them is cut.
fn argument_keys(call: Call<'_>) -> Vec<String> {
    let object = call.arguments.and_then(|arguments| arguments.as_object());
    let mut keys: Vec<String> = object.into_iter().flatten().take(64).map(|member| clip(&member.key, 64)).collect();
    keys.sort();
    keys
}
