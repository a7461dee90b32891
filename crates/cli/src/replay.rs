//! `floorwalker replay`: every scenario through the gateway, a table of what came of it, and a verdict.

use std::{
    num::{NonZeroU64, NonZeroUsize},
    path::PathBuf,
    str::FromStr,
    sync::{Arc, mpsc},
    thread,
    time::Instant,
};

use clap::ValueEnum;
use floorwalker_scenario::{Middleman, Options, Report, Score, Snapshots, Suite, shell_word};

use crate::{exit::Failure, screen, workspace};

mod broken;
mod document;
mod excerpt;
mod finding;
mod format;
mod gateway;
pub(crate) mod github;
mod junit;
mod loopback;
mod pool;
mod progress;
mod table;
mod text;
mod verdict;
mod watch;

#[cfg(test)]
mod tests;

use excerpt::Detail;
use format::{Format, Telling};
use loopback::Loopback;
use watch::{Eyes, Stage};

const EXAMPLE: &str = "\
Example:
  floorwalker replay checkout --verbose

A PATH is a scenario's file, a folder of them, or a part of the name: `checkout`, `checkout/second-poll`, `second-poll`.";

/// Replay scenarios through the gateway and say whether its guarantees held
///
/// Shows a table of the scenarios with their verdicts; `bites` stands beside those whose attack did its harm in this run
/// with nothing in between. For each that did not hold: what broke and the transcript around it, or the difference from the
/// transcript that is kept. At the end, the command that runs each of them alone.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Arguments {
    /// Which scenarios; all of them unless written
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The folder that has `scenarios/`; the one around PATH or the nearest one from here upwards unless written
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Keep changed transcripts as the new snapshots
    #[arg(long)]
    accept: bool,
    /// How the gateway and the mocks are reached; over HTTP, calls that happen at once are played in one order only
    #[arg(long, value_name = "WAY", default_value = "in-process")]
    over: Way,
    #[command(flatten)]
    gateway: gateway::Wanted,
    /// How many interleavings of a scenario are walked, and at most how many more are sampled
    #[arg(long, value_name = "N", value_parser = positive::<NonZeroU64>)]
    bound: Option<NonZeroU64>,
    /// How many scenarios run at a time; as many as there are cores unless written
    #[arg(long, value_name = "N", value_parser = positive::<NonZeroUsize>)]
    jobs: Option<NonZeroUsize>,
    /// Show the whole transcript of every scenario, what happened with nothing in between, and whole lines everywhere
    #[arg(long, short)]
    verbose: bool,
    #[command(flatten)]
    telling: Telling,
    /// Go on: replay again what a changed scenario, policy, profile or snapshot touches, until Ctrl-C; the exit code says how
    /// every scenario came out last
    #[arg(long, conflicts_with = "accept")]
    watch: bool,
}

/// A replay of what was asked for, in the root where that is.
#[derive(Debug)]
struct Replay {
    arguments: Arguments,
    options: Options,
    root: PathBuf,
    /// What watches the root, when something does.
    eyes: Option<Eyes>,
    begun: Instant,
}

/// How the gateway and the mocks are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Way {
    /// The same bytes, without sockets
    InProcess,
    /// Real servers on loopback ports
    Http,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        if self.watch && self.telling.format != Format::Text && self.telling.output.is_none() {
            let says = "with `--watch` the screen is for people; `--output FILE` says where the report goes";
            return Err(Failure::Usage(says.to_owned()));
        }
        let root = workspace::root(self.root.as_deref(), &self.paths)?;
        let standard = self.options();
        let options = self.gateway.between()?.map_or(standard.clone(), |between| between.options(standard));
        let replay = Replay { arguments: self, options, root, eyes: None, begun: Instant::now() };
        if replay.arguments.watch { replay.again_and_again() } else { replay.once() }
    }

    fn options(&self) -> Options {
        let standard = Options::default();
        Options {
            middleman: match self.over {
                Way::InProcess => Middleman::Ours,
                Way::Http => Middleman::OverHttp(Arc::new(Loopback)),
            },
            bound: self.bound.map_or(standard.bound, NonZeroU64::get),
            snapshots: if self.accept { Snapshots::Accept } else { Snapshots::Compare },
            ..standard
        }
    }
}

impl Replay {
    fn once(mut self) -> Result<(), Failure> {
        let (suite, paths) = self.chosen()?;
        let reports = self.play(&suite, &paths);
        self.tell(&reports, &reports)?;
        tell_orphans(&suite)?;
        verdict::ended(&reports)
    }

    fn again_and_again(mut self) -> Result<(), Failure> {
        let root = self.root.canonicalize().map_err(|error| Failure::Harness(error.to_string()))?;
        let (sender, signals) = mpsc::channel();
        watch::listen(sender.clone())?;
        self.eyes = Some(Eyes::open(&root, sender)?);
        watch::watch(&root, &mut self, &signals, watch::QUIET)
    }

    /// What the command for one scenario alone needs besides its path.
    fn more_arguments(&self) -> String {
        let Arguments { root, over, bound, .. } = &self.arguments;
        let is_told = root.is_some() || !workspace::is_here(&self.root);
        let root = is_told.then(|| format!(" --root {}", shell_word(&self.root.to_string_lossy())));
        let over = (*over == Way::Http).then(|| " --over http".to_owned());
        let bound = bound.map(|bound| format!(" --bound {bound}"));
        [root, over, bound, self.arguments.gateway.again()].into_iter().flatten().collect()
    }
}

impl Stage for Replay {
    fn chosen(&mut self) -> Result<(Suite, Vec<String>), Failure> {
        if let Some(eyes) = &mut self.eyes {
            eyes.look()?;
        }
        let suite = workspace::suite(&self.root)?;
        let paths = workspace::chosen(&self.root, suite.paths(), &self.arguments.paths)?;
        Ok((suite, paths))
    }

    fn play(&mut self, suite: &Suite, paths: &[String]) -> Vec<Report> {
        self.begun = Instant::now();
        let jobs = self.arguments.jobs.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        let mut progress = progress::Progress::new(paths.len());
        let reports = pool::each(paths, jobs, |path| suite.run(path, &self.options), || progress.step());
        progress.end();
        let lost = |path: &String| Report::failed(path, "it ended in a bug of the harness".to_owned());
        reports.into_iter().zip(paths).map(|(report, path)| report.unwrap_or_else(|| lost(path))).collect()
    }

    /// How long it took differs from run to run, so it is told on standard error: standard output has the same bytes.
    fn tell(&mut self, played: &[Report], all: &[Report]) -> Result<(), Failure> {
        let took = self.begun.elapsed();
        let detail = if self.arguments.verbose { Detail::Whole } else { Detail::Short { columns: screen::columns() } };
        let more = self.more_arguments();
        let mut text = text::render(played, all, &more, detail);
        if self.arguments.gateway.is_given() {
            text += &gateway::score(Score::of(all));
        }
        self.arguments.telling.tell(all, &self.root, &more, &text)?;
        Ok(screen::tell(&format!("{}\n", screen::styled(screen::FAINT, &table::effort(played, took))))?)
    }
}

/// A scenario that was renamed or deleted leaves its transcript behind, and nobody looks at it any more.
fn tell_orphans(suite: &Suite) -> Result<(), Failure> {
    let orphans = suite.orphans().map_err(|error| Failure::Harness(format!("`snapshots` cannot be read: {error}")))?;
    let line = |path| format!("{} `{path}` belongs to no scenario; delete it\n", screen::styled(screen::ODD, "note:"));
    Ok(screen::tell(&orphans.into_iter().map(line).collect::<String>())?)
}

fn positive<T: FromStr>(written: &str) -> Result<T, String> {
    written.parse().map_err(|_| "write a whole number from 1 up".to_owned())
}
