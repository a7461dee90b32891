//! Observe: what the answer tells, and its commit, before anybody gets it.
//!
//! Reading it is pure but for the sessions, which an answer can open or end: an answer becomes the plan it asks for, the
//! outcome to record and the reply to give. An answer that cannot be read where it must be read is withheld.

use bytes::Bytes;
use floorwalker_json::Node;
use floorwalker_mcp::{Answer as Response, Era, Reply as Heard, ToolsPage, decode_reply, era_of, result_reply};
use floorwalker_policy::{Decision, Handle, Observation, Plan, observe, observe_unasked};
use http::{HeaderValue, StatusCode};

use super::{
    Gateway, Permit,
    asked::{Asked, Matter},
    forward::Answer,
};
use crate::{
    envelope::Reply,
    log::{Commit, Outcome, clip},
    ports::SendError,
    receive::SESSION,
    render,
};

/// How a message that was let through ends, before it is written down.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) outcome: Outcome,
    /// What the answer does to the state.
    pub(super) plan: Plan,
    /// The same, once it was done.
    pub(super) commit: Option<Commit>,
    /// The checkout that the answer is about.
    pub(super) handle: Option<Handle>,
    pub(super) reply: Reply,
}

impl Seen {
    fn plain(outcome: Outcome, reply: Reply) -> Self {
        Self { outcome, plan: Plan::default(), commit: None, handle: None, reply }
    }
}

impl Gateway {
    pub(super) fn observe(&self, permit: &Permit<'_>, answer: Result<Answer, SendError>) -> Seen {
        match answer {
            Ok(answer) => self.observe_answer(permit, &answer),
            Err(_) if matches!(permit.asked.matter, Matter::End(_)) => {
                Seen::plain(Outcome::Replied { error: false }, render::empty(StatusCode::NO_CONTENT))
            }
            Err(SendError::NotSent(why)) => permit.not_sent(why),
            Err(SendError::Lost(why)) => permit.lost(why),
        }
    }

    /// Does what the reply says, before anybody gets it. When that is refused or fails, nobody gets it, and then only that
    /// the call is over is left to do, which nothing refuses.
    pub(super) async fn commit_seen(&self, permit: &Permit<'_>, seen: Seen) -> Seen {
        match self.commit_plan(&seen.plan).await {
            Ok(commit) => Seen { commit, ..seen },
            Err(why) => {
                let withheld = permit.withheld(&why, seen.handle);
                let commit = self.commit_plan(&withheld.plan).await.unwrap_or_default();
                Seen { commit, ..withheld }
            }
        }
    }

    async fn commit_plan(&self, plan: &Plan) -> Result<Option<Commit>, String> {
        if plan.is_empty() {
            return Ok(None);
        }
        match self.store.commit(self.clock.now(), plan).await {
            Ok(Decision::Allow(committed)) => Ok(Some(Commit { committed, plan: plan.clone() })),
            // No reply spends an approval.
            Ok(Decision::Ask(ask)) => Err(format!("{}: a person would have to be asked", ask.wanted.terms.rule)),
            Ok(Decision::Deny(denial)) => Err(format!("{}: {}", denial.rule, denial.reason)),
            Err(error) => Err(error.to_string()),
        }
    }

    fn observe_answer(&self, permit: &Permit<'_>, answer: &Answer) -> Seen {
        let asked = &permit.asked;
        match &asked.matter {
            Matter::End(_) => Seen::plain(Outcome::Replied { error: false }, render::empty(StatusCode::NO_CONTENT)),
            _ if answer.status == StatusCode::NOT_FOUND && asked.session.is_some() => {
                Seen { plan: permit.unanswered(), ..self.session_is_gone(asked) }
            }
            Matter::Notification(_) if answer.status.is_success() => {
                Seen::plain(Outcome::Replied { error: false }, render::empty(StatusCode::ACCEPTED))
            }
            Matter::Notification(_) => permit.withhold(&format!("the upstream answered {}", answer.status)),
            Matter::Request(request) => match decode_reply(answer.body.as_deref().unwrap_or_default()) {
                Ok(Heard::Answer(response)) if response.answers(request.id()) => {
                    self.observe_response(permit, answer, &response)
                }
                Ok(_) => permit.withhold("the upstream refused the message as a whole"),
                Err(error) => permit.withhold(&error.to_string()),
            },
        }
    }

    /// The upstream knows the session no more, so neither does the gateway, and the client hears what makes it begin anew.
    fn session_is_gone(&self, asked: &Asked<'_>) -> Seen {
        if let Some(session) = &asked.session {
            self.sessions.forget(session);
        }
        let reply = render::error(StatusCode::NOT_FOUND, asked.id(), render::INVALID_REQUEST, render::NO_SESSION);
        Seen::plain(Outcome::Withheld("the upstream's session is gone".to_owned()), reply)
    }

    fn observe_response(&self, permit: &Permit<'_>, answer: &Answer, response: &Response<'_>) -> Seen {
        let asked = &permit.asked;
        let told = response.result().or(response.error());
        if told.is_some_and(|told| permit.shows_credential(told)) {
            return permit.withhold("the upstream's credential is in its reply");
        }
        let seen = match self.read(permit, response) {
            Ok(observation) => observation,
            Err(why) => return permit.withhold(&why),
        };
        let reply = match (asked.method(), response.result()) {
            ("tools/list", Some(_)) => asked.filtered(response),
            ("initialize", Some(_)) => self.open(asked, answer, response),
            _ => status_down(asked.era, answer.status, response)
                .map(|status| render::json(status, response.rebuilt()))
                .ok_or_else(|| format!("the upstream answered {}", answer.status)),
        };
        match reply {
            Ok(reply) => Seen {
                outcome: Outcome::Replied { error: is_error(response) },
                plan: seen.plan,
                commit: None,
                handle: seen.handle,
                reply,
            },
            Err(why) => permit.withhold(&why),
        }
    }

    /// What the server's profile makes of a response: for a tool call all of it, for anything else only its secrets. An
    /// error of the protocol does not tell whether the tool did its work.
    fn read(&self, permit: &Permit<'_>, response: &Response<'_>) -> Result<Observation, String> {
        let asked = &permit.asked;
        let Some(profile) = &asked.served.server.profile else { return Ok(Observation::default()) };
        let Some(told) = response.result().or(response.error()) else { return Ok(Observation::default()) };
        let turn = permit.commit.as_ref().map(|commit| commit.committed.turn).unwrap_or_default();
        let seen = match asked.call() {
            Some(call) if response.result().is_some() => observe(profile, &self.secret_key, &call, told, turn),
            _ => observe_unasked(profile, &self.secret_key, &asked.grant.id, told).map(|secrets| {
                let changes = [permit.unanswered().changes, secrets.changes].concat();
                Observation { plan: Plan { changes }, handle: None }
            }),
        };
        seen.map_err(|error| error.to_string())
    }

    /// Opens a session of the gateway's own on the upstream's.
    fn open(&self, asked: &Asked<'_>, answer: &Answer, response: &Response<'_>) -> Result<Reply, String> {
        let version = response.result().and_then(|result| result.get("protocolVersion")).and_then(|node| node.as_str());
        let version = version.filter(|version| era_of(version) == Some(Era::Legacy));
        let version = version.ok_or("the upstream agreed on no protocol version that is spoken here")?;
        let bytes = self.entropy.bytes().map_err(|error| error.to_string())?;
        let bearer: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let value = HeaderValue::from_str(&bearer).map_err(|error| error.to_string())?;
        self.open_session(asked, &bearer, version, answer.session.clone())?;
        let mut reply = render::json(StatusCode::OK, response.rebuilt());
        reply.headers.insert(SESSION, value);
        Ok(reply)
    }
}

impl Asked<'_> {
    /// The list without what the policy hides. A definition that is not the one which the gateway has read makes it read the
    /// catalogue anew: people say yes to what it knows, and agents call what they were shown.
    fn filtered(&self, response: &Response<'_>) -> Result<Reply, String> {
        let result = response.result().ok_or("the list has no result")?;
        let page = ToolsPage::read(result).map_err(|error| error.to_string())?;
        if !self.served.catalogue.knows_all(result.get("tools").and_then(Node::as_array).unwrap_or_default()) {
            self.served.catalogue.mark_stale();
        }
        let hides = |tool: &str| self.policy.as_ref().is_none_or(|policy| policy.hides(tool));
        let result = page.filtered(response.source(), hides, self.era);
        let body = result_reply(self.id().unwrap_or("null"), &result);
        Ok(render::json(StatusCode::OK, Bytes::from(body)))
    }
}

impl Permit<'_> {
    /// Not a byte was sent, so what the decision charged is given back.
    fn not_sent(&self, why: String) -> Seen {
        let says = "the upstream could not be reached; nothing was sent, and nothing was counted";
        let reply = self.asked.trouble(render::NOT_SENT, says);
        let plan = self.commit.as_ref().map(Commit::taken_back).unwrap_or_default();
        Seen { plan, ..Seen::plain(Outcome::NotSent(why), reply) }
    }

    /// Something may have been sent, so the call counts as made.
    fn lost(&self, why: String) -> Seen {
        let says = "the call was sent, but no reply came; it counts as made, so look before you repeat it";
        let reply = self.asked.trouble(render::LOST, says);
        Seen { plan: self.unanswered(), ..Seen::plain(Outcome::Lost(why), reply) }
    }

    fn withhold(&self, why: &str) -> Seen {
        let says = "the message was sent, but what came back cannot be handed on";
        let reply = self.asked.trouble(render::WITHHELD, says);
        Seen { plan: self.unanswered(), ..Seen::plain(Outcome::Withheld(clip(why, 256)), reply) }
    }

    /// What follows for the state when nobody learns how the call went.
    pub(super) fn unanswered(&self) -> Plan {
        self.commit.as_ref().map(|commit| commit.plan.unanswered()).unwrap_or_default()
    }
}

/// The status to answer with. An upstream's own troubles, such as a credential that it refuses, are not the client's: the
/// client would look for a remedy at this gateway.
fn status_down(era: Era, status: StatusCode, response: &Response<'_>) -> Option<StatusCode> {
    let of_the_era = era == Era::Modern && matches!(status, StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND);
    match (status.is_success(), response.error().is_some()) {
        (true, _) => Some(StatusCode::OK),
        (false, true) if of_the_era => Some(status),
        (false, true) if status == StatusCode::BAD_REQUEST => Some(StatusCode::OK),
        _ => None,
    }
}

fn is_error(response: &Response<'_>) -> bool {
    let tool_error = |result: &floorwalker_json::Node<'_>| {
        result.get("isError").and_then(floorwalker_json::Node::as_bool).unwrap_or(false)
    };
    response.result().is_none_or(tool_error)
}
