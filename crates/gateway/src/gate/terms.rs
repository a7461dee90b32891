//! Terms: everything that a reload exchanges, and that a call is judged by, in one piece.
//!
//! Whoever judges a call takes the terms once, at its beginning, and asks nobody else: so no decision is made half under
//! the old ones and half under the new. What was counted, owned and delivered is in the store and not here, so no reload
//! touches it; what is known of an upstream that stays where it was goes on as well.
//!
//! INVARIANT: terms that are in force are never changed, only exchanged.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    sync::{Arc, PoisonError},
    time::Duration,
};

use floorwalker_policy::{GrantId, ServerName};
use http::HeaderValue;

use super::{Gateway, Server, asked::Asked};
use crate::{
    approvals::ApproverTokens,
    catalogue::Catalogue,
    grants::Grants,
    log::{Entry, Reload, clip},
    receive::Doors,
    sessions::Session,
};

/// How much of what was wrong is written into the log.
const REASON_MAX: usize = 512;

/// Who may call what, under which policies, and through which doors.
#[derive(Debug)]
pub struct Terms {
    /// The upstreams, by the name that their path has.
    pub servers: Vec<Server>,
    /// Who may call.
    pub grants: Grants,
    /// Who may answer when a policy asks a person.
    pub approvers: ApproverTokens,
    /// The authorities that requests may name, without ports.
    pub allowed_hosts: Vec<String>,
    /// The origins that browsers may send.
    pub allowed_origins: Vec<String>,
    /// How long an upstream's whole answer may take.
    pub deadline: Duration,
}

/// Terms that are in force.
#[derive(Debug)]
pub(crate) struct InForce {
    pub(super) served: BTreeMap<String, Arc<Served>>,
    pub(crate) grants: Grants,
    pub(crate) approvers: ApproverTokens,
    pub(crate) doors: Doors,
}

/// An upstream, and what is known of it.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) server: Server,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) deadline: Duration,
}

impl InForce {
    /// The terms, with the catalogues of those upstreams that are where they were.
    pub(super) fn new(terms: Terms, before: Option<&Self>) -> Self {
        let deadline = terms.deadline;
        let serve = |server: Server| {
            let same = before.and_then(|before| before.same(&server));
            let catalogue = same.map_or_else(|| Arc::new(Catalogue::new()), |same| Arc::clone(&same.catalogue));
            // Whom it is shown as, so may be what it offers.
            if same.is_some_and(|same| same.server.credentials.own != server.credentials.own) {
                catalogue.mark_stale();
            }
            (server.name.as_str().to_owned(), Arc::new(Served { server, catalogue, deadline }))
        };
        Self {
            served: terms.servers.into_iter().map(serve).collect(),
            grants: terms.grants,
            approvers: terms.approvers,
            doors: Doors { hosts: terms.allowed_hosts, origins: terms.allowed_origins },
        }
    }

    /// What is served here under that name, if the way to it is the same.
    fn same(&self, server: &Server) -> Option<&Arc<Served>> {
        let served = self.served.get(server.name.as_str())?;
        Arc::ptr_eq(&served.server.upstream, &server.upstream).then_some(served)
    }
}

impl Gateway {
    /// The terms as they are now. A call takes them once.
    pub(crate) fn in_force(&self) -> Arc<InForce> {
        Arc::clone(&self.terms.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on calls are judged by these terms; those that were judged before go on under theirs. An upstream is the
    /// same as before when its `upstream` is. Sessions end whose grant is gone or reaches their server no more, and those
    /// of upstreams that moved.
    ///
    /// The terms are in force before that is recorded: to take a token away must not wait for a disk, and while the log
    /// cannot be written nothing passes at all.
    pub async fn reload(&self, terms: Terms) {
        let (before, after) = self.exchange_terms(terms);
        let reached: BTreeSet<(&GrantId, &ServerName)> = after.grants.reached().collect();
        let stays = |session: &Session| {
            let is_same = after.served.get(session.server.as_str()).is_some_and(|s| before.same(&s.server).is_some());
            is_same && reached.contains(&(&session.grant, &session.server))
        };
        self.sessions.retain(stays);
        self.append(Entry::Reload(Reload::Loaded)).await;
    }

    /// Opens a session with an upstream that is still where the call found it; its id is nothing to one that took its place.
    /// The terms stay in force meanwhile, so that a reload finds the session or is seen here.
    pub(super) fn open_session(
        &self,
        asked: &Asked<'_>,
        bearer: &str,
        version: &str,
        upstream: Option<HeaderValue>,
    ) -> Result<(), &'static str> {
        let in_force = self.terms.read().unwrap_or_else(PoisonError::into_inner);
        let (grant, server) = (&asked.grant.id, &asked.served.server);
        let is_reached = in_force.grants.reached().any(|reached| reached == (grant, &server.name));
        if !is_reached || in_force.same(server).is_none() {
            return Err("the upstream that opened the session is served no more");
        }
        self.sessions.open(bearer, grant, &server.name, version, upstream);
        Ok(())
    }

    /// What was in force and what is from now on.
    fn exchange_terms(&self, terms: Terms) -> (Arc<InForce>, Arc<InForce>) {
        let mut in_force = self.terms.write().unwrap_or_else(PoisonError::into_inner);
        let after = Arc::new(InForce::new(terms, Some(&in_force)));
        (mem::replace(&mut *in_force, Arc::clone(&after)), after)
    }

    /// Records that new terms could not be read, and why; those in force stay. The reason must hold no secret.
    pub async fn reload_failed(&self, why: &str) {
        self.append(Entry::Reload(Reload::Failed(clip(why, REASON_MAX)))).await;
    }
}
