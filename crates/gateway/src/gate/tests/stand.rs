//! A gateway on the stand: two upstreams, three grants, and requests that are right unless a test makes them wrong.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bytes::Bytes;
use floorwalker_json::{DigestKey, Document, Format};
use floorwalker_policy::{ApproverId, GrantId, Policy, Profile, ServerName};
use futures_util::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;

use super::script::{BrittleLog, BrittleStore, Counted, HandClock, Inbox, Scripted, Turn};
use crate::{
    approvals::ApproverTokens,
    envelope::{Envelope, Reply},
    gate::{Credentials, Gateway, Server, Setup, Terms},
    grants::{Grant, Grants, TokenDigest},
    ports::Upstream,
};

/// Every request of these tests has this id unless it says otherwise.
pub(crate) const ID: &str = "7";
/// The tools that the upstreams list; the policy hides the last and does not allow the one before.
pub(crate) const TOOLS: [&str; 7] =
    ["buy", "create_checkout", "complete_checkout", "list_plans", "whoami", "set_api_key", "get_checkout_status"];
/// What the upstream is shown for everybody; for bob; for the server `forage`.
pub(crate) const CREDENTIAL: &str = "common/0123456789";
pub(crate) const BOBS_CREDENTIAL: &str = "bobs/0123456789";

/// A grant, its tokens, and the servers that it reaches.
pub(crate) type Reaches<'r> = (&'r str, &'r [&'r str], &'r [&'r str]);

/// Alice reaches both servers, bob and carol one.
pub(crate) const EVERYBODY: [Reaches<'static>; 3] = [
    ("alice", &["alice-token"], &["borealhost", "forage"]),
    ("bob", &["bob-token"], &["borealhost"]),
    ("carol", &["carol-token"], &["borealhost"]),
];

pub(crate) const POLICY: &str = r#"{ "version": "1", "default": "deny", "hide": ["get_checkout_status"], "tools": {
    "buy": { "action": "require_approval", "reason": "It costs money." },
    "whoami": {}, "create_checkout": {}, "complete_checkout": {},
    "list_plans": { "limits": [{ "counter": "rate", "window": "minute", "max": 2, "scope": "grant" }] } } }"#;
const PROFILE: &str = include_str!("../../../../../profiles/borealhost.yaml");

/// The gateway, and the other ends of its ports.
pub(crate) struct Stand {
    pub(crate) gateway: Gateway,
    pub(crate) upstream: Arc<Scripted>,
    pub(crate) forage: Arc<Scripted>,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) entropy: Arc<Counted>,
    pub(crate) store: Arc<BrittleStore>,
    pub(crate) log: Arc<BrittleLog>,
    pub(crate) inbox: Inbox,
}

impl Stand {
    /// A gateway that has not read any catalogue yet.
    pub(crate) fn new() -> Self {
        let (upstream, forage) = (Arc::new(Scripted::default()), Arc::new(Scripted::default()));
        let (clock, entropy) = (Arc::new(HandClock::default()), Arc::new(Counted::default()));
        let (store, log) = (Arc::new(BrittleStore::default()), Arc::new(BrittleLog::new()));
        let gateway = Gateway::new(Setup {
            terms: terms(upstream.clone(), forage.clone(), POLICY, &EVERYBODY),
            secret_key: DigestKey::new([1; 32]),
            store: store.clone(),
            log: log.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
        });
        Self { gateway, upstream, forage, clock, entropy, store, log, inbox: Inbox::default() }
    }

    /// Reloads that policy for these grants; the upstreams stay.
    pub(crate) fn reload(&self, policy: &str, grants: &[Reaches<'_>]) {
        self.reload_before(self.upstream.clone(), policy, grants);
    }

    /// The same, with another upstream in the place of `borealhost`.
    pub(crate) fn reload_before(&self, borealhost: Arc<Scripted>, policy: &str, grants: &[Reaches<'_>]) {
        let terms = terms(borealhost, self.forage.clone(), policy, grants);
        self.gateway.reload(terms).now_or_never().unwrap();
    }

    /// The same terms again, but the gateway itself is shown to `borealhost` as somebody else.
    pub(crate) fn reload_shown(&self, token: &'static str) {
        let mut terms = terms(self.upstream.clone(), self.forage.clone(), POLICY, &EVERYBODY);
        terms.servers[0].credentials.own = Some(HeaderValue::from_static(token));
        self.gateway.reload(terms).now_or_never().unwrap();
    }

    /// A gateway that knows [`TOOLS`].
    pub(crate) fn started() -> Self {
        let stand = Self::new();
        stand.upstream.will(Turn::tools(&TOOLS, None));
        stand.forage.will(Turn::tools(&TOOLS, None));
        for (name, read) in stand.gateway.start().now_or_never().unwrap() {
            assert_eq!(read.unwrap(), TOOLS.len(), "{name}");
        }
        stand.sent();
        stand
    }

    /// The reply; it must come without anything but the ports being waited for.
    pub(crate) fn ask(&self, ask: &Ask) -> Reply {
        let reply = self.gateway.handle(ask.envelope(), &self.inbox).now_or_never();
        reply.unwrap_or_else(|| panic!("nobody answers {ask:?}"))
    }

    /// The reply to a request to which the upstream does that.
    pub(crate) fn ask_when(&self, turn: Turn, ask: &Ask) -> Reply {
        self.upstream.will(turn);
        self.ask(ask)
    }

    /// The reply at the approvers' door to whoever has the token.
    pub(crate) fn at_door(&self, method: Method, path: &str, token: &str) -> Reply {
        self.door(&Ask::call("").method(method).to(path).saying("").by(token))
    }

    /// The reply there to a request of any kind.
    pub(crate) fn door(&self, ask: &Ask) -> Reply {
        let reply = self.gateway.answer_approver(&ask.envelope()).now_or_never();
        reply.unwrap_or_else(|| panic!("nobody answers {ask:?}"))
    }

    /// Opens a session for the token on the server `borealhost`.
    pub(crate) fn session(&self, token: &str) -> String {
        let reply = self.ask_when(Turn::agrees("2025-11-25"), &Ask::initialize().by(token));
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.headers["mcp-session-id"].to_str().unwrap().to_owned()
    }

    /// Whether a ping in that session comes through.
    pub(crate) fn lives(&self, session: &str, token: &str) -> bool {
        self.upstream.sent();
        let reply = self.ask_when(Turn::result("{}"), &Ask::in_session(session, "ping", "{}").by(token));
        match reply.status.as_u16() {
            200 => true,
            404 => {
                assert!(self.upstream.sent().is_empty());
                // The answer that nobody fetched must not be taken for the next one.
                self.upstream.forget();
                false
            }
            _ => panic!("{reply:?}"),
        }
    }

    /// The methods of everything that went up since this was asked last, to either server.
    pub(crate) fn sent(&self) -> Vec<String> {
        let sent = self.upstream.sent().into_iter().chain(self.forage.sent());
        sent.map(|outbound| method_of(outbound.method.as_str(), &outbound.body)).collect()
    }

    /// Every record, as others read it.
    pub(crate) fn records(&self) -> Vec<Value> {
        self.log.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// How the last message ended that was let through.
    pub(crate) fn ended(&self) -> String {
        let records = self.records();
        records.last().unwrap()["outcome"]["ended"].as_str().unwrap_or("(no outcome)").to_owned()
    }
}

/// A request that can be made wrong.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: String,
}

impl Ask {
    /// A request of the newer era with these further parameters.
    pub(crate) fn modern(method: &str, params: &str) -> Self {
        let meta = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
            "io.modelcontextprotocol/clientInfo":{"name":"c","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}"#;
        let params = params.strip_prefix('{').unwrap().strip_suffix('}').unwrap();
        let comma = if params.is_empty() { "" } else { "," };
        Self::post(method, &format!("{{{params}{comma}{meta}}}"))
            .with("mcp-protocol-version", "2026-07-28")
            .with("mcp-method", method)
    }

    /// A tool call of the newer era.
    pub(crate) fn call(tool: &str) -> Self {
        Self::call_with(tool, "{}")
    }

    /// The same with arguments.
    pub(crate) fn call_with(tool: &str, arguments: &str) -> Self {
        Self::modern("tools/call", &format!(r#"{{"name":"{tool}","arguments":{arguments}}}"#)).with("mcp-name", tool)
    }

    /// A request of the older era.
    pub(crate) fn in_session(session: &str, method: &str, params: &str) -> Self {
        Self::post(method, params).with("mcp-session-id", session)
    }

    pub(crate) fn initialize() -> Self {
        let params = r#"{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}"#;
        Self::post("initialize", params)
    }

    pub(crate) fn end(session: &str) -> Self {
        let ask = Self::post("", "{}").with("mcp-session-id", session).without("content-type").saying("");
        Self { method: Method::DELETE, ..ask }
    }

    fn post(method: &str, params: &str) -> Self {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{ID},"method":"{method}","params":{params}}}"#);
        let ask = Self { method: Method::POST, path: "/borealhost/mcp".to_owned(), headers: HeaderMap::new(), body };
        ask.with("host", "gateway.test:8080").with("content-type", "application/json").by("alice-token")
    }

    pub(crate) fn by(self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn to(self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self }
    }

    pub(crate) fn method(self, method: Method) -> Self {
        Self { method, ..self }
    }

    pub(crate) fn saying(self, body: &str) -> Self {
        Self { body: body.to_owned(), ..self }
    }

    pub(crate) fn edited(self, from: &str, to: &str) -> Self {
        assert!(self.body.contains(from), "{}", self.body);
        let body = self.body.replace(from, to);
        Self { body, ..self }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(header(name), HeaderValue::from_str(value).unwrap());
        self
    }

    pub(crate) fn with_another(mut self, name: &str, value: &str) -> Self {
        self.headers.append(header(name), HeaderValue::from_str(value).unwrap());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    pub(crate) fn envelope(&self) -> Envelope {
        Envelope {
            method: self.method.clone(),
            path: self.path.clone(),
            headers: self.headers.clone(),
            body: Bytes::from(self.body.clone()),
        }
    }
}

/// The whole reply in a form that can be compared.
pub(crate) fn bytes_of(reply: &Reply) -> String {
    format!("{} {:?} {:?}", reply.status, reply.headers, reply.body)
}

pub(crate) fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|error| panic!("{error}: {body:?}"))
}

pub(crate) fn holds(reply: &Reply, text: &str) -> bool {
    memchr::memmem::find(&reply.body, text.as_bytes()).is_some()
}

fn method_of(method: &str, body: &[u8]) -> String {
    if body.is_empty() { method.to_owned() } else { json(body)["method"].as_str().unwrap().to_owned() }
}

fn header(name: &str) -> HeaderName {
    name.parse().unwrap()
}

fn server(name: &str) -> ServerName {
    ServerName::new(name).unwrap()
}

/// Carol is explicitly shown with nothing; everybody without a word gets the common one.
fn credentials() -> Credentials {
    let bearer = |token: &str| HeaderValue::from_str(&format!("Bearer {token}")).unwrap();
    let per_grant = [("bob", Some(bearer(BOBS_CREDENTIAL))), ("carol", None)];
    let per_grant = per_grant.into_iter().map(|(grant, credential)| (GrantId::new(grant).unwrap(), credential));
    Credentials { own: Some(bearer(CREDENTIAL)), per_grant: per_grant.collect() }
}

/// Hana may answer everything that is asked.
fn approvers() -> ApproverTokens {
    let mut approvers = ApproverTokens::new(DigestKey::new([3; 32]));
    approvers.insert(TokenDigest::of(b"hana-token"), ApproverId::new("hana").unwrap());
    approvers
}

/// What the gateway judges by: these upstreams, for these grants under that policy.
fn terms(borealhost: Arc<dyn Upstream>, forage: Arc<dyn Upstream>, policy: &str, grants: &[Reaches<'_>]) -> Terms {
    let profile = Profile::load(&Document::parse("p", PROFILE, Format::Yaml).unwrap()).unwrap();
    let profile = Some(Arc::new(profile));
    let name = server("borealhost");
    let forage =
        Server { name: server("forage"), upstream: forage, profile: None, credentials: Credentials::default() };
    Terms {
        servers: vec![Server { name, upstream: borealhost, profile, credentials: credentials() }, forage],
        grants: granted(policy, grants),
        approvers: approvers(),
        allowed_hosts: vec!["gateway.test".to_owned()],
        allowed_origins: vec!["https://page.test".to_owned()],
        deadline: Duration::from_secs(30),
    }
}

fn granted(policy: &str, reaches: &[Reaches<'_>]) -> Grants {
    let policy = Arc::new(Policy::load(&Document::parse("p", policy, Format::Json).unwrap()).unwrap());
    let mut grants = Grants::new(DigestKey::new([2; 32]));
    for (id, tokens, servers) in reaches {
        let servers: BTreeMap<_, _> = servers.iter().map(|name| (server(name), Some(policy.clone()))).collect();
        let grant = Arc::new(Grant { id: GrantId::new(id).unwrap(), servers });
        for token in *tokens {
            grants.insert(TokenDigest::of(token.as_bytes()), Arc::clone(&grant));
        }
    }
    grants
}
