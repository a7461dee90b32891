//! Somebody else's gateway in one run: its processes, the mocks behind it as real servers, and the way from an agent's
//! request to the process it is for.
//!
//! It must not be used from inside of an asynchronous runtime, because each exchange blocks until its reply is there.
//!
//! INVARIANT: when it is dropped, no process that it started runs, and its folder is gone.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use floorwalker_gateway::{Envelope, Outlet, Port, Reply};
use http::header::AUTHORIZATION;
use http::{HeaderValue, StatusCode};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};

use crate::agent::SESSION;
use crate::between::http::Hosted;
use crate::between::ours::{OWN_CREDENTIAL, agent_token, upstream_token};
use crate::between::outside::Outside;
use crate::between::outside::file::{GatewayFile, Speaks};
use crate::between::outside::live::{RunFolder, while_running};
use crate::between::outside::names::{About, Names};
use crate::between::outside::needs::Needs;
use crate::between::outside::start::{Plan, crash, fill};
use crate::between::outside::stdio::{Conversation, is_hello, plain};
use crate::between::wire::Wire;
use crate::between::{Between, Crash, Trouble};
use crate::document::Scenario;
use crate::transcript::Marks;
use crate::world::{Materials, Wiring};

mod unit;
mod way;

use unit::{PARTING, Unit};
use way::{Way, proves, strayed};

/// How many characters of a line are shown that it said.
const LINE: usize = 300;

/// A gateway and what it stands between.
pub(crate) struct Outsider {
    file: GatewayFile,
    names: Names,
    wiring: Wiring,
    wire: Wire,
    state: Mutex<State>,
    /// Whether waits are really waited.
    takes_time: bool,
    _hosted: Vec<Hosted>,
    runtime: Option<Runtime>,
    folder: RunFolder,
}

#[derive(Debug, Default)]
struct State {
    units: Vec<Unit>,
    /// How many sessions began, over stdio.
    sessions: u64,
    trouble: Option<Trouble>,
}

impl State {
    /// Whether every process is there that nobody ended.
    async fn lost(&mut self) -> Result<(), Trouble> {
        for unit in &mut self.units {
            unit.lost().await?;
        }
        Ok(())
    }
}

impl Outsider {
    pub(crate) fn new(
        outside: &Outside,
        wiring: Wiring,
        scenario: &Scenario,
        materials: &Materials,
    ) -> Result<Self, String> {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| format!("no runtime: {error}"))?;
        wiring.parking.close_for_good();
        let (mut hosted, mut urls) = (Vec::new(), BTreeMap::new());
        for (name, mock) in &wiring.mocks {
            let host = outside.hosts.host(runtime.handle(), mock)?;
            urls.insert(name.clone(), host.url.clone());
            hosted.push(host);
        }
        let folder = RunFolder::new().map_err(|error| format!("no temporary folder: {error}"))?;
        let places = (folder.path(), outside.gateway.here.as_path(), outside.floorwalker.as_path());
        let names =
            while_running(|_| Names::new(places, &wiring, materials, &urls)).map_err(|error| error.to_string())?;
        let wire = runtime.block_on(async { Wire::new() });
        let (file, state) = (outside.gateway.clone(), Mutex::default());
        let takes_time = !Needs::of(scenario, materials).time.is_zero();
        Ok(Self { file, names, wiring, wire, state, takes_time, _hosted: hosted, runtime: Some(runtime), folder })
    }

    fn block_on<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        self.runtime.as_ref().map(|runtime| runtime.block_on(future))
    }

    /// Every gateway that is started in the beginning. Over stdio only folders are made; processes come with sessions.
    async fn open(&self) -> Result<(), Trouble> {
        let mut state = self.state.lock().await;
        let parts = |parted: bool, all: Vec<&String>| match parted {
            true => all.into_iter().map(|name| Some(name.clone())).collect(),
            false => vec![None],
        };
        let servers: Vec<Option<String>> = parts(self.file.one_for.parts_servers(), self.wiring.mocks.keys().collect());
        let grants: Vec<Option<String>> = parts(self.file.one_for.parts_grants(), self.wiring.grants.keys().collect());
        for (server, grant) in servers.iter().flat_map(|server| grants.iter().map(move |grant| (server, grant))) {
            let folder =
                [server, grant].into_iter().flatten().fold(self.folder.path().join("run"), |at, name| at.join(name));
            while_running(|_| std::fs::create_dir_all(&folder)).map_err(|error| crash(error.to_string()))?;
            let (server, grant) = (server.clone(), grant.clone());
            let mut unit = Unit { server, grant, folder, listening: None, talking: BTreeMap::new() };
            self.listen(&mut unit).await?;
            state.units.push(unit);
        }
        Ok(())
    }

    async fn listen(&self, unit: &mut Unit) -> Result<(), Trouble> {
        if let Speaks::Http(_) = self.file.speaks {
            let about = About { server: unit.server.as_deref(), grant: unit.grant.as_deref(), ..About::default() };
            unit.listening = Some(self.plan(&unit.folder, about).listening().await?);
        }
        Ok(())
    }

    fn plan<'p>(&'p self, folder: &'p Path, about: About<'p>) -> Plan<'p> {
        let about = About { folder: Some(folder), ..about };
        Plan { file: &self.file, names: &self.names, about, folder }
    }

    /// Ends all that run and starts them anew. One that is gone already was not ended by us, and a new one would hide it.
    async fn reopen(&self) -> Result<(), Trouble> {
        let mut state = self.state.lock().await;
        state.lost().await?;
        for unit in &mut state.units {
            if let Some((process, _)) = unit.listening.take() {
                process.stop(self.file.deadline).await;
            }
            for (process, _) in std::mem::take(&mut unit.talking).into_values() {
                process.stop(self.file.deadline).await;
            }
            self.listen(unit).await?;
        }
        Ok(())
    }

    async fn answer(&self, envelope: Envelope, outlet: &dyn Outlet) -> Reply {
        let mut state = self.state.lock().await;
        if state.trouble.is_some() {
            return plain(StatusCode::BAD_GATEWAY);
        }
        match timeout(self.file.deadline, self.hand_over(&mut state, envelope, outlet)).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(trouble)) => {
                state.trouble = Some(trouble);
                plain(StatusCode::BAD_GATEWAY)
            }
            Err(_) => {
                let why = format!("it did not answer within {}", crate::duration::shown(self.file.deadline));
                let said = state.units.iter().flat_map(Unit::last_words).collect();
                state.trouble = Some(Trouble::Crashed(Crash { why, said }));
                plain(StatusCode::BAD_GATEWAY)
            }
        }
    }

    async fn hand_over(&self, state: &mut State, envelope: Envelope, outlet: &dyn Outlet) -> Result<Reply, Trouble> {
        let way = Way::of(&envelope, &self.wiring);
        let State { units, sessions, .. } = state;
        let is_for = |part: &Option<String>, name: &str| part.as_deref().is_none_or(|part| part == name);
        let unit = units.iter_mut().find(|unit| is_for(&unit.server, &way.server) && is_for(&unit.grant, &way.grant));
        let unit = unit.ok_or_else(|| crash("no gateway was started for this request".to_owned()))?;
        match &self.file.speaks {
            Speaks::Http(url) => {
                let port = unit.listening.as_ref().map(|(_, port)| *port);
                let about =
                    About { server: Some(&way.server), grant: Some(&way.grant), folder: Some(&unit.folder), port };
                let names = self.names.about(about);
                let mut url = fill(url, &names)?;
                if way.is_stray {
                    url = strayed(&url, &envelope.path);
                }
                let envelope = self.prove(envelope, &way, &names)?;
                match self.wire.send(&url, envelope, outlet).await {
                    Ok(reply) => Ok(reply),
                    Err(why) => unit.parted(&why).await,
                }
            }
            Speaks::Stdio => self.talk(unit, &way, sessions, envelope, outlet).await,
        }
    }

    /// The request with the file's headers in place of the agent's credential. A forged or missing one stays so.
    fn prove(&self, mut envelope: Envelope, way: &Way, names: &minijinja::Value) -> Result<Envelope, Trouble> {
        if !proves(&envelope, &way.grant) {
            return Ok(envelope);
        }
        envelope.headers.remove(AUTHORIZATION);
        for (name, value) in &self.file.headers {
            let mut value = HeaderValue::from_str(&fill(value, names)?).map_err(|error| crash(error.to_string()))?;
            value.set_sensitive(true);
            envelope.headers.insert(name.clone(), value);
        }
        Ok(envelope)
    }

    /// One message over stdio. Each session has a process of its own, as clients start them.
    async fn talk(
        &self,
        unit: &mut Unit,
        way: &Way,
        sessions: &mut u64,
        envelope: Envelope,
        outlet: &dyn Outlet,
    ) -> Result<Reply, Trouble> {
        let mut session = envelope.headers.get(SESSION).cloned();
        let is_hello = is_hello(&envelope.body);
        if is_hello {
            *sessions += 1;
            session = Some(HeaderValue::from(*sessions));
        }
        let talker = (way.server.clone(), way.grant.clone(), session.clone());
        if !unit.talking.contains_key(&talker) {
            if session.is_some() && !is_hello {
                return Ok(plain(StatusCode::NOT_FOUND));
            }
            let about = About { server: Some(&way.server), grant: Some(&way.grant), ..About::default() };
            let mut process = self.plan(&unit.folder, about).speaking().await?;
            let ends = process.stdio.take().ok_or_else(|| crash("it has no standard output".to_owned()))?;
            unit.talking.insert(talker.clone(), (process, Conversation::new(ends)));
        }
        let Some((process, conversation)) = unit.talking.get_mut(&talker) else {
            return Ok(plain(StatusCode::NOT_FOUND));
        };
        match conversation.exchange(&envelope, outlet).await {
            Ok(mut reply) => {
                if let (true, Some(session)) = (is_hello, session) {
                    reply.headers.insert(SESSION, session);
                }
                Ok(reply)
            }
            Err(why) => {
                let ended = process.ended_within(PARTING).await.unwrap_or(why);
                Err(Trouble::Crashed(Crash { why: ended, said: process.last_words() }))
            }
        }
    }

    /// The decision logs that the file names. One that cannot be read would hide what leaked into it.
    fn logs(&self) -> Result<Vec<String>, Trouble> {
        let Some(log) = &self.file.log else { return Ok(Vec::new()) };
        let folders = self.block_on(async {
            self.state.lock().await.units.iter().map(|unit| unit.folder.clone()).collect::<Vec<_>>()
        });
        let read = |folder: &PathBuf| {
            let path = fill(log, &self.names.about(About { folder: Some(folder), ..About::default() }))?;
            let bytes = std::fs::read(&path)
                .map_err(|error| crash(format!("its decision log `{path}` cannot be read: {error}")))?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        folders.unwrap_or_default().iter().map(read).collect()
    }

    /// Without credentials, and without any secret that a mock made.
    fn without_secrets(&self, text: &str) -> String {
        let secrets: Vec<_> = self.wiring.mocks.values().flat_map(|mock| mock.settled().secrets()).collect();
        let text = Marks::new(&secrets).put(text);
        let of_grants = self.wiring.grants.keys().flat_map(|grant| [agent_token(grant), upstream_token(grant)]);
        of_grants.chain([OWN_CREDENTIAL.to_owned()]).fold(text, |text, token| text.replace(&token, "<credential>"))
    }

    /// The trouble without secrets. Lines are cut only then, so that no beginning of one stays.
    fn shown(&self, trouble: Trouble) -> Trouble {
        match trouble {
            Trouble::Unsupported(why) => Trouble::Unsupported(self.without_secrets(&why)),
            Trouble::Crashed(Crash { why, said }) => {
                let cut = |line: &String| self.without_secrets(line).chars().take(LINE).collect();
                Trouble::Crashed(Crash { why: self.without_secrets(&why), said: said.iter().map(cut).collect() })
            }
        }
    }

    /// Notes the trouble, so that nothing more is asked of the gateway.
    fn noted(&self, trouble: Trouble) -> String {
        let (Trouble::Unsupported(why) | Trouble::Crashed(Crash { why, .. })) = self.shown(trouble.clone());
        self.block_on(async {
            self.state.lock().await.trouble.get_or_insert(trouble);
        });
        why
    }
}

impl Between for Outsider {
    fn start(&self) -> Port<'_, Result<(), String>> {
        Box::pin(async {
            let opened = self.block_on(self.open()).unwrap_or(Ok(()));
            opened.map_err(|trouble| self.noted(trouble))
        })
    }

    fn exchange<'a>(&'a self, envelope: Envelope, outlet: &'a dyn Outlet) -> Port<'a, Reply> {
        Box::pin(async move {
            self.block_on(self.answer(envelope, outlet)).unwrap_or_else(|| plain(StatusCode::BAD_GATEWAY))
        })
    }

    fn restart(&self) -> Port<'_, Result<(), String>> {
        Box::pin(async {
            let reopened = self.block_on(self.reopen()).unwrap_or(Ok(()));
            reopened.map_err(|trouble| self.noted(trouble))
        })
    }

    fn wait(&self, span: Duration) -> Port<'_, ()> {
        Box::pin(async move {
            self.block_on(async {
                if self.takes_time && self.state.lock().await.trouble.is_none() {
                    sleep(span).await;
                }
            });
        })
    }

    fn trouble(&self) -> Option<Trouble> {
        let trouble = self.block_on(async {
            let mut state = self.state.lock().await;
            match state.trouble.clone() {
                None => state.lost().await.err(),
                noted => noted,
            }
        })?;
        let trouble = trouble.or_else(|| self.logs().err())?;
        Some(self.shown(trouble))
    }

    fn log(&self) -> String {
        self.logs().unwrap_or_default().concat()
    }
}

impl Drop for Outsider {
    fn drop(&mut self) {
        let units = std::mem::take(&mut self.state.get_mut().units);
        if let Some(runtime) = self.runtime.take() {
            runtime.block_on(async {
                for mut unit in units {
                    for process in unit.processes() {
                        process.kill().await;
                    }
                }
            });
            // Connections that are still open are nobody's any more.
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Outsider {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Outsider").field("file", &self.file.name).finish_non_exhaustive()
    }
}
