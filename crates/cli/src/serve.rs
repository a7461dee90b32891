//! `floorwalker serve`: the gateway between agents and their servers.

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc};

use clap::ValueEnum;
use floorwalker_gateway::{
    Config, FileLog, Gateway, Limits, MemoryStore, Setup, SystemClock, SystemEntropy, fresh_key, secret_key, serve,
    serve_approvers,
};
use tokio::net::TcpListener;
use tracing_subscriber::filter::LevelFilter;

use crate::{
    configuration::{self, Files},
    exit::Failure,
    screen,
    stop::Stop,
};

mod reload;

use reload::{Fixed, Reloader};

const EXAMPLE: &str = "\
Example:
  floorwalker serve --config gateway.yaml

A configuration; paths in it are relative to it, and `floorwalker grants create buyer` makes the token:
  listen: 127.0.0.1:8787
  log: decisions.jsonl
  upstreams:
    borealhost:
      url: http://127.0.0.1:8801/mcp
      profile: profiles/borealhost.yaml
  grants:
    - id: buyer
      tokens: [\"<the token's SHA-256, 64 hex digits>\"]
      servers: { borealhost: { policy: policies/checkout-aware.json } }

Where a policy asks people (`require_approval`), say who they are; they answer with `floorwalker approvals`:
  approvals:
    listen: 127.0.0.1:8788
    approvers: [{ id: hana, tokens: [\"<the token's SHA-256>\"] }]

An upstream's credential is `credential: { env: VARIABLE }` or `{ file: PATH }`, and `credentials:` per grant.
An agent then calls http://127.0.0.1:8787/borealhost/mcp with its token as bearer.

Beside the log lies its key, `<log>.key` (decisions.jsonl.key above). Keep the two together: without the key, \
the one-time secrets that the log remembers cannot be recognised, and the gateway does not start.

Policies, profiles, grants and upstreams are read again on SIGHUP, and when one of the files changed and \
stayed so for half a second. What cannot be read changes nothing. `listen` and `log` need a restart.

Sessions of the older era (2025-11-25) end with a restart: their clients get 404 and initialize again, \
and an upstream that keeps secrets per session forgets them.";

/// Run the gateway
///
/// The decision log is also its state: a restart goes on where the log ends. Ctrl-C or SIGTERM lets the calls in flight
/// end; a second one does not wait for them.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Arguments {
    /// The configuration, YAML or JSON
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// What is told on standard error besides trouble
    #[arg(long, value_name = "LEVEL", default_value = "warn")]
    log_level: Level,
}

/// How much is told.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Level {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        tracing_subscriber::fmt()
            .with_writer(io::stderr)
            .with_ansi(screen::is_coloured())
            .with_max_level(self.log_level.filter())
            .init();
        let (config, files) = configuration::load(&self.config, &|name| std::env::var(name).ok())?;
        let runtime = tokio::runtime::Runtime::new()?;
        let ended = runtime.block_on(run(config, self.config, files));
        // Calls that nobody waits for any more must not keep the process.
        runtime.shutdown_background();
        ended
    }
}

async fn run(config: Config, path: PathBuf, files: Files) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    let listener = bound(config.listen).await?;
    let approvers = match &config.approvals {
        Some(approvals) => Some(bound(approvals.listen).await?),
        None => None,
    };
    let address = listener.local_addr()?;
    let (fixed, ways) = (Fixed::of(&config), config.ways());
    let gateway = Arc::new(gateway(config)?);
    // It ends with the runtime.
    tokio::spawn(Reloader::listen(Arc::clone(&gateway), path, fixed, ways, files)?.run());
    let catalogues = gateway.start().await;
    screen::print(&format!("listening on http://{address}\n"))?;
    for (name, read) in catalogues {
        let what = match read {
            Ok(tools) => screen::counted(tools, "tool"),
            Err(error) => {
                let not_yet = screen::styled(screen::ODD, "its tools cannot be read yet");
                format!("{not_yet}: {error}; tried again when it is used")
            }
        };
        screen::print(&format!("  {name}  http://{address}/{name}/mcp  {what}\n"))?;
    }
    if let Some(approvers) = &approvers {
        screen::print(&format!("  approvals  http://{}\n", approvers.local_addr()?))?;
    }
    let (agents, people) = (stop.clone(), stop.clone());
    let answered = approve(Arc::clone(&gateway), approvers, async move { people.asked(1).await });
    let called = serve(gateway, listener, Limits::default(), async move { agents.asked(1).await });
    tokio::select! {
        ended = async { tokio::try_join!(called, answered) } => Ok(ended.map(|_| ())?),
        () = stop.asked(2) => Ok(()),
    }
}

async fn bound(listen: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(listen).await.map_err(|error| {
        Failure::Harness(format!(
            "`{listen}` cannot be listened on: {error}; choose another `listen` in the configuration"
        ))
    })
}

/// Serves those who approve, where there are any.
async fn approve(
    gateway: Arc<Gateway>,
    listener: Option<TcpListener>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    match listener {
        Some(listener) => serve_approvers(gateway, listener, Limits::default(), shutdown).await,
        None => Ok(()),
    }
}

/// Puts the gateway together; its state goes on where the log ends.
fn gateway(config: Config) -> Result<Gateway, Failure> {
    let (path, key_path) = (config.log.display().to_string(), config.key_file());
    // The key is made after the log, so a key alone is what is left of the two.
    if !config.log.exists() && key_path.exists() {
        screen::tell_error(&format!(
            "`{path}` is missing, and what was counted with it; bring it back, or remove `{}` too and begin anew",
            key_path.display()
        ));
        return Err(Failure::Unreadable);
    }
    let (log, text) = FileLog::open(&config.log)
        .map_err(|error| Failure::Harness(format!("the decision log `{path}` cannot be opened: {error}")))?;
    if !text.is_empty() && !key_path.exists() {
        screen::tell_error(&format!(
            "`{}` is missing, so the one-time secrets that `{path}` remembers could not be recognised; bring it back, or \
             begin with a new log",
            key_path.display()
        ));
        return Err(Failure::Unreadable);
    }
    let store = MemoryStore::fold(&text).map_err(|error| {
        screen::tell_error(&format!("`{path}` does not load: {error}"));
        Failure::Unreadable
    })?;
    let secret_key = secret_key(&key_path)
        .map_err(|error| Failure::Harness(format!("the key file `{}`: {error}", key_path.display())))?;
    Ok(Gateway::new(Setup {
        terms: config.terms(fresh_key().map_err(|error| Failure::Harness(error.to_string()))?),
        secret_key,
        store: Arc::new(store),
        log: Arc::new(log),
        clock: Arc::new(SystemClock::new()),
        entropy: Arc::new(SystemEntropy),
    }))
}

impl Level {
    fn filter(self) -> LevelFilter {
        match self {
            Self::Off => LevelFilter::OFF,
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}
