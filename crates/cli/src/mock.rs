//! `floorwalker mock`: the mock servers on loopback ports, until somebody has seen enough.

use std::{io, net::Ipv4Addr, path::Path, sync::Arc};

use floorwalker_gateway::{Clock as _, Entropy as _, SystemClock, SystemEntropy};
use floorwalker_json::{Document, Format, canonical, nearest, shown};
use floorwalker_mock_servers::{Clock, serve, share};
use floorwalker_mocks::{Mock, SettingsError};
use miette::Severity;
use serde_json::{Map, Value};
use tokio::{net::TcpListener, task::JoinSet};

use crate::{documents, exit::Failure, screen, stop::Stop};

mod listed;

pub(crate) use listed::{listing_of, name_of};

const EXAMPLE: &str = "\
Examples:
  floorwalker mock borealhost --settings '{ \"borealhost\": { \"credentials\": \"shared\" } }'
  floorwalker mock --tools my-shop.tools.json --replies my-shop.replies.yaml";

/// Run mock servers, each with a control listener to play the world on
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Arguments {
    #[arg(
        required_unless_present = "tools",
        value_name = "NAME",
        help = format!("Which servers; there is {}", there_is())
    )]
    names: Vec<String>,
    #[command(flatten)]
    listed: listed::OwnServer,
    /// The first server's MCP port, each further server takes the next; 0 takes any that is free
    #[arg(long, default_value_t = 8801)]
    port: u16,
    /// The first server's control port, each further server takes the next; 0 takes any that is free
    #[arg(long, default_value_t = 8901)]
    control_port: u16,
    /// What secrets are made from; without it nobody can guess them
    #[arg(long, value_name = "TEXT")]
    seed: Option<String>,
    /// Settings by server, as under `mocks` in a scenario: a file, or JSON that begins with `{`
    #[arg(long, value_name = "FILE|JSON")]
    settings: Option<String>,
}

/// A mock on its two listeners.
struct Stand {
    mock: Box<dyn Mock>,
    mcp: TcpListener,
    control: TcpListener,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mocks = self.mocks()?;
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(run(mocks, self.port, self.control_port))
    }

    fn mocks(&self) -> Result<Vec<Box<dyn Mock>>, Failure> {
        let mut settings = self.settings.as_deref().map_or_else(|| Ok(Map::new()), read_settings)?;
        let mut mocks = Vec::new();
        for name in &self.names {
            mocks.push(self.mock(name, settings.remove(name))?);
        }
        if let Some(name) = self.listed.server_name() {
            let settings = self.seeded(settings.remove(&name))?;
            mocks.push(self.listed.mock(&name, settings)?);
        }
        match settings.keys().next() {
            None => Ok(mocks),
            Some(other) => {
                let names = || mocks.iter().map(|mock| mock.name());
                let help = nearest(other, names()).or_else(|| names().next()).unwrap_or_default();
                Err(Failure::Usage(format!(
                    "the settings are for `{other}`, which is not run; write them under the server's name: {{ \"{help}\": … }}"
                )))
            }
        }
    }

    /// The settings with a seed: the one that was named, or one that nobody can guess.
    fn seeded(&self, settings: Option<Value>) -> Result<Value, Failure> {
        let mut settings = settings.unwrap_or_else(|| Value::Object(Map::new()));
        if let Some(members) = settings.as_object_mut() {
            match &self.seed {
                Some(seed) => members.insert("seed".to_owned(), seed.clone().into()),
                None if members.contains_key("seed") => None,
                None => members.insert("seed".to_owned(), random_seed()?.into()),
            };
        }
        Ok(settings)
    }

    fn mock(&self, name: &str, settings: Option<Value>) -> Result<Box<dyn Mock>, Failure> {
        let settings = self.seeded(settings)?;
        floorwalker_mocks::mock(name, &settings).map_err(|error| match error {
            SettingsError::UnknownMock { .. } => unknown(name),
            error => unfit(name, &error),
        })
    }
}

/// Tells which setting of a server is wrong.
fn unfit(name: &str, error: &SettingsError) -> Failure {
    screen::tell_error(&format!("`{name}`: {error}"));
    Failure::Unreadable
}

fn unknown(name: &str) -> Failure {
    let help = match nearest(name, floorwalker_mocks::NAMES.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("there is {}", there_is()),
    };
    Failure::Usage(format!("there is no mock `{}`; {help}", shown(name)))
}

/// Every mock.
fn there_is() -> String {
    format!("`{}`", floorwalker_mocks::NAMES.join("`, `"))
}

async fn run(mocks: Vec<Box<dyn Mock>>, port: u16, control_port: u16) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    let mut stands = Vec::new();
    for (mock, place) in mocks.into_iter().zip(0..) {
        let (mcp, control) = (bind(port, place, "--port").await?, bind(control_port, place, "--control-port").await?);
        stands.push(Stand { mock, mcp, control });
    }
    for stand in &stands {
        screen::print(&stand.described()?)?;
    }
    screen::tell(&format!("{}\n", screen::styled(screen::FAINT, "Ctrl-C ends it.")))?;
    let mut serving = JoinSet::new();
    for Stand { mock, mcp, control } in stands {
        let stop = stop.clone();
        serving.spawn(serve(share(mock), clock(), mcp, Some(control), async move { stop.asked(1).await }));
    }
    tokio::select! {
        ended = all(serving) => ended,
        () = stop.asked(2) => Ok(()),
    }
}

async fn all(mut serving: JoinSet<io::Result<()>>) -> Result<(), Failure> {
    while let Some(ended) = serving.join_next().await {
        ended.map_err(io::Error::other).flatten().map_err(|error| Failure::Harness(error.to_string()))?;
    }
    Ok(())
}

async fn bind(base: u16, place: u16, option: &str) -> Result<TcpListener, Failure> {
    let port = if base == 0 { Some(0) } else { base.checked_add(place) };
    let Some(port) = port else {
        return Err(Failure::Usage(format!("there are not enough ports after {base}; choose a smaller `{option}`")));
    };
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
        Failure::Harness(format!("port {port} cannot be used: {error}; choose another with `{option}`, or 0 for any"))
    })
}

fn clock() -> Clock {
    let clock = SystemClock::new();
    Arc::new(move || clock.now().as_millis())
}

fn random_seed() -> Result<String, Failure> {
    let bytes = SystemEntropy.bytes().map_err(|error| Failure::Harness(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn read_settings(written: &str) -> Result<Map<String, Value>, Failure> {
    let document = if written.trim_start().starts_with('{') {
        let name = "--settings";
        Document::parse(name, written, Format::Json).or_else(|problem| {
            documents::tell(name, written, Severity::Error, &[problem])?;
            Err(Failure::Unreadable)
        })?
    } else {
        documents::open(Path::new(written))?
    };
    match serde_json::from_str(&canonical(&document.root)) {
        Ok(Value::Object(settings)) => Ok(settings),
        _ => Err(Failure::Usage("the settings are a map from a server's name to its settings".to_owned())),
    }
}

impl Stand {
    fn described(&self) -> io::Result<String> {
        let (mcp, control) = (self.mcp.local_addr()?, self.control.local_addr()?);
        let paying = format!(
            "  pay      curl -d '{{\"world\":\"pay\"}}' http://{control}/control\n           \
             one of several checkouts: -d '{{\"world\":\"pay\",\"checkout\":\"ID\"}}'\n"
        );
        Ok(format!(
            "{}\n  MCP      http://{mcp}/mcp\n  control  http://{control}/control (look at /ledger, /journal, /state, /out-of-band)\n{}",
            screen::styled(screen::STRONG, self.mock.name()),
            if self.mock.plays().contains(&"pay") { &paying } else { "" },
        ))
    }
}
