//! A gateway on a real socket in front of a mock on a real socket, with the clocks of the machine.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use floorwalker_gateway::{
    ApproverTokens, Credentials, Gateway, Grant, Grants, HttpUpstream, Limits, MemoryStore, Server, Setup, SystemClock,
    SystemEntropy, Terms, TextLog, TokenDigest, serve,
};
use floorwalker_json::{DigestKey, Document, Format};
use floorwalker_mock_servers::{Running, SharedMock, share};
use floorwalker_mocks::{Control, mock};
use floorwalker_policy::{GrantId, Policy, Profile, ServerName};
use serde_json::{Value, json};
use tokio::{net::TcpListener, runtime::Handle};

/// The clock of the machine, as the mocks read it.
pub(crate) fn wall() -> u64 {
    floorwalker_gateway::Clock::wall(&SystemClock::new()).as_millis()
}

/// Everything that is running.
pub(crate) struct Stand {
    pub(crate) url: String,
    pub(crate) mock: SharedMock,
    log: Arc<TextLog>,
    _running: Running,
}

impl Stand {
    /// A BorealHost under the checkout-aware policy.
    pub(crate) async fn start(settings: Value) -> Self {
        Self::of("borealhost", "checkout-aware", settings).await
    }

    /// Two grants, `buyer` and `thief`, with the tokens `token-buyer` and `token-thief`, under a policy of `policies/`.
    pub(crate) async fn of(name: &str, policy: &str, settings: Value) -> Self {
        let mock = share(mock(name, &settings).expect("the settings are right"));
        let tools = mock.lock().expect("no panic").tools().len();
        let running = Running::start(&Handle::current(), Arc::clone(&mock), Arc::new(wall)).expect("a free port");
        let log = Arc::new(TextLog::new());
        let gateway = Arc::new(Gateway::new(setup(name, policy, running.url(), Arc::clone(&log))));
        for (server, read) in gateway.start().await {
            assert_eq!(read.expect("the catalogue can be read"), tools, "{server}");
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/{name}/mcp", listener.local_addr().expect("an address"));
        tokio::spawn(serve(gateway, listener, Limits::default(), std::future::pending()));
        Self { url, mock, log, _running: running }
    }

    /// A person pays for a checkout.
    pub(crate) fn pay(&self, checkout: &str) {
        let pay = Control::from_json(&json!({ "world": "pay", "checkout": checkout })).expect("a control");
        self.mock.lock().expect("no panic").control(wall(), &pay).expect("it can be paid");
    }

    /// How many of the secrets that the mock ever made stand in the decision log.
    pub(crate) fn secrets_in_the_log(&self) -> usize {
        let log = self.log.text();
        let mock = self.mock.lock().expect("no panic");
        mock.secrets().iter().filter(|secret| log.contains(&secret.value)).count()
    }

    /// What the mock did.
    pub(crate) fn ledger(&self) -> BTreeMap<String, u64> {
        let mut mock = self.mock.lock().expect("no panic");
        mock.settle(wall());
        mock.ledger().counts()
    }
}

fn setup(name: &str, policy: &str, upstream: &str, log: Arc<TextLog>) -> Setup {
    let server = ServerName::new(name).expect("a name");
    let policy = Policy::load(&read(&format!("policies/{policy}.json"))).expect("a policy");
    let profile = Profile::load(&read(&format!("profiles/{name}.yaml"))).expect("a profile");
    let policy = Arc::new(policy);
    let mut grants = Grants::new(DigestKey::new([7; 32]));
    let mut per_grant = BTreeMap::new();
    for id in ["buyer", "thief"] {
        let grant = GrantId::new(id).expect("a name");
        per_grant.insert(grant.clone(), Some(format!("Bearer upstream-{id}").parse().expect("a header")));
        let servers = BTreeMap::from([(server.clone(), Some(Arc::clone(&policy)))]);
        let token = TokenDigest::of(format!("token-{id}").as_bytes());
        grants.insert(token, Arc::new(Grant { id: grant, servers }));
    }
    let upstream = Arc::new(HttpUpstream::new(upstream).expect("a URL"));
    let credentials = Credentials { own: None, per_grant };
    Setup {
        terms: Terms {
            servers: vec![Server { name: server, upstream, profile: Some(Arc::new(profile)), credentials }],
            grants,
            approvers: ApproverTokens::new(DigestKey::new([3; 32])),
            allowed_hosts: vec!["127.0.0.1".to_owned()],
            allowed_origins: Vec::new(),
            deadline: Duration::from_secs(60),
        },
        secret_key: DigestKey::new([9; 32]),
        store: Arc::new(MemoryStore::new()),
        log,
        clock: Arc::new(SystemClock::new()),
        entropy: Arc::new(SystemEntropy),
    }
}

fn read(path: &str) -> Document {
    let source = std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).expect("the file is there");
    Document::parse(path, source, Format::of_name(path)).expect("it can be read")
}
