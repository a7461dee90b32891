//! Reading what an upstream publishes: every page of its list of tools, in the era that it speaks.
//!
//! The gateway reads its catalogue here, and so does whoever wants to look at a server before there is a policy.
//!
//! INVARIANT: it ends. Pages and bytes are bounded here, the time by whoever calls.

use std::{collections::HashSet, time::Duration};

use bytes::Bytes;
use floorwalker_json::{Node, shown};
use floorwalker_mcp::{
    self as mcp, Era, Id, ListError, ListedTool, MODERN, Mirrors, Reply as Heard, ToolsPage, decode_reply,
};
use futures_util::StreamExt;
use http::{HeaderValue, Method, StatusCode};

use crate::{
    gate::forward::{headers_up, holds_any},
    ports::{Inbound, Outbound, SendError, Upstream},
    receive::SESSION,
};

/// How many pages one catalogue may have; more is no catalogue but a loop.
const PAGES: usize = 1_000;
/// How many bytes all its pages may have.
const BYTES: usize = 256 << 20;

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

/// In which era an upstream is asked first; the other one is the second and last try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskFirst {
    /// As 2026-07-28 has it, without a handshake: who does not speak it says so in many ways.
    Newer,
    /// As 2025-11-25 has it: a program of that era may end when it is asked anything before the handshake.
    Older,
}

/// What an upstream offers.
#[derive(Clone, Debug)]
pub struct Offer<T> {
    /// Its tools in their order, each with what was made of its definition.
    pub tools: Vec<(String, T)>,
    /// How long the list may be kept.
    pub ttl: Option<Duration>,
}

/// Reads every page, and makes of each tool whatever `of` makes of its definition. An answer that holds one of the `secrets`,
/// which the upstream was shown, is none: no part of it gets into an error.
///
/// # Errors
/// The upstream cannot be reached, or what it answers is no list of tools in either era.
pub async fn offer<T>(
    upstream: &dyn Upstream,
    credential: Option<&HeaderValue>,
    secrets: &[&str],
    first: AskFirst,
    of: impl Fn(&ListedTool, &Node<'_>) -> T,
) -> Result<Offer<T>, CatalogueError> {
    let mut reader = Reader { upstream, credential, secrets, era: Era::Modern, version: None, session: None, asked: 0 };
    let eras = match first {
        AskFirst::Newer => [Era::Modern, Era::Legacy],
        AskFirst::Older => [Era::Legacy, Era::Modern],
    };
    let mut refusal = None;
    for era in eras {
        match reader.read(era, &of).await {
            // Whoever shook hands is of the older era, and a list of it that cannot be read is all there is.
            Err(CatalogueError::Answer("tools/list", why)) if era == Era::Legacy => {
                return Err(CatalogueError::Answer("tools/list", why));
            }
            Err(error @ CatalogueError::Answer(..)) => refusal = Some(told(refusal, error)),
            read => return read,
        }
    }
    Err(refusal.unwrap_or_else(|| CatalogueError::Answer("tools/list", "nobody was asked".to_owned())))
}

/// Of two refusals the one that got further: who does not even shake hands was asked in the wrong era.
fn told(first: Option<CatalogueError>, second: CatalogueError) -> CatalogueError {
    match (&first, &second) {
        (Some(_), CatalogueError::Answer("initialize", _)) => first.unwrap_or(second),
        _ => second,
    }
}

struct Reader<'u> {
    upstream: &'u dyn Upstream,
    credential: Option<&'u HeaderValue>,
    secrets: &'u [&'u str],
    era: Era,
    /// The version that was agreed on, in the era that agrees on one.
    version: Option<String>,
    session: Option<HeaderValue>,
    asked: u64,
}

impl Reader<'_> {
    async fn read<T>(
        &mut self,
        era: Era,
        of: &impl Fn(&ListedTool, &Node<'_>) -> T,
    ) -> Result<Offer<T>, CatalogueError> {
        self.era = era;
        if era == Era::Legacy {
            self.open().await?;
        }
        let pages = self.pages(of).await;
        self.close().await;
        pages
    }

    async fn open(&mut self) -> Result<(), CatalogueError> {
        let initialize = mcp::initialize(&self.next_id());
        (self.session, self.version) = self.ask("initialize", initialize, |result, _| agreed(result)).await?;
        let initialized = self.outbound("notifications/initialized", mcp::initialized());
        self.upstream.send(initialized).await?;
        Ok(())
    }

    async fn close(&mut self) {
        if self.session.is_some() {
            let goodbye = Outbound { method: Method::DELETE, ..self.outbound("", Vec::new()) };
            // The upstream forgets the session by itself if this does not reach it.
            drop(self.upstream.send(goodbye).await);
        }
        self.session = None;
    }

    async fn pages<T>(&mut self, of: &impl Fn(&ListedTool, &Node<'_>) -> T) -> Result<Offer<T>, CatalogueError> {
        let (mut tools, mut names) = (Vec::new(), HashSet::new());
        let (mut ttl, mut cursor, mut bytes) = (None, None, 0_usize);
        for _ in 0..PAGES {
            let list = mcp::list_tools(self.era, &self.next_id(), cursor.as_deref());
            let (_, (page, size)) = self.ask("tools/list", list, |result, size| (page(result, of), size)).await?;
            let (page, made) = page.map_err(|error| CatalogueError::Answer("tools/list", error.to_string()))?;
            if let Some(tool) = page.tools.iter().find(|tool| !names.insert(tool.name.clone())) {
                let says = ListError::Twice(shown(&tool.name)).to_string();
                return Err(CatalogueError::Answer("tools/list", says));
            }
            tools.extend(page.tools.into_iter().map(|tool| tool.name).zip(made));
            ttl = page.ttl_ms.map(Duration::from_millis).or(ttl);
            cursor = page.next_cursor;
            bytes = bytes.saturating_add(size);
            if bytes > BYTES {
                return Err(CatalogueError::Answer("tools/list", format!("more than {} MiB", BYTES >> 20)));
            }
            if cursor.is_none() {
                return Ok(Offer { tools, ttl });
            }
        }
        Err(CatalogueError::Answer("tools/list", format!("more than {PAGES} pages")))
    }

    /// Asks the upstream, and makes of the result and the size of its message whatever `read` does.
    async fn ask<T>(
        &self,
        method: &'static str,
        body: Vec<u8>,
        read: impl Fn(&Node<'_>, usize) -> T,
    ) -> Result<(Option<HeaderValue>, T), CatalogueError> {
        let inbound = self.upstream.send(self.outbound(method, body)).await?;
        let Inbound { status, session, mut messages } = inbound;
        let mut instead = "no result".to_owned();
        // Whatever else comes with another status, the message was not understood.
        while status == StatusCode::OK
            && let Some(message) = messages.next().await
        {
            let message = message?;
            match decode_reply(&message) {
                Ok(Heard::Answer(answer)) if self.is_echoed(answer.result().or(answer.error())) => {
                    instead = "and in it a credential that the upstream was shown".to_owned();
                }
                Ok(Heard::Answer(answer)) => match answer.result() {
                    Some(result) => return Ok((session, read(result, message.len()))),
                    None => instead = error_text(answer.error()),
                },
                Ok(Heard::Notification(_) | Heard::Request(_)) => {}
                // Why not may quote it, and it was not searched for secrets.
                Err(_) if !self.secrets.is_empty() => instead = "a message that cannot be read".to_owned(),
                Err(error) => instead = error.to_string(),
            }
        }
        Err(CatalogueError::Answer(method, format!("status {status}, {instead}")))
    }

    /// Whether a credential that the upstream was shown is in what it answers: some echo what they were shown.
    fn is_echoed(&self, told: Option<&Node<'_>>) -> bool {
        !self.secrets.is_empty() && told.is_some_and(|told| holds_any(told, self.secrets))
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

/// A page, and what is made of each of its tools.
fn page<T>(result: &Node<'_>, of: &impl Fn(&ListedTool, &Node<'_>) -> T) -> Result<(ToolsPage, Vec<T>), ListError> {
    let page = ToolsPage::read(result)?;
    let listed = result.get("tools").and_then(Node::as_array).unwrap_or_default();
    let made = page.tools.iter().zip(listed).map(|(tool, node)| of(tool, node)).collect();
    Ok((page, made))
}

/// The version that the result of `initialize` names.
fn agreed(result: &Node<'_>) -> Option<String> {
    result.get("protocolVersion")?.as_str().map(str::to_owned)
}

/// What an error says, in its sender's words.
fn error_text(error: Option<&Node<'_>>) -> String {
    let message = error.and_then(|error| error.get("message")).and_then(Node::as_str);
    message.map_or_else(|| "an error".to_owned(), |message| format!("the error `{}`", shown(message)))
}
