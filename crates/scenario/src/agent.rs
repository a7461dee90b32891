//! Agents: they build the bytes of their era, send them, and keep every byte that comes back.
//!
//! An agent of the older era shakes hands before its first call, and again when its session is gone, as its SDK would.

use std::{
    collections::BTreeMap,
    panic::AssertUnwindSafe,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use floorwalker_gateway::{Envelope, Reply};
use futures_util::FutureExt as _;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::between::Between;
use crate::between::ours::bearer;
use crate::document::{AgentSpec, Era};
use crate::inbox::Inbox;

const LEGACY: &str = "2025-11-25";
const MODERN: &str = "2026-07-28";
pub(crate) const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
pub(crate) const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");

/// Somebody who calls.
#[derive(Debug)]
pub(crate) struct Agent {
    name: String,
    pub(crate) grant: Option<String>,
    /// Its bearer token.
    token: Option<String>,
    era: Era,
    pub(crate) inbox: Inbox,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    last_id: u64,
    /// By server: the session, or nothing where the server gave none.
    sessions: BTreeMap<String, Option<HeaderValue>>,
}

/// Exact bytes and how they differ from an honest request.
#[derive(Clone, Debug)]
pub(crate) struct RawRequest {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// The values that replace those of the honest headers; none for a header that is not sent.
    pub(crate) headers: Vec<(HeaderName, Vec<HeaderValue>)>,
    /// The tool that the mirrored headers name.
    pub(crate) mirrors: Option<String>,
    pub(crate) body: Bytes,
}

/// What stands between panicked.
pub(crate) struct Panicked;

/// Waits for what stands between. A panic of it is its own fault and ends neither the run nor its neighbours.
///
/// # Errors
/// It panicked.
pub(crate) async fn caught<T>(port: impl Future<Output = T>) -> Result<T, Panicked> {
    AssertUnwindSafe(port).catch_unwind().await.map_err(|_what_it_said| Panicked)
}

impl Agent {
    pub(crate) fn new(name: &str, spec: &AgentSpec, inbox: Inbox) -> Self {
        let (grant, token) = (Some(spec.grant.clone()), Some(spec.bearer_token()));
        Self { name: name.to_owned(), grant, token, era: spec.era, inbox, memory: Mutex::default() }
    }

    /// Somebody without a credential.
    pub(crate) fn nobody(inbox: Inbox) -> Self {
        let name = "nobody".to_owned();
        Self { name, grant: None, token: None, era: Era::Modern, inbox, memory: Mutex::default() }
    }

    /// Calls a tool.
    pub(crate) async fn call(&self, between: &dyn Between, server: &str, tool: &str, arguments: &Value) -> Answer {
        self.try_call(between, server, tool, arguments).await.unwrap_or_else(|Panicked| Answer::panicked())
    }

    /// Calls a tool, and does not stay for the answer of a server.
    ///
    /// # Errors
    /// It could not hang up.
    pub(crate) async fn call_and_hang_up(
        &self,
        between: &dyn Between,
        server: &str,
        tool: &str,
        arguments: &Value,
    ) -> Result<Answer, String> {
        let abandoned = async {
            self.shake_hands(between, server).await?;
            let (id, envelope) = self.envelope(server, tool, arguments);
            Ok((id, caught(async { between.abandon(envelope).await }).await?))
        };
        let Ok((id, heard)) = abandoned.await.map_err(|Panicked| ()) else { return Ok(Answer::panicked()) };
        let Some(reply) = heard? else { return Ok(Answer::unheard()) };
        self.inbox.take_reply(&reply);
        Ok(Answer::of_call(&reply, tool, id))
    }

    /// Sends exact bytes.
    pub(crate) async fn raw(&self, between: &dyn Between, request: RawRequest) -> Answer {
        self.try_raw(between, request).await.unwrap_or_else(|Panicked| Answer::panicked())
    }

    async fn try_raw(&self, between: &dyn Between, request: RawRequest) -> Result<Answer, Panicked> {
        let server = request.path.strip_prefix('/').and_then(|path| path.strip_suffix("/mcp")).unwrap_or_default();
        if self.grant.is_some() && !server.is_empty() {
            self.shake_hands(between, server).await?;
        }
        let mut headers = self.headers(server);
        if let (Some(tool), Era::Modern) = (&request.mirrors, self.era) {
            mirror(&mut headers, "tools/call", Some(tool));
        }
        for (name, values) in request.headers {
            headers.remove(&name);
            for value in values {
                headers.append(name.clone(), value);
            }
        }
        let tool = request.mirrors.unwrap_or_default();
        let envelope = Envelope { method: request.method, path: request.path, headers, body: request.body };
        Ok(Answer::of(&self.exchange(between, envelope).await?, &tool))
    }

    /// Forgets every session, so that the next call begins a new one.
    pub(crate) fn forget_sessions(&self) {
        self.memory().sessions.clear();
    }

    /// What every modern request says about itself.
    pub(crate) fn meta(&self) -> Value {
        json!({
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientInfo": { "name": self.name, "version": "1" },
            "io.modelcontextprotocol/clientCapabilities": {},
        })
    }

    async fn try_call(
        &self,
        between: &dyn Between,
        server: &str,
        tool: &str,
        arguments: &Value,
    ) -> Result<Answer, Panicked> {
        self.shake_hands(between, server).await?;
        let (mut id, mut reply) = self.send_call(between, server, tool, arguments).await?;
        if reply.status == StatusCode::NOT_FOUND && self.forget(server) {
            self.shake_hands(between, server).await?;
            (id, reply) = self.send_call(between, server, tool, arguments).await?;
        }
        Ok(Answer::of_call(&reply, tool, id))
    }

    /// The id of the request, and what came back.
    async fn send_call(
        &self,
        between: &dyn Between,
        server: &str,
        tool: &str,
        arguments: &Value,
    ) -> Result<(u64, Reply), Panicked> {
        let (id, envelope) = self.envelope(server, tool, arguments);
        Ok((id, self.exchange(between, envelope).await?))
    }

    /// A call as it is sent, and its id.
    fn envelope(&self, server: &str, tool: &str, arguments: &Value) -> (u64, Envelope) {
        let mut params = json!({ "name": tool, "arguments": arguments });
        let mut headers = self.headers(server);
        if self.era == Era::Modern {
            mirror(&mut headers, "tools/call", Some(tool));
            if let Some(members) = params.as_object_mut() {
                members.insert("_meta".to_owned(), self.meta());
            }
        }
        let id = self.next_id();
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params });
        (id, post(server, headers, &message))
    }

    /// Opens a session, in the era that has them and where there is none.
    async fn shake_hands(&self, between: &dyn Between, server: &str) -> Result<(), Panicked> {
        if self.era == Era::Modern || self.memory().sessions.contains_key(server) {
            return Ok(());
        }
        let params = json!({
            "protocolVersion": LEGACY,
            "capabilities": {},
            "clientInfo": { "name": self.name, "version": "1" },
        });
        let hello = json!({ "jsonrpc": "2.0", "id": self.next_id(), "method": "initialize", "params": params });
        let mut headers = self.headers(server);
        headers.remove(VERSION);
        let reply = self.exchange(between, post(server, headers, &hello)).await?;
        let session = reply.headers.get(SESSION).cloned();
        self.memory().sessions.insert(server.to_owned(), session);
        let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        self.exchange(between, post(server, self.headers(server), &ready)).await?;
        Ok(())
    }

    /// Sends one request.
    async fn exchange(&self, between: &dyn Between, envelope: Envelope) -> Result<Reply, Panicked> {
        let reply = caught(async { between.exchange(envelope, &self.inbox).await }).await?;
        self.inbox.take_reply(&reply);
        Ok(reply)
    }

    /// The headers of an honest request.
    fn headers(&self, server: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("localhost"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        let Some(token) = &self.token else { return headers };
        if let Ok(credential) = bearer(token) {
            headers.insert(AUTHORIZATION, credential);
        }
        let version = match self.era {
            Era::Legacy => LEGACY,
            Era::Modern => MODERN,
        };
        headers.insert(VERSION, HeaderValue::from_static(version));
        if let Some(Some(session)) = self.memory().sessions.get(server) {
            headers.insert(SESSION, session.clone());
        }
        headers
    }

    /// Forgets the session with that server; says whether there was one.
    fn forget(&self, server: &str) -> bool {
        self.memory().sessions.remove(server).is_some()
    }

    fn next_id(&self) -> u64 {
        let mut memory = self.memory();
        memory.last_id += 1;
        memory.last_id
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn post(server: &str, headers: HeaderMap, message: &Value) -> Envelope {
    Envelope { method: Method::POST, path: format!("/{server}/mcp"), headers, body: Bytes::from(message.to_string()) }
}

/// Writes the headers that mirror a modern request's body.
fn mirror(headers: &mut HeaderMap, method: &'static str, tool: Option<&str>) {
    headers.insert(HeaderName::from_static("mcp-method"), HeaderValue::from_static(method));
    if let Some(value) = tool.and_then(|tool| HeaderValue::from_str(&mirrored(tool)).ok()) {
        headers.insert(HeaderName::from_static("mcp-name"), value);
    }
}

/// A name as a header carries it: as it is when it is plain, in marked base64 otherwise.
fn mirrored(name: &str) -> String {
    use base64::Engine as _;
    let is_plain = name.bytes().all(|byte| matches!(byte, b' '..=b'~')) && name.trim() == name;
    if is_plain && !name.starts_with("=?") {
        return name.to_owned();
    }
    format!("=?base64?{}?=", base64::engine::general_purpose::STANDARD.encode(name))
}
