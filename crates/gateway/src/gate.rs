//! The gate: the only place with consequences.
//!
//! Receive, identify, decode, decide, commit, record: that is `admit`, up to the permit. Forward, observe, commit, record,
//! reply: that is `carry`, from the permit on. Identity comes before decoding, other than the words of the design have it, so
//! that nobody without a credential can make the gateway parse.
//!
//! INVARIANT: a [`Permit`] exists only after its decision was committed and recorded, and `carry` consumes it: one record,
//! at most one send.

mod asked;
pub(crate) mod forward;
mod observe;
mod refusal;
mod settle;
mod terms;
mod understand;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use floorwalker_json::DigestKey;
use floorwalker_policy::{Change, Decision, GrantId, Handle, Plan, Profile, ServerName, decide};
use futures_util::future::{Either, select};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::{
    approvals::Desk,
    catalogue::CatalogueError,
    envelope::{Envelope, Reply},
    log::{Commit, Entry, Judged, Outcome, Record, clip},
    ports::{Clock, Entropy, Log, Outlet, SendError, Store, Upstream},
    receive::{bearer, receive},
    render,
    sessions::Sessions,
};

use asked::{Asked, Matter};
use observe::Seen;
use refusal::{Refusal, Refused};
pub(crate) use settle::closed;
pub(crate) use terms::InForce;
use terms::Served;
pub use terms::Terms;

/// Everything a gateway is made of.
#[derive(Debug)]
pub struct Setup {
    /// What calls are judged by, until a reload.
    pub terms: Terms,
    /// Under which one-time secrets are remembered; the same after every restart.
    pub secret_key: DigestKey,
    /// Keeps the state.
    pub store: Arc<dyn Store>,
    /// Keeps the decision log.
    pub log: Arc<dyn Log>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes session ids.
    pub entropy: Arc<dyn Entropy>,
}

/// One upstream.
#[derive(Debug)]
pub struct Server {
    /// Its name: the first part of its path here.
    pub name: ServerName,
    /// The way there.
    pub upstream: Arc<dyn Upstream>,
    /// Its checkout profile, when it sells something.
    pub profile: Option<Arc<Profile>>,
    /// What it is shown instead of the client's credential.
    pub credentials: Credentials,
}

/// What an upstream is shown as `Authorization`: complete header values, marked sensitive.
#[derive(Clone, Default)]
pub struct Credentials {
    /// For the gateway's own requests, and for grants without one of their own.
    pub own: Option<HeaderValue>,
    /// For single grants; nothing where a grant is to be shown without any.
    pub per_grant: BTreeMap<GrantId, Option<HeaderValue>>,
}

/// The policy gateway.
#[derive(Debug)]
pub struct Gateway {
    terms: RwLock<Arc<InForce>>,
    secret_key: DigestKey,
    sessions: Sessions,
    /// Requests refused before anybody was identified, since the last record.
    pub(crate) unidentified: AtomicU64,
    pub(crate) store: Arc<dyn Store>,
    log: Arc<dyn Log>,
    pub(crate) clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    pub(crate) desk: Desk,
}

/// Proof that a message was decided on, committed and recorded, and may be sent once.
#[derive(Debug)]
struct Permit<'e> {
    asked: Asked<'e>,
    /// The decision's number in the log.
    seq: u64,
    /// What the decision did to the state.
    commit: Option<Commit>,
}

/// What comes of asking for admission.
enum Admission<'e> {
    Carry(Permit<'e>),
    Answer(Reply),
}

impl Credentials {
    fn of(&self, grant: &GrantId) -> Option<&HeaderValue> {
        match self.per_grant.get(grant) {
            Some(credential) => credential.as_ref(),
            None => self.own.as_ref(),
        }
    }

    /// The secret part of every credential that this upstream is shown for anybody.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let values = self.own.iter().chain(self.per_grant.values().flatten());
        let texts = values.filter_map(|value| std::str::from_utf8(value.as_bytes()).ok());
        texts.filter_map(|text| text.split(' ').next_back()).filter(|secret| !secret.is_empty())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Credentials").field("grants", &self.per_grant.len()).finish_non_exhaustive()
    }
}

impl Gateway {
    /// Puts a gateway together. Nothing is read or sent yet.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        Self {
            terms: RwLock::new(Arc::new(InForce::new(setup.terms, None))),
            secret_key: setup.secret_key,
            sessions: Sessions::default(),
            unidentified: AtomicU64::new(0),
            store: setup.store,
            log: setup.log,
            clock: setup.clock,
            entropy: setup.entropy,
            desk: Desk::default(),
        }
    }

    /// Reads every upstream's catalogue. One that cannot be read now is read again when it is used.
    pub async fn start(&self) -> Vec<(ServerName, Result<usize, CatalogueError>)> {
        let mut read = Vec::new();
        for served in self.in_force().served.values() {
            let outcome = self.refresh(served).await;
            read.push((served.server.name.clone(), outcome.map(|()| served.catalogue.len())));
        }
        read
    }

    /// What can be said of a request before its body is read: whether it is for this gateway, and from somebody it knows. A
    /// listener that asks first holds no strangers' bodies.
    ///
    /// # Errors
    /// The refusal to answer with.
    pub fn precheck(&self, method: &Method, path: &str, headers: &HeaderMap) -> Result<(), Box<Reply>> {
        let terms = self.in_force();
        let refused = match receive(method, path, headers, &terms.doors) {
            Ok(_) if bearer(headers).and_then(|token| terms.grants.identify(token)).is_some() => return Ok(()),
            Ok(_) => Refusal::unauthorized(),
            Err(why) => Refusal::unreceived(why),
        };
        self.unidentified.fetch_add(1, Ordering::Relaxed);
        Err(Box::new(refused.reply()))
    }

    /// The path of one request, from its envelope to its reply.
    pub async fn handle(&self, envelope: Envelope, outlet: &dyn Outlet) -> Reply {
        match self.admit(&envelope).await {
            Admission::Carry(permit) => self.carry(permit, outlet).await,
            Admission::Answer(reply) => reply,
        }
    }

    /// Receive, identify, decode, decide, commit, record.
    async fn admit<'e>(&'e self, envelope: &'e Envelope) -> Admission<'e> {
        let asked = match self.understand(envelope) {
            Ok(asked) => asked,
            Err(refused) => return Admission::Answer(self.refuse(refused).await),
        };
        let decision = self.decide(&asked).await;
        let settled = self.settle(decision).await;
        match self.record(asked.judged(&settled)).await {
            Some(seq) => {
                self.show(&asked, &settled);
                asked.admission(seq, settled)
            }
            None => {
                self.take_back(settled).await;
                Admission::Answer(asked.closed())
            }
        }
    }

    /// Forward, observe, commit, record, reply.
    async fn carry(&self, permit: Permit<'_>, outlet: &dyn Outlet) -> Reply {
        self.end_session(&permit);
        let answer = self.forward(&permit, outlet).await;
        let seen = self.observe(&permit, answer);
        let seen = self.commit_seen(&permit, seen).await;
        let outcome = Entry::Outcome { of: permit.seq, outcome: seen.outcome.clone(), commit: seen.commit.clone() };
        match self.append(outcome).await {
            Some(_) => seen.reply,
            None => permit.asked.trouble(render::CLOSED, "the reply was withheld, because it could not be recorded"),
        }
    }

    /// A session that its client ends is over here whatever the upstream says.
    fn end_session(&self, permit: &Permit<'_>) {
        if let (Matter::End(bearer), Some(session)) = (&permit.asked.matter, &permit.asked.session) {
            self.sessions.close(bearer.0, session);
        }
    }

    async fn decide(&self, asked: &Asked<'_>) -> Decision<Plan> {
        let call = match asked.call() {
            Some(call) => call,
            None if asked.method() == "tools/call" => return Decision::Deny(closed("the call cannot be read")),
            None => return Decision::Allow(Plan::default()),
        };
        if let Err(error) = self.refresh(&asked.served).await {
            tracing::warn!(server = %asked.served.server.name, %error, "the catalogue could not be read");
        }
        let definition = asked.served.catalogue.definition(call.tool);
        let profile = asked.served.server.profile.as_deref();
        decide(asked.policy.as_deref(), profile, definition.as_deref(), &call).map(|plan| plan.sealed(&self.secret_key))
    }

    async fn refresh(&self, served: &Served) -> Result<(), CatalogueError> {
        let Server { upstream, credentials, .. } = &served.server;
        let read = served.catalogue.refresh(upstream.as_ref(), credentials, self.clock.now());
        match select(Box::pin(read), self.clock.sleep(served.deadline)).await {
            Either::Left((read, _)) => read,
            Either::Right(((), _)) => Err(SendError::Lost("the upstream did not answer in time".to_owned()).into()),
        }
    }

    async fn record(&self, judged: Judged) -> Option<u64> {
        let unidentified = self.unidentified.swap(0, Ordering::Relaxed);
        self.append(Entry::Decision(Box::new(Judged { unidentified, ..judged }))).await
    }

    pub(crate) async fn append(&self, entry: Entry) -> Option<u64> {
        match self.log.append(Record { at: self.clock.wall(), entry }).await {
            Ok(seq) => Some(seq),
            Err(error) => {
                tracing::error!(%error, "nothing passes until the log can be written");
                None
            }
        }
    }

    /// Records a refusal under the grant that it concerns; without one it is only counted.
    async fn refuse(&self, refused: Refused) -> Reply {
        let Some(judged) = refused.judged() else {
            self.unidentified.fetch_add(1, Ordering::Relaxed);
            return refused.reply();
        };
        let says = "the decision log cannot be written, so nothing passes";
        match self.record(judged).await {
            Some(_) => refused.reply(),
            None => render::error(StatusCode::SERVICE_UNAVAILABLE, None, render::CLOSED, says),
        }
    }
}

impl Permit<'_> {
    /// An ending in which nobody gets the reply. It names the checkout that the call named, but none that the reply shows:
    /// that may be somebody else's.
    fn withheld(&self, why: &str, handle: Option<Handle>) -> Seen {
        let own = handle.as_ref().filter(|handle| self.names(handle));
        let named = own.map(|handle| format!(" (checkout {handle})")).unwrap_or_default();
        let outside = format!("the call was made, but its reply is withheld{named}");
        Seen {
            outcome: Outcome::Withheld(clip(why, 256)),
            plan: self.unanswered(),
            commit: None,
            handle,
            reply: self.asked.trouble(render::WITHHELD, &outside),
        }
    }

    /// Whether the decision was about that checkout.
    fn names(&self, handle: &Handle) -> bool {
        let changes = self.commit.iter().flat_map(|commit| &commit.plan.changes);
        let mut owned = changes.filter_map(|change| match change {
            Change::Own { checkout, .. } => Some(&checkout.handle),
            _ => None,
        });
        owned.any(|owned| owned == handle)
    }
}

#[cfg(test)]
pub(crate) mod tests;
