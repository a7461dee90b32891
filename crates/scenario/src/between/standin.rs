//! Gateways that must not pass: one denies everything, one allows everything, one answers everything with the same HTTP
//! status, one forwards what it denied.
//!
//! They prove the witnesses. A suite that any of these passes proves nothing about a gateway.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use floorwalker_gateway::{Envelope, Outlet, Port, Reply};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::agent::{SESSION, VERSION};
use crate::answer::{Answer, Verdict};
use crate::between::bare::pass;
use crate::between::ours::{Ours, bearer, upstream_token};
use crate::between::{Between, Found, Reloaded};
use crate::inbox::Nowhere;
use crate::world::Wiring;

const HELLO: &[u8] = br#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"stand-in","version":"1"}}}"#;

/// Denies every tool call, and says so politely.
#[derive(Debug, Default)]
pub(crate) struct DenyAll {
    denied: Mutex<Vec<String>>,
}

/// Lets everything through and writes it down.
#[derive(Debug)]
pub(crate) struct AllowAll {
    wiring: Wiring,
    allowed: Mutex<Vec<String>>,
}

/// Answers every request with one HTTP status and nothing else.
#[derive(Debug)]
pub(crate) struct AnswersAll(pub(crate) StatusCode);

/// Our gateway decides and answers, but what it denied reaches the server all the same.
#[derive(Debug)]
pub(crate) struct ForwardsDenied {
    ours: Ours,
    wiring: Wiring,
}

impl AllowAll {
    pub(crate) fn new(wiring: Wiring) -> Self {
        Self { wiring, allowed: Mutex::default() }
    }
}

impl ForwardsDenied {
    pub(crate) fn new(wiring: Wiring) -> Self {
        Self { ours: Ours::in_process(wiring.clone()), wiring }
    }

    /// Sends what was denied. Our sessions mean nothing to the server, so one of its own is opened where one is named.
    async fn forward(&self, mut envelope: Envelope) {
        if envelope.headers.remove(SESSION).is_some() {
            let mut hello = envelope.clone();
            hello.headers.remove(VERSION);
            hello.body = Bytes::from_static(HELLO);
            let opened = pass(&self.wiring, hello, &Nowhere).await;
            if let Some(session) = opened.headers.get(SESSION) {
                envelope.headers.insert(SESSION, session.clone());
            }
        }
        let _unseen = pass(&self.wiring, envelope, &Nowhere).await;
    }
}

impl Between for DenyAll {
    fn start(&self) -> Port<'_, Result<(), String>> {
        Box::pin(async { Ok(()) })
    }

    fn exchange<'a>(&'a self, envelope: Envelope, _outlet: &'a dyn Outlet) -> Port<'a, Reply> {
        note(&self.denied, format!("deny {}", envelope.path));
        Box::pin(async move { denial(&envelope.body) })
    }

    fn restart(&self) -> Port<'_, Result<(), String>> {
        self.start()
    }

    fn log(&self) -> String {
        written(&self.denied)
    }
}

impl Between for AnswersAll {
    fn start(&self) -> Port<'_, Result<(), String>> {
        Box::pin(async { Ok(()) })
    }

    fn exchange<'a>(&'a self, _envelope: Envelope, _outlet: &'a dyn Outlet) -> Port<'a, Reply> {
        let reply = Reply { status: self.0, headers: HeaderMap::new(), body: Bytes::new() };
        Box::pin(async move { reply })
    }

    fn restart(&self) -> Port<'_, Result<(), String>> {
        self.start()
    }

    fn log(&self) -> String {
        String::new()
    }
}

impl Between for AllowAll {
    fn start(&self) -> Port<'_, Result<(), String>> {
        Box::pin(async { Ok(()) })
    }

    fn exchange<'a>(&'a self, envelope: Envelope, outlet: &'a dyn Outlet) -> Port<'a, Reply> {
        note(&self.allowed, format!("allow {}", envelope.path));
        Box::pin(pass(&self.wiring, upwards(envelope), outlet))
    }

    fn restart(&self) -> Port<'_, Result<(), String>> {
        self.start()
    }

    fn log(&self) -> String {
        written(&self.allowed)
    }
}

impl Between for ForwardsDenied {
    fn start(&self) -> Port<'_, Result<(), String>> {
        self.ours.start()
    }

    fn exchange<'a>(&'a self, envelope: Envelope, outlet: &'a dyn Outlet) -> Port<'a, Reply> {
        Box::pin(async move {
            let reply = self.ours.exchange(envelope.clone(), outlet).await;
            let verdict = Answer::of(&reply, "").verdict;
            if matches!(verdict, Verdict::Deny | Verdict::Ask | Verdict::Unknown | Verdict::Refused) {
                self.forward(upwards(envelope)).await;
            }
            reply
        })
    }

    fn restart(&self) -> Port<'_, Result<(), String>> {
        self.ours.restart()
    }

    fn reload(&self, found: BTreeMap<String, Found>) -> Port<'_, Result<Reloaded, String>> {
        self.ours.reload(found)
    }

    fn log(&self) -> String {
        self.ours.log()
    }

    fn log_lines(&self) -> Vec<String> {
        self.ours.log_lines()
    }
}

/// The request with the upstream credential in place of the agent's, as a gateway sends it.
fn upwards(mut envelope: Envelope) -> Envelope {
    let token = envelope.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|token| token.strip_prefix("Bearer token-"));
    let grant = token.and_then(|token| token.split('~').next()).map(str::to_owned);
    envelope.headers.remove(AUTHORIZATION);
    if let Some(credential) = grant.and_then(|grant| bearer(&upstream_token(&grant)).ok()) {
        envelope.headers.insert(AUTHORIZATION, credential);
    }
    envelope
}

fn denial(body: &[u8]) -> Reply {
    let id = serde_json::from_slice::<Value>(body).ok().and_then(|message| message.get("id").cloned());
    let notice = json!({ "decision": "deny", "rule": "(everything)", "reason": "denied" });
    let result = json!({
        "content": [{ "type": "text", "text": "denied" }],
        "isError": true,
        "_meta": { "floorwalker/decision": notice },
    });
    let message = json!({ "jsonrpc": "2.0", "id": id.unwrap_or(Value::Null), "result": result });
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Reply { status: StatusCode::OK, headers, body: Bytes::from(message.to_string()) }
}

fn note(log: &Mutex<Vec<String>>, line: String) {
    log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
}

fn written(log: &Mutex<Vec<String>>) -> String {
    log.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
}
