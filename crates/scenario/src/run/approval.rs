//! What people do at the approvers' door, in the bytes of its API.

use bytes::Bytes;
use floorwalker_gateway::Envelope;
use futures_util::future::BoxFuture;
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, HeaderValue, Method};

use crate::agent::{Panicked, caught};
use crate::answer::Answer;
use crate::between::ours::{agent_token, approver_token, bearer};
use crate::document::{ApprovalStep, AtDoor};
use crate::run::doing::Done;
use crate::run::{Line, Run};
use crate::template::Unkept;
use crate::world::World;

impl<'r> Run<'r> {
    pub(super) fn approval(&self, step: &'r ApprovalStep) -> Result<BoxFuture<'r, Done<'r>>, Unkept> {
        let world = self.world;
        let ask = step.ask.as_ref().map(|ask| ask.fill(&self.names)).transpose()?;
        let envelope = envelope(world, step, ask.as_deref());
        Ok(Box::pin(async move {
            match caught(world.between.approvals(envelope)).await {
                Ok(Some(reply)) => Done::Answer(Answer::of_door(&reply)),
                Ok(None) => Done::Deed(closed(step), Err("there is no door for approvers here".to_owned())),
                Err(Panicked) => Done::Answer(Answer::panicked()),
            }
        }))
    }
}

fn envelope(world: &World, step: &ApprovalStep, ask: Option<&str>) -> Envelope {
    let ask = ask.map(|ask| format!("/{ask}")).unwrap_or_default();
    let (method, end) = match step.does {
        AtDoor::Approve => (Method::POST, "/approve"),
        AtDoor::Deny => (Method::POST, "/deny"),
        AtDoor::Look => (Method::GET, ""),
    };
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::from_static("localhost"));
    let token = match world.agents.get(&step.by) {
        Some(agent) => agent.grant.as_deref().map(agent_token),
        None => world.wiring.approvers.contains(&step.by).then(|| approver_token(&step.by)),
    };
    if let Some(credential) = token.and_then(|token| bearer(&token).ok()) {
        headers.insert(AUTHORIZATION, credential);
    }
    Envelope { method, path: format!("/approvals{ask}{end}"), headers, body: Bytes::new() }
}

fn closed(step: &ApprovalStep) -> Line {
    Line {
        at: std::time::Duration::ZERO,
        who: step.by.clone(),
        what: step.does.word().to_owned(),
        verdict: String::new(),
        detail: String::new(),
        told: Vec::new(),
    }
}
