//! The sessions of the era that has them.
//!
//! A session's id is the gateway's own, unguessable, and good for one grant on one server; the upstream's id never
//! reaches a client. Each grant may hold so many at once, and a further one ends its own oldest: who opens a flood of
//! sessions evicts nobody else's.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use floorwalker_json::Digest;
use floorwalker_policy::{GrantId, ServerName, SessionId};
use http::HeaderValue;

/// How many sessions one grant may hold.
const PER_GRANT: usize = 256;

/// One session.
#[derive(Debug)]
pub(crate) struct Session {
    /// What logs and counters call it.
    pub(crate) id: SessionId,
    pub(crate) grant: GrantId,
    pub(crate) server: ServerName,
    /// The protocol version that was agreed on.
    pub(crate) version: String,
    /// The upstream's id, when it gave one.
    pub(crate) upstream: Option<HeaderValue>,
}

/// Every live session.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    /// By the digest of the bearer id, so that a look-up's timing tells nothing about it.
    live: HashMap<Digest, Arc<Session>>,
    by_grant: HashMap<GrantId, VecDeque<Digest>>,
}

impl Sessions {
    /// Opens a session under that bearer id.
    pub(crate) fn open(
        &self,
        bearer: &str,
        grant: &GrantId,
        server: &ServerName,
        version: &str,
        upstream: Option<HeaderValue>,
    ) {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let key = Digest::of(bearer.as_bytes());
        let Ok(id) = SessionId::new(&public_id(&key)) else { return };
        let session =
            Session { id, grant: grant.clone(), server: server.clone(), version: version.to_owned(), upstream };
        table.live.insert(key, Arc::new(session));
        let held = table.by_grant.entry(grant.clone()).or_default();
        held.push_back(key);
        let evicted = if held.len() > PER_GRANT { held.pop_front() } else { None };
        if let Some(oldest) = evicted {
            table.live.remove(&oldest);
        }
    }

    /// The session of that bearer id, if it is this grant's on this server. Another's is the same as none.
    pub(crate) fn find(&self, bearer: &[u8], grant: &GrantId, server: &ServerName) -> Option<Arc<Session>> {
        let table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let session = table.live.get(&Digest::of(bearer))?;
        (session.grant == *grant && session.server == *server).then(|| Arc::clone(session))
    }

    /// Ends a session by its bearer id.
    pub(crate) fn close(&self, bearer: &[u8], session: &Session) {
        self.remove(&Digest::of(bearer), &session.grant);
    }

    /// Ends a session that was found before.
    pub(crate) fn forget(&self, session: &Session) {
        let table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let key = table.live.iter().find(|(_, live)| live.id == session.id).map(|(key, _)| *key);
        drop(table);
        if let Some(key) = key {
            self.remove(&key, &session.grant);
        }
    }

    /// Ends every session that does not stay.
    pub(crate) fn retain(&self, stays: impl Fn(&Session) -> bool) {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let Table { live, by_grant } = &mut *table;
        live.retain(|_, session| stays(session));
        by_grant.retain(|_, held| {
            held.retain(|key| live.contains_key(key));
            !held.is_empty()
        });
    }

    fn remove(&self, key: &Digest, grant: &GrantId) {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.live.remove(key);
        if let Some(held) = table.by_grant.get_mut(grant) {
            held.retain(|other| other != key);
        }
    }
}

/// What logs call a session: it differs between restarts, and tells nothing about the bearer id.
fn public_id(key: &Digest) -> String {
    let hex = key.to_string();
    format!("s-{}", hex.get(..16).unwrap_or(&hex))
}

#[cfg(test)]
mod tests;
