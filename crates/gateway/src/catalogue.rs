//! What each upstream offers, as the gateway itself has read it.
//!
//! The gateway reads the definitions with its own credential: at the start, when a list it passes on shows that they
//! changed, and when they expire. A name that is not in here is unknown, whatever an agent has heard of it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use floorwalker_json::Node;
use floorwalker_policy::{Definition, Timestamp};

use crate::{gate::Credentials, ports::Upstream};

mod read;

pub use read::{AskFirst, CatalogueError, Offer, offer};

/// How long to leave an upstream alone whose catalogue could not be read.
const RETRY: Duration = Duration::from_secs(1);
/// How long a catalogue is kept of which the upstream does not say it.
const KEPT: Duration = Duration::from_secs(5 * 60);

/// The definitions of one upstream.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    shelf: Mutex<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    tools: Arc<HashMap<String, Arc<Definition>>>,
    /// When to read again; nothing has been read while this is absent and `stale` is set.
    expires: Option<Timestamp>,
    stale: bool,
    /// Whether somebody is reading it right now; others go on with what is known.
    is_being_read: bool,
}

impl Catalogue {
    pub(crate) fn new() -> Self {
        Self { shelf: Mutex::new(Shelf { stale: true, ..Shelf::default() }) }
    }

    /// The definition of that tool.
    pub(crate) fn definition(&self, tool: &str) -> Option<Arc<Definition>> {
        self.lock().tools.get(tool).map(Arc::clone)
    }

    /// Whether each of these definitions, as a server lists its tools, is the one that is known.
    pub(crate) fn knows_all(&self, listed: &[Node<'_>]) -> bool {
        let tools = Arc::clone(&self.lock().tools);
        listed.iter().all(|tool| {
            let known = tool.get("name").and_then(Node::as_str).and_then(|name| tools.get(name));
            known.is_some_and(|known| known.digest == Definition::of(tool).digest)
        })
    }

    /// How many tools there are.
    pub(crate) fn len(&self) -> usize {
        self.lock().tools.len()
    }

    /// Notes that what is known may be out of date.
    pub(crate) fn mark_stale(&self) {
        self.lock().stale = true;
    }

    /// Reads the catalogue anew if it is stale or expired. When that fails nothing is known any more, because what an
    /// upstream offered before says nothing about what it does now; the next try waits a moment.
    pub(crate) async fn refresh(
        &self,
        upstream: &dyn Upstream,
        credentials: &Credentials,
        now: Timestamp,
    ) -> Result<(), CatalogueError> {
        let Some(reading) = self.begin(now) else { return Ok(()) };
        let (tools, ttl) = read(upstream, credentials).await?;
        reading.ends_with(tools, now.after(ttl.unwrap_or(KEPT).max(RETRY)));
        Ok(())
    }

    /// Claims the reading, if it is due and nobody else is at it. What is marked stale from now on is stale afterwards; a
    /// reading that is given up is tried again in a moment.
    fn begin(&self, now: Timestamp) -> Option<BeingRead<'_>> {
        let mut shelf = self.lock();
        let is_due = shelf.stale || shelf.expires.is_some_and(|expires| now >= expires);
        if !is_due || shelf.is_being_read {
            return None;
        }
        shelf.stale = false;
        shelf.is_being_read = true;
        shelf.expires = Some(now.after(RETRY));
        Some(BeingRead { catalogue: self, is_over: false })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reading on its way. Dropping it lets others read; when it did not come to its end, nothing is known any more.
struct BeingRead<'c> {
    catalogue: &'c Catalogue,
    is_over: bool,
}

impl BeingRead<'_> {
    fn ends_with(mut self, tools: Tools, expires: Timestamp) {
        let mut shelf = self.catalogue.lock();
        shelf.tools = Arc::new(tools);
        shelf.expires = Some(expires);
        shelf.is_being_read = false;
        self.is_over = true;
    }
}

impl Drop for BeingRead<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            let mut shelf = self.catalogue.lock();
            shelf.is_being_read = false;
            shelf.tools = Arc::default();
        }
    }
}

type Tools = HashMap<String, Arc<Definition>>;

/// Reads every page, in the era that the upstream speaks.
async fn read(upstream: &dyn Upstream, credentials: &Credentials) -> Result<(Tools, Option<Duration>), CatalogueError> {
    let (own, secrets) = (credentials.own.as_ref(), credentials.secrets().collect::<Vec<_>>());
    let offered = offer(upstream, own, &secrets, AskFirst::Newer, |_, definition| Definition::of(definition));
    let Offer { tools, ttl } = offered.await?;
    Ok((tools.into_iter().map(|(name, definition)| (name, Arc::new(definition))).collect(), ttl))
}

#[cfg(test)]
mod tests;
