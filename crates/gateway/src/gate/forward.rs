//! Forward: what was decided is what is sent.
//!
//! The message is written anew from the fields that were read, the headers from nothing: no client header is copied, and the
//! client's credential stays here.

use bytes::Bytes;
use floorwalker_json::{Keys, Node, Value, scan};
use floorwalker_mcp::{Era, Mirrors, Reply as Heard, decode_reply, to_header_value};
use floorwalker_policy::observe_unasked;
use futures_util::{
    StreamExt,
    future::{Either, select},
};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use memchr::memmem;

use super::{Gateway, Permit, asked::Matter};
use crate::{
    ports::{Inbound, Outbound, Outlet, SendError},
    receive::{METHOD, NAME, SESSION, VERSION},
};

/// What an upstream answered to a message that was let through.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) session: Option<HeaderValue>,
    /// The reply to a request; nothing for a notification.
    pub(crate) body: Option<Bytes>,
}

impl Gateway {
    /// Sends the message, hands notifications on as they come, and returns the reply, all within the deadline.
    pub(super) async fn forward(&self, permit: &Permit<'_>, outlet: &dyn Outlet) -> Result<Answer, SendError> {
        let exchange = Box::pin(self.exchange(permit, outlet));
        match select(exchange, self.clock.sleep(permit.asked.served.deadline)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), _)) => Err(SendError::Lost("the upstream did not answer in time".to_owned())),
        }
    }

    async fn exchange(&self, permit: &Permit<'_>, outlet: &dyn Outlet) -> Result<Answer, SendError> {
        let asked = &permit.asked;
        let Inbound { status, session, mut messages } = asked.served.server.upstream.send(permit.outbound()).await?;
        let mut answer = Answer { status, session, body: None };
        // An upstream that knows the session no more says so without a message that could be read.
        if status == StatusCode::NOT_FOUND && asked.session.is_some() {
            return Ok(answer);
        }
        while let Some(message) = messages.next().await {
            let message = message?;
            match permit.heard(&message) {
                What::ListChange => {
                    asked.served.catalogue.mark_stale();
                    self.pass_on(permit, message, outlet).await;
                }
                What::Notification => self.pass_on(permit, message, outlet).await,
                What::Other => {}
                What::Reply => {
                    answer.body = Some(message);
                    return Ok(answer);
                }
            }
        }
        match asked.id() {
            Some(_) => Err(SendError::Lost("the upstream ended its answer without a reply".to_owned())),
            None => Ok(answer),
        }
    }

    /// Hands a notification on, unless a secret is in it: secrets travel in replies, where their delivery is counted.
    async fn pass_on(&self, permit: &Permit<'_>, message: Bytes, outlet: &dyn Outlet) {
        // What comes before a session is there has nobody to go to, and the session's id must come in a plain reply.
        if permit.asked.method() == "initialize" {
            return;
        }
        if !self.shows_secret(permit, &message) {
            outlet.notify(message).await;
        }
    }

    fn shows_secret(&self, permit: &Permit<'_>, message: &[u8]) -> bool {
        let Ok(node) = scan(message, Keys::Distinct) else { return true };
        if permit.shows_credential(&node) {
            return true;
        }
        let Some(profile) = &permit.asked.served.server.profile else { return false };
        let plan = observe_unasked(profile, &self.secret_key, &permit.asked.grant.id, &node);
        plan.map_or(true, |plan| !plan.is_empty())
    }
}

/// What a message from the upstream is.
enum What {
    Notification,
    /// The notification that the catalogue is out of date.
    ListChange,
    Reply,
    Other,
}

/// Whether one of the texts is in a string or a key of the tree, however it was escaped on the wire.
pub(crate) fn holds_any(node: &Node<'_>, texts: &[&str]) -> bool {
    let is_in = |string: &str| texts.iter().any(|text| memmem::find(string.as_bytes(), text.as_bytes()).is_some());
    match &node.value {
        Value::String(string) => is_in(string),
        Value::Array(elements) => elements.iter().any(|element| holds_any(element, texts)),
        Value::Object(object) => object.iter().any(|member| is_in(&member.key) || holds_any(&member.value, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

impl Permit<'_> {
    /// What a message on the way down is to this permit's message. What nobody asked for is passed over: a request of the
    /// upstream's, or an answer to something else.
    fn heard(&self, message: &[u8]) -> What {
        match (decode_reply(message), self.asked.id_value()) {
            (Ok(Heard::Notification(told)), _) if told.method() == "notifications/tools/list_changed" => {
                What::ListChange
            }
            (Ok(Heard::Notification(_)), _) => What::Notification,
            (Ok(Heard::Request(_)), _) => What::Other,
            (Ok(Heard::Answer(answer)), Some(id)) if answer.id().is_some() && !answer.answers(id) => What::Other,
            _ => What::Reply,
        }
    }

    /// Whether a credential that the upstream is shown, for whomever, is in what it sends: some echo what they were shown.
    pub(super) fn shows_credential(&self, node: &Node<'_>) -> bool {
        let secrets: Vec<&str> = self.asked.served.server.credentials.secrets().collect();
        !secrets.is_empty() && holds_any(node, &secrets)
    }

    fn outbound(&self) -> Outbound {
        let asked = &self.asked;
        let credential = asked.served.server.credentials.of(&asked.grant.id);
        let mirrors = match (&asked.matter, asked.era) {
            (Matter::Request(request), Era::Modern) => Some(Mirrors::of(request.method(), request.params())),
            (Matter::Notification(notification), Era::Modern) => Some(Mirrors::of(notification.method(), None)),
            _ => None,
        };
        let version = (asked.method() != "initialize").then_some(asked.version.as_str());
        let mut headers = headers_up(credential, version, mirrors);
        if let Some(upstream) = asked.session.as_ref().and_then(|session| session.upstream.clone()) {
            headers.insert(SESSION, upstream);
        }
        let (method, body) = match &asked.matter {
            Matter::Request(request) => (Method::POST, request.rebuilt()),
            Matter::Notification(notification) => (Method::POST, notification.rebuilt()),
            Matter::End(_) => (Method::DELETE, Vec::new()),
        };
        Outbound { method, headers, body: Bytes::from(body) }
    }
}

/// The headers of a message on its way up; no version before one was agreed on.
pub(crate) fn headers_up(
    credential: Option<&HeaderValue>,
    version: Option<&str>,
    mirrors: Option<Mirrors<'_>>,
) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
    if let Some(version) = version.and_then(|version| HeaderValue::from_str(version).ok()) {
        headers.insert(VERSION, version);
    }
    if let Some(credential) = credential {
        headers.insert(AUTHORIZATION, credential.clone());
    }
    if let Some(mirrors) = mirrors {
        for (name, text) in [(METHOD, Some(mirrors.method)), (NAME, mirrors.name)] {
            if let Some(value) = text.and_then(|text| HeaderValue::from_str(&to_header_value(text)).ok()) {
                headers.insert(name, value);
            }
        }
    }
    headers
}
