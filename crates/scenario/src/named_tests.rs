//! Scenarios as tests of a crate: each file of a folder is one, and carries its own name.
//!
//! Whoever depends on this crate writes `tests/policy.rs` and turns the harness of that test off:
//!
//! ```no_run
//! //! The policies of this shop hold.
//!
//! fn main() -> std::process::ExitCode {
//!     floorwalker_scenario::tests("shop")
//! }
//! ```
//!
//! Names, filters, `--list` and exit codes are those of any other test. With `--nocapture` each test shows its transcript.

use std::{
    env, fmt,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use libtest_mimic::{Arguments, Failed, Trial};

use crate::between::http::Hosts;
use crate::report::{Broken, Ending, Report, StepPlace};
use crate::snapshot::SnapshotState;
use crate::suite::{Options, Snapshots, Suite, stem};
use crate::world::Middleman;

/// The variable that takes changed transcripts as the new snapshots.
const ACCEPT: &str = "FLOORWALKER_ACCEPT";

/// Runs each scenario below `folder/scenarios` as a test of its own name, against its snapshot. A relative folder is one of
/// the crate.
#[must_use]
pub fn tests(folder: impl AsRef<Path>) -> ExitCode {
    Tests::of(folder).run()
}

/// The scenarios of a folder on their way to be tests.
#[derive(Clone)]
pub struct Tests {
    folder: PathBuf,
    hosts: Option<Arc<dyn Hosts>>,
}

impl Tests {
    /// Those of this folder, in process, where concurrent calls are played in every order.
    pub fn of(folder: impl AsRef<Path>) -> Self {
        Self { folder: folder.as_ref().to_owned(), hosts: None }
    }

    /// Each once more with the gateway and the mocks behind real sockets, where the transcript must be the same bytes.
    #[must_use]
    pub fn and_over_http(mut self, hosts: Arc<dyn Hosts>) -> Self {
        self.hosts = Some(hosts);
        self
    }

    /// Runs what the command line asks for.
    #[must_use]
    pub fn run(self) -> ExitCode {
        let arguments = Arguments::from_args();
        let suite = match Suite::open(&self.folder) {
            Ok(suite) if !suite.paths().is_empty() => Arc::new(suite),
            Ok(_) => return refuse(&self.folder, "no `*.yaml` is in it"),
            Err(error) => return refuse(&self.folder, &error.to_string()),
        };
        let shows = arguments.nocapture;
        let trials = suite.paths().iter().flat_map(|path| self.trials(&suite, path, shows));
        libtest_mimic::run(&arguments, trials.collect()).exit_code()
    }

    fn trials(&self, suite: &Arc<Suite>, path: &str, shows: bool) -> Vec<Trial> {
        let snapshots = if accepts() { Snapshots::Accept } else { Snapshots::Compare };
        let in_process = (String::new(), Options { snapshots, ..Options::default() });
        let over_http = self.hosts.clone().map(|hosts| {
            // The other run keeps the transcript; this one would only race with it.
            let snapshots = if accepts() { Snapshots::Skip } else { Snapshots::Compare };
            let options = Options { middleman: Middleman::OverHttp(hosts), snapshots, ..Options::default() };
            (" (over http)".to_owned(), options)
        });
        let trial = |(suffix, options): (String, Options)| {
            let (suite, path, folder) = (Arc::clone(suite), path.to_owned(), self.folder.clone());
            let name = format!("{}{suffix}", stem(&path));
            Trial::test(name.clone(), move || verdict(&suite.run(&path, &options), &folder, &name, shows))
        };
        [Some(in_process), over_http].into_iter().flatten().map(trial).collect()
    }
}

/// What came of one scenario, as a test says it.
fn verdict(report: &Report, folder: &Path, name: &str, shows: bool) -> Result<(), Failed> {
    if shows {
        println!("{}", report.transcript);
    }
    if report.is_held() {
        return Ok(());
    }
    let alone = format!("alone: cargo test{} -- --exact '{name}'", target());
    Err(format!("{}\n{}\n\n{alone}", place(report, folder), what(report)).into())
}

/// `shop/scenarios/rate/at-its-edge.yaml:11: A limit at its edge`.
fn place(report: &Report, folder: &Path) -> String {
    let path = folder.join(&report.path);
    let path = path.strip_prefix(".").unwrap_or(&path).display();
    match &report.ending {
        Ending::Broken(broken) => match broken.reasons.iter().find_map(|reason| reason.step.as_ref()) {
            Some(StepPlace { line, .. }) => format!("{path}:{line}: {}", report.title),
            None => format!("{path}: {}", report.title),
        },
        _ => format!("{path}: {}", report.title),
    }
}

fn what(report: &Report) -> String {
    match &report.ending {
        Ending::Held => unkept(&report.snapshot),
        Ending::Broken(broken) => {
            let reasons: Vec<String> = broken.reasons.iter().map(ToString::to_string).collect();
            format!("{}\n\n{}{}", reasons.join("\n"), broken.excerpt, order(broken))
        }
        Ending::DoesNotBite => {
            let seen = report.unguarded.as_ref().map(|unguarded| unguarded.seen.as_str()).unwrap_or_default();
            format!("with nothing in between the harm does not happen, so the attack proves nothing: {seen}")
        }
        Ending::DoesNotLoad(problems) | Ending::Unsupported(problems) => problems.join("\n"),
        Ending::Crashed(crash) => crash.why.clone(),
        Ending::Failed(why) => format!("the harness failed: {why}"),
    }
}

/// What is needed to see the same order of calls again.
fn order(broken: &Broken) -> String {
    let Some(schedule) = &broken.schedule else { return String::new() };
    let choices: Vec<String> = schedule.iter().map(ToString::to_string).collect();
    format!("\nschedule of the calls that are made at once: {} (seed {})\n", choices.join(" "), broken.seed)
}

fn unkept(snapshot: &SnapshotState) -> String {
    let way_out = format!("`{ACCEPT}=1 cargo test{}` keeps the new transcript", target());
    match snapshot {
        SnapshotState::Missing => format!("everything is as it must be, but no transcript is kept yet; {way_out}"),
        SnapshotState::Differs(diff) => format!("the transcript is not the one that is kept:\n{diff}\n{way_out}"),
        SnapshotState::Same | SnapshotState::Accepted | SnapshotState::Skipped => String::new(),
    }
}

/// ` --test policy` for an executable that cargo named `policy-0123456789abcdef`.
fn target() -> String {
    let executable = env::current_exe().unwrap_or_default();
    let stem = executable.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    stem.rsplit_once('-').map(|(name, _)| format!(" --test {name}")).unwrap_or_default()
}

fn accepts() -> bool {
    env::var_os(ACCEPT).is_some_and(|value| !value.is_empty() && value != "0")
}

fn refuse(folder: &Path, why: &str) -> ExitCode {
    eprintln!("the scenarios in `{}` cannot be run: {why}", folder.join("scenarios").display());
    ExitCode::FAILURE
}

impl fmt::Debug for Tests {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { folder, hosts } = self;
        write!(out, "Tests(of {}, over http: {})", folder.display(), hosts.is_some())
    }
}

#[cfg(test)]
mod tests;
