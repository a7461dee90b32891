//! The approvers' door: a small JSON API over the same listener code as the agents' door.
//!
//! `GET /approvals` lists, `GET /approvals/<id>` shows one, `POST /approvals/<id>/approve` and `.../deny` answer. An approver
//! sees and answers only what the policy lets them answer.

use std::sync::{Arc, atomic::Ordering};

use floorwalker_mcp::{Json, ObjectWriter};
use floorwalker_policy::{
    Approval, ApproverId, AskId, Change, Consent, Decision, Denial, Plan, Row, RowKey, Stands, Timestamp,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header::WWW_AUTHENTICATE};

use super::view;
use crate::{
    envelope::{Envelope, Reply},
    gate::{Gateway, InForce},
    log::{Commit, Entry, Outcome, Said, clip},
    ports::{Outlet, Port, StoreError},
    receive::{Unreceived, bearer, check_head},
    render,
    server::Handle,
};

/// The gateway as approvers reach it.
#[derive(Debug)]
pub(crate) struct ApproversDoor(pub(crate) Arc<Gateway>);

/// What an approver wants.
enum Wish<'p> {
    List,
    Show(&'p str),
    Answer(&'p str, Consent),
}

/// An answer that is none of the asked-for things, on its way out.
type Refused = Box<Reply>;

impl Handle for ApproversDoor {
    fn doors(&self, method: &Method, path: &str, headers: &HeaderMap) -> Result<(), Refused> {
        self.0.approver(&self.0.in_force(), method, path, headers).map(drop)
    }

    fn handle<'a>(&'a self, envelope: Envelope, _: &'a dyn Outlet) -> Port<'a, Reply> {
        Box::pin(async move { self.0.answer_approver(&envelope).await })
    }
}

impl Gateway {
    /// The path of one request of an approver, from its envelope to its reply.
    pub async fn answer_approver(&self, envelope: &Envelope) -> Reply {
        let Envelope { method, path, headers, body } = envelope;
        let terms = self.in_force();
        match self.approver(&terms, method, path, headers) {
            Ok(_) if !body.is_empty() => refusal(StatusCode::BAD_REQUEST, None, "there is nothing to say in a body"),
            Ok((approver, wish)) => self.fulfil(&terms, &approver, wish).await.unwrap_or_else(|refused| *refused),
            Err(refused) => *refused,
        }
    }

    /// Who asks for what. Missing and wrong credentials get the same answer, and are only counted.
    fn approver<'p>(
        &self,
        terms: &InForce,
        method: &Method,
        path: &'p str,
        headers: &HeaderMap,
    ) -> Result<(ApproverId, Wish<'p>), Refused> {
        let known = check_head(headers, &terms.doors).map_err(|why| unreceived(&why)).and_then(|()| {
            let approver = bearer(headers).and_then(|token| terms.approvers.identify(token));
            approver.cloned().ok_or_else(unauthorized)
        });
        let approver = known.inspect_err(|_| {
            self.unidentified.fetch_add(1, Ordering::Relaxed);
        })?;
        Ok((approver, wish(method, path)?))
    }

    async fn fulfil(&self, terms: &InForce, approver: &ApproverId, wish: Wish<'_>) -> Result<Reply, Refused> {
        let asks = self.asks(terms, approver).await.map_err(|error| {
            tracing::error!(%error, "approvals cannot be read");
            Box::new(refusal(StatusCode::SERVICE_UNAVAILABLE, None, "the approvals cannot be read"))
        })?;
        match wish {
            Wish::List => {
                let listed = asks.iter().map(|(ask, now)| Json::Raw(view::brief(ask, *now).finish().into()));
                let body = ObjectWriter::new().member("approvals", &Json::List(listed.collect())).finish();
                Ok(render::json(StatusCode::OK, body))
            }
            Wish::Show(id) => {
                let (ask, now) = named(&asks, id)?;
                Ok(render::json(StatusCode::OK, view::whole(ask, &self.desk, *now)))
            }
            Wish::Answer(id, consent) => {
                let (ask, at) = named(&asks, id)?;
                self.hear(approver, (ask, *at), consent).await
            }
        }
    }

    /// What this approver may answer or might have answered, oldest first, each with the store's time.
    async fn asks(&self, terms: &InForce, approver: &ApproverId) -> Result<Vec<(Approval, Timestamp)>, StoreError> {
        let mut found = Vec::new();
        for grant in terms.grants.ids() {
            if grant.as_str() == approver.as_str() {
                continue;
            }
            let looked = self.store.look(self.clock.now(), &RowKey::Approvals(grant)).await?;
            let Some(Row::Approvals(row)) = looked.row else { continue };
            let theirs = row.asks.into_iter().filter(|ask| ask.wanted.terms.approvers.has(approver));
            found.extend(theirs.map(|ask| (ask, looked.at)));
        }
        found.sort_by_key(|(ask, _)| (ask.asked, ask.id));
        Ok(found)
    }

    /// Hears an answer: on record first, then it holds or does not, and that is on record too.
    async fn hear(
        &self,
        approver: &ApproverId,
        (ask, at): (&Approval, Timestamp),
        consent: Consent,
    ) -> Result<Reply, Refused> {
        if consent == Consent::Given && self.desk.arguments(ask.id, &ask.wanted).is_none() {
            return Err(unseen(ask, at));
        }
        let said = Said {
            approver: approver.clone(),
            ask: ask.id,
            consent,
            grant: ask.wanted.grant.clone(),
            server: ask.wanted.server.clone(),
            tool: clip(&ask.wanted.tool, 128),
        };
        let of = self.append(Entry::Answer(said)).await.ok_or_else(unrecorded)?;
        let answered = self.commit_answer(approver, ask, consent).await;
        let (outcome, commit) = match &answered {
            Ok(commit) => (Outcome::Taken, Some(commit.clone())),
            Err(denial) => (Outcome::Refused(clip(&denial.reason, 256)), None),
        };
        if self.append(Entry::Outcome { of, outcome, commit: commit.clone() }).await.is_none() {
            if let Some(commit) = commit {
                self.take_back_commit(&commit).await;
            }
            return Err(unrecorded());
        }
        match answered {
            Ok(_) => Ok(taken(ask.id, consent)),
            Err(denial) => Ok(denied(&denial)),
        }
    }

    async fn commit_answer(&self, approver: &ApproverId, ask: &Approval, consent: Consent) -> Result<Commit, Denial> {
        let answer = Change::Answer {
            grant: ask.wanted.grant.clone(),
            ask: ask.id,
            approver: approver.clone(),
            consent,
            costs: ask.wanted.cost_keys().collect(),
        };
        let plan = Plan { changes: vec![answer] };
        match self.commit(&plan).await {
            Decision::Allow(committed) => Ok(Commit { committed, plan }),
            Decision::Deny(denial) => Err(denial),
            Decision::Ask(_) => Err(crate::gate::closed("an answer asks nobody")),
        }
    }
}

fn wish<'p>(method: &Method, path: &'p str) -> Result<Wish<'p>, Refused> {
    let parts: Vec<&str> = path.split('/').collect();
    let (wish, allowed) = match parts.as_slice() {
        ["", "approvals"] => (Wish::List, Method::GET),
        ["", "approvals", id] => (Wish::Show(id), Method::GET),
        ["", "approvals", id, "approve"] => (Wish::Answer(id, Consent::Given), Method::POST),
        ["", "approvals", id, "deny"] => (Wish::Answer(id, Consent::Refused), Method::POST),
        _ => return Err(Box::new(refusal(StatusCode::NOT_FOUND, None, "there is nothing at this path"))),
    };
    match *method == allowed {
        true => Ok(wish),
        false => {
            let says = format!("this path takes {allowed}");
            Err(Box::new(refusal(StatusCode::METHOD_NOT_ALLOWED, None, &says)))
        }
    }
}

/// The ask of that id. One of somebody else's and one that is not there are the same to whoever asks.
fn named<'a>(asks: &'a [(Approval, Timestamp)], id: &str) -> Result<&'a (Approval, Timestamp), Refused> {
    let id = id.parse::<AskId>().ok();
    let found = asks.iter().find(|(ask, _)| Some(ask.id) == id);
    let says = "there is no ask of this id for you to answer";
    found.ok_or_else(|| Box::new(refusal(StatusCode::NOT_FOUND, Some("/approvals/unknown"), says)))
}

fn taken(ask: AskId, consent: Consent) -> Reply {
    let stands = match consent {
        Consent::Given => "approved",
        Consent::Refused => "denied",
    };
    let body = ObjectWriter::new().text("id", &ask.to_string()).text("stands", stands).finish();
    render::json(StatusCode::OK, body)
}

/// The state says no: what was shown is over, was answered, or is not this person's.
fn denied(denial: &Denial) -> Reply {
    let status = match denial.rule.as_str() {
        "/approvals/unknown" => StatusCode::NOT_FOUND,
        "/approvals/approver" => StatusCode::FORBIDDEN,
        "(closed)" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::CONFLICT,
    };
    refusal(status, Some(denial.rule.as_str()), &denial.reason)
}

fn unrecorded() -> Refused {
    let says = "the decision log cannot be written, so nothing was answered";
    Box::new(refusal(StatusCode::SERVICE_UNAVAILABLE, Some("(closed)"), says))
}

fn unauthorized() -> Refused {
    let mut reply = refusal(StatusCode::UNAUTHORIZED, None, "a valid approver's token is required");
    reply.headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    Box::new(reply)
}

fn unreceived(why: &Unreceived) -> Refused {
    Box::new(refusal(why.status, None, why.says))
}

fn refusal(status: StatusCode, rule: Option<&str>, says: &str) -> Reply {
    let body = ObjectWriter::new();
    let body = match rule {
        Some(rule) => body.text("rule", rule),
        None => body,
    };
    render::json(status, body.text("error", says).finish())
}

/// Why nobody says yes to what the desk does not show: it is over, or it was asked before the gateway started.
fn unseen(ask: &Approval, at: Timestamp) -> Refused {
    let (rule, says) = match &ask.stands {
        Stands::Pending if at >= ask.expires => {
            ("/approvals/expired", "this ask expired, so it is not answered any more")
        }
        Stands::Pending => (
            "/approvals/unseen",
            "nobody can see what this ask is for since the gateway started; its agent has to ask again",
        ),
        _ => ("/approvals/answered", "this ask was answered before"),
    };
    Box::new(refusal(StatusCode::CONFLICT, Some(rule), says))
}
