//! Our gateway, in process: the same bytes and the same gate as behind a socket.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use floorwalker_gateway::{
    ApproverTokens, Clock, Credentials, Entry, Envelope, Gateway, Grant, Grants, MemoryStore, Outcome, Outlet, Port,
    Record, Reply, Server, Setup, Terms, TextLog, TokenDigest, Upstream, Verdict,
};
use floorwalker_json::DigestKey;
use floorwalker_policy::{ApproverId, GrantId, ServerName};
use http::HeaderValue;

use crate::between::{Between, Found, Reloaded};
use crate::document::AgentSpec;
use crate::inbox::Nowhere;
use crate::world::Wiring;
use crate::world::clock::{ProcessClock, VirtualClock};
use crate::world::entropy::Counted;
use crate::world::ports::{ParkedLog, ParkedStore, ParkedUpstream};

mod disk;
mod leaving;
mod life;

use disk::{Disk, Policies};
use leaving::{Stands, until_served};
use life::{Life, nobody_there};

/// How long an upstream's whole answer may take, as in the gateway's own configuration.
const DEADLINE: Duration = Duration::from_secs(30);

/// What proves the gateway itself to a server, where it acts for no grant.
pub(crate) const OWN_CREDENTIAL: &str = "upstream-gateway";

/// Makes the way to one mock.
pub(crate) type Ways = dyn Fn(&str) -> Result<Arc<dyn Upstream>, String> + Send + Sync;

/// Our gateway and what survives its restarts: the log.
pub(crate) struct Ours {
    wiring: Wiring,
    ways: Box<Ways>,
    /// The clock of a gateway that starts now.
    clock: fn(VirtualClock) -> Arc<dyn Clock>,
    disk: Mutex<Disk>,
    running: Mutex<Running>,
}

#[derive(Debug)]
struct Running {
    gateway: Option<Arc<Gateway>>,
    log: Arc<TextLog>,
    /// The ways to the mocks: a reload leaves them as they are.
    upstreams: Upstreams,
    life: Life,
}

type Upstreams = BTreeMap<String, Arc<dyn Upstream>>;

impl Ours {
    /// Our gateway in front of the mocks themselves.
    pub(crate) fn in_process(wiring: Wiring) -> Self {
        let (mocks, parking) = (wiring.mocks.clone(), wiring.parking.clone());
        let way = move |server: &str| match mocks.get(server) {
            Some(mock) => {
                let upstream = ParkedUpstream { mock: mock.clone(), parking: parking.clone() };
                Ok(Arc::new(upstream) as Arc<dyn Upstream>)
            }
            None => Err(format!("there is no mock `{server}`")),
        };
        Self::new(wiring, Box::new(way))
    }

    pub(crate) fn new(wiring: Wiring, ways: Box<Ways>) -> Self {
        let (log, upstreams, life) = (Arc::new(TextLog::new()), Upstreams::new(), Life::default());
        let running = Running { gateway: None, log, upstreams, life };
        let disk = Mutex::new(Disk::new(&wiring.grants));
        let clock = |clock| Arc::new(ProcessClock::started(clock)) as Arc<dyn Clock>;
        Self { wiring, ways, clock, disk, running: Mutex::new(running) }
    }

    /// Makes a gateway that goes on where the log ends.
    pub(crate) async fn open(&self) -> Result<Arc<Gateway>, String> {
        let text = self.with_running(|running| running.log.text());
        let store = MemoryStore::fold(&text).map_err(|error| error.to_string())?;
        let log = Arc::new(TextLog::with_text(text));
        let mut upstreams = Upstreams::new();
        for name in self.wiring.mocks.keys() {
            upstreams.insert(name.clone(), (self.ways)(name)?);
        }
        let policies = self.with_disk(|disk| disk.read())?;
        let gateway = Arc::new(Gateway::new(self.setup(store, &log, self.terms(&upstreams, &policies)?)));
        for (server, read) in gateway.start().await {
            read.map_err(|error| format!("the catalogue of {server} could not be read: {error}"))?;
        }
        let (running, life) = (Some(Arc::clone(&gateway)), Life::default());
        self.with_running(|place| *place = Running { gateway: running, log, upstreams, life });
        Ok(gateway)
    }

    pub(crate) fn gateway(&self) -> Option<Arc<Gateway>> {
        self.with_running(|running| running.gateway.clone())
    }

    fn setup(&self, store: MemoryStore, log: &Arc<TextLog>, terms: Terms) -> Setup {
        let wiring = &self.wiring;
        let parking = wiring.parking.clone();
        Setup {
            terms,
            secret_key: DigestKey::new([7; 32]),
            store: Arc::new(ParkedStore { inner: store, parking: parking.clone() }),
            log: Arc::new(ParkedLog { inner: Arc::clone(log), parking }),
            clock: (self.clock)(wiring.clock.clone()),
            entropy: Arc::new(Counted::new(wiring.next_life())),
        }
    }

    fn terms(&self, upstreams: &Upstreams, policies: &Policies) -> Result<Terms, String> {
        let servers: Result<Vec<Server>, String> =
            upstreams.iter().map(|(name, upstream)| self.server(name, upstream)).collect();
        Ok(Terms {
            servers: servers?,
            grants: grants(&self.wiring, policies)?,
            approvers: approvers(&self.wiring)?,
            allowed_hosts: vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
            allowed_origins: Vec::new(),
            deadline: DEADLINE,
        })
    }

    fn server(&self, name: &str, upstream: &Arc<dyn Upstream>) -> Result<Server, String> {
        let mut server = Server {
            name: server_name(name)?,
            upstream: Arc::clone(upstream),
            profile: self.wiring.profiles.get(name).cloned(),
            credentials: Credentials::default(),
        };
        server.credentials.own = Some(bearer(OWN_CREDENTIAL)?);
        for grant in self.wiring.grants.keys() {
            server.credentials.per_grant.insert(grant_id(grant)?, Some(bearer(&upstream_token(grant))?));
        }
        Ok(server)
    }

    /// Whether something was let through that did not end yet.
    pub(crate) fn is_at_work(&self) -> bool {
        let records = self.with_running(|running| running.log.records()).unwrap_or_default();
        let let_through = |record: &Record| match &record.entry {
            Entry::Decision(judged) => judged.verdict == Verdict::Allow,
            Entry::Answer(_) => true,
            _ => false,
        };
        let over = |record: &Record| matches!(record.entry, Entry::Outcome { .. });
        let count = |is: &dyn Fn(&Record) -> bool| records.iter().filter(|(_, record)| is(record)).count();
        count(&let_through) > count(&over)
    }

    /// Everything that can be read is in force, or nothing of it.
    async fn read_again(&self, found: BTreeMap<String, Found>) -> Result<Reloaded, String> {
        let read = self.with_disk(|disk| {
            disk.write(found);
            disk.read()
        });
        let gateway = self.gateway().ok_or("the gateway does not run")?;
        match read {
            Ok(policies) => {
                let upstreams = self.with_running(|running| running.upstreams.clone());
                gateway.reload(self.terms(&upstreams, &policies)?).await;
                Ok(Reloaded::Loaded)
            }
            Err(why) => {
                gateway.reload_failed(&why).await;
                Ok(Reloaded::Refused(why))
            }
        }
    }

    fn with_disk<T>(&self, take: impl FnOnce(&mut Disk) -> T) -> T {
        take(&mut self.disk.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn with_running<T>(&self, take: impl FnOnce(&mut Running) -> T) -> T {
        take(&mut self.running.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Between for Ours {
    fn start(&self) -> Port<'_, Result<(), String>> {
        Box::pin(async { self.open().await.map(drop) })
    }

    fn exchange<'a>(&'a self, envelope: Envelope, outlet: &'a dyn Outlet) -> Port<'a, Reply> {
        let (gateway, life) = self.with_running(|running| (running.gateway.clone(), running.life.clone()));
        Box::pin(async move {
            match gateway {
                Some(gateway) => life.cuts(gateway.handle(envelope, outlet)).await,
                None => nobody_there(),
            }
        })
    }

    fn approvals(&self, envelope: Envelope) -> Port<'_, Option<Reply>> {
        let (gateway, life) = self.with_running(|running| (running.gateway.clone(), running.life.clone()));
        Box::pin(async move {
            let gateway = gateway?;
            Some(life.cuts(gateway.answer_approver(&envelope)).await)
        })
    }

    /// The listener lets a call go on when its client is gone, and drops the reply; so does this.
    fn abandon(&self, envelope: Envelope) -> Port<'_, Result<Option<Reply>, String>> {
        Box::pin(async move {
            match until_served(&self.wiring, self.exchange(envelope, &Nowhere)).await? {
                Stands::Answered(reply) => Ok(Some(reply)),
                Stands::AtServer(call) => {
                    let _unheard = call.await;
                    Ok(None)
                }
            }
        })
    }

    /// A clean stop and a crash are the same here: everything is written down before anything depends on it, and a call
    /// that is cut shows in the log as one that never ended.
    fn restart(&self) -> Port<'_, Result<(), String>> {
        Box::pin(async {
            self.with_running(|running| running.life.end());
            self.open().await.map(drop)
        })
    }

    fn reload(&self, found: BTreeMap<String, Found>) -> Port<'_, Result<Reloaded, String>> {
        Box::pin(self.read_again(found))
    }

    fn log(&self) -> String {
        self.with_running(|running| running.log.text())
    }

    fn log_lines(&self) -> Vec<String> {
        match self.with_running(|running| running.log.records()) {
            Ok(records) => {
                records.into_iter().map(|(seq, record)| without_bounds(&unworded(record).summary(seq))).collect()
            }
            Err(error) => vec![format!("the log cannot be read: {error}")],
        }
    }
}

impl fmt::Debug for Ours {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Ours").field("wiring", &self.wiring).finish_non_exhaustive()
    }
}

/// The record without the transport's own words for a connection that broke: sockets and processes have different ones.
fn unworded(record: Record) -> Record {
    let entry = match record.entry {
        Entry::Outcome { of, outcome: Outcome::Lost(_), commit } => {
            Entry::Outcome { of, outcome: Outcome::Lost("no answer came".to_owned()), commit }
        }
        other => other,
    };
    Record { entry, ..record }
}

/// The line without how much the limits allow that a call was charged to. Only calls that a limit stops depend on it, so
/// the transcripts of all others stay the same when somebody changes the number in the policy.
fn without_bounds(line: &str) -> String {
    let mut parts = line.split("charge ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str("charge ");
        match part.split_once(" for ") {
            Some((charge, rest)) => {
                out.push_str(charge.split_once('/').map_or(charge, |(before, _)| before));
                out.push_str(" for ");
                out.push_str(rest);
            }
            None => out.push_str(part),
        }
    }
    out
}

/// The token that proves a grant.
pub(crate) fn agent_token(grant: &str) -> String {
    format!("token-{grant}")
}

impl AgentSpec {
    /// The token that this agent holds. Those of one grant begin alike, so that who looks for the first one finds them all.
    pub(crate) fn bearer_token(&self) -> String {
        let token = agent_token(&self.grant);
        self.token.as_ref().map_or(token.clone(), |name| format!("{token}~{name}"))
    }
}

/// The credential that the gateway shows upstream in the place of it.
pub(crate) fn upstream_token(grant: &str) -> String {
    format!("upstream-{grant}")
}

fn grants(wiring: &Wiring, policies: &Policies) -> Result<Grants, String> {
    let mut grants = Grants::new(DigestKey::new([9; 32]));
    for (name, policy) in policies {
        let mut servers = BTreeMap::new();
        for server in wiring.mocks.keys() {
            servers.insert(server_name(server)?, policy.clone());
        }
        let grant = Grant { id: grant_id(name)?, servers };
        let grant = Arc::new(grant);
        for token in wiring.tokens.get(name).into_iter().flatten() {
            grants.insert(TokenDigest::of(token.as_bytes()), Arc::clone(&grant));
        }
    }
    Ok(grants)
}

/// The token that proves an approver.
pub(crate) fn approver_token(approver: &str) -> String {
    format!("approver-token-{approver}")
}

fn approvers(wiring: &Wiring) -> Result<ApproverTokens, String> {
    let mut approvers = ApproverTokens::new(DigestKey::new([8; 32]));
    for name in &wiring.approvers {
        let id = ApproverId::new(name).map_err(|error| error.to_string())?;
        approvers.insert(TokenDigest::of(approver_token(name).as_bytes()), id);
    }
    Ok(approvers)
}

pub(crate) fn bearer(token: &str) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|error| error.to_string())?;
    value.set_sensitive(true);
    Ok(value)
}

fn grant_id(name: &str) -> Result<GrantId, String> {
    GrantId::new(name).map_err(|error| error.to_string())
}

fn server_name(name: &str) -> Result<ServerName, String> {
    ServerName::new(name).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
