//! What each upstream offers, as the gateway itself has read it.
//!
//! The gateway reads the definitions with its own credential: at the start, when a list it passes on shows that they
//! changed, and when they expire. A name that is not in here is unknown, whatever an agent has heard of it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use floorwalker_json::{Digest, Node, canonical};
use floorwalker_mcp::{self as mcp, Era, Id, ListError, MODERN, Mirrors, Reply as Heard, ToolsPage, decode_reply};
use floorwalker_policy::{ArgumentSchema, Definition, Timestamp};
use futures_util::StreamExt;
use http::{HeaderValue, Method, StatusCode};

use crate::{
    gate::forward::headers_up,
    ports::{Inbound, Outbound, SendError, Upstream},
    receive::SESSION,
};

/// How long to leave an upstream alone whose catalogue could not be read.
const RETRY: Duration = Duration::from_secs(1);
/// How many pages one catalogue may have; more is no catalogue but a loop.
const PAGES: usize = 1_000;

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

/// Why a catalogue could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// The upstream could not be reached.
    #[error("{0}")]
    Send(#[from] SendError),
    /// It answered, but not with a list of tools.
    #[error("its answer to `{0}` is no list of tools: {1}")]
    Answer(&'static str, String),
}

impl Catalogue {
    pub(crate) fn new() -> Self {
        Self { shelf: Mutex::new(Shelf { stale: true, ..Shelf::default() }) }
    }

    /// The definition of that tool.
    pub(crate) fn definition(&self, tool: &str) -> Option<Arc<Definition>> {
        self.lock().tools.get(tool).map(Arc::clone)
    }

    /// Whether every one of these names is known.
    pub(crate) fn knows_all<'n>(&self, mut names: impl Iterator<Item = &'n str>) -> bool {
        let shelf = self.lock();
        names.all(|name| shelf.tools.contains_key(name))
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
        credential: Option<&HeaderValue>,
        now: Timestamp,
    ) -> Result<(), CatalogueError> {
        let Some(reading) = self.begin(now) else { return Ok(()) };
        let (tools, ttl) = read(upstream, credential).await?;
        reading.ends_with(tools, ttl.map(|ttl| now.after(ttl.max(RETRY))));
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
    fn ends_with(mut self, tools: Tools, expires: Option<Timestamp>) {
        let mut shelf = self.catalogue.lock();
        shelf.tools = Arc::new(tools);
        shelf.expires = expires;
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
async fn read(
    upstream: &dyn Upstream,
    credential: Option<&HeaderValue>,
) -> Result<(Tools, Option<Duration>), CatalogueError> {
    let mut reader = Reader { upstream, credential, era: Era::Modern, version: None, session: None, asked: 0 };
    match reader.pages().await {
        // An upstream that does not speak the newer era says so in many ways; the older one is the second and last try.
        Err(CatalogueError::Answer(..)) => {
            reader.era = Era::Legacy;
            reader.open().await?;
            let pages = reader.pages().await;
            reader.close().await;
            pages
        }
        pages => pages,
    }
}

struct Reader<'u> {
    upstream: &'u dyn Upstream,
    credential: Option<&'u HeaderValue>,
    era: Era,
    /// The version that was agreed on, in the era that agrees on one.
    version: Option<String>,
    session: Option<HeaderValue>,
    asked: u64,
}

impl Reader<'_> {
    async fn open(&mut self) -> Result<(), CatalogueError> {
        let initialize = mcp::initialize(&self.next_id());
        (self.session, self.version) = self.ask("initialize", initialize, agreed).await?;
        let initialized = self.outbound("notifications/initialized", mcp::initialized());
        self.upstream.send(initialized).await?;
        Ok(())
    }

    async fn close(&self) {
        if self.session.is_some() {
            let goodbye = Outbound { method: Method::DELETE, ..self.outbound("", Vec::new()) };
            // The upstream forgets the session by itself if this does not reach it.
            drop(self.upstream.send(goodbye).await);
        }
    }

    async fn pages(&mut self) -> Result<(Tools, Option<Duration>), CatalogueError> {
        let (mut tools, mut ttl, mut cursor) = (Tools::new(), None, None);
        for _ in 0..PAGES {
            let list = mcp::list_tools(self.era, &self.next_id(), cursor.as_deref());
            let (_, (page, published)) = self.ask("tools/list", list, page_and_published).await?;
            let page = page.map_err(|error| CatalogueError::Answer("tools/list", error.to_string()))?;
            for (tool, (schema, digest)) in page.tools.into_iter().zip(published) {
                let definition = Arc::new(Definition { parameters: tool.parameters, schema, digest: Some(digest) });
                if tools.insert(tool.name, definition).is_some() {
                    return Err(CatalogueError::Answer("tools/list", "a tool stands on it twice".to_owned()));
                }
            }
            ttl = page.ttl_ms.map(Duration::from_millis).or(ttl);
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok((tools, ttl));
            }
        }
        Err(CatalogueError::Answer("tools/list", format!("more than {PAGES} pages")))
    }

    /// Asks the upstream, and makes of the result whatever `read` does.
    async fn ask<T>(
        &self,
        method: &'static str,
        body: Vec<u8>,
        read: impl Fn(&Node<'_>) -> T,
    ) -> Result<(Option<HeaderValue>, T), CatalogueError> {
        let inbound = self.upstream.send(self.outbound(method, body)).await?;
        let Inbound { status, session, mut messages } = inbound;
        // Whatever else comes with another status, the message was not understood.
        while status == StatusCode::OK
            && let Some(message) = messages.next().await
        {
            let message = message?;
            if let Ok(Heard::Answer(answer)) = decode_reply(&message)
                && let Some(result) = answer.result()
            {
                return Ok((session, read(result)));
            }
        }
        Err(CatalogueError::Answer(method, format!("status {status} without a result")))
    }

    fn outbound(&self, method: &str, body: Vec<u8>) -> Outbound {
        let (version, mirrors) = match self.era {
            Era::Modern => (Some(MODERN), Some(Mirrors::of(method, None))),
            Era::Legacy => (self.version.as_deref(), None),
        };
        let mut headers = headers_up(self.credential, version, mirrors);
        if let Some(session) = &self.session {
            headers.insert(SESSION, session.clone());
        }
        Outbound { method: Method::POST, headers, body: Bytes::from(body) }
    }

    fn next_id(&mut self) -> Id<'static> {
        self.asked = self.asked.saturating_add(1);
        Id::own(self.asked)
    }
}

/// Of a tool the schema of its arguments, and the digest of all of it.
type Published = (Option<ArgumentSchema>, Digest);

/// A page, and what is published of each of its tools.
fn page_and_published(result: &Node<'_>) -> (Result<ToolsPage, ListError>, Vec<Published>) {
    let listed = result.get("tools").and_then(Node::as_array).unwrap_or_default();
    let digest = |tool: &Node<'_>| Digest::of(canonical(tool).as_bytes());
    let published = listed.iter().map(|tool| (tool.get("inputSchema").map(ArgumentSchema::new), digest(tool)));
    (ToolsPage::read(result), published.collect())
}

/// The version that the result of `initialize` names.
fn agreed(result: &Node<'_>) -> Option<String> {
    result.get("protocolVersion")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests;
