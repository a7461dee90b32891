//! `floorwalker replay`: every scenario through the gateway, a table of what came of it, and a verdict.

use std::{
    num::{NonZeroU64, NonZeroUsize},
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use clap::ValueEnum;
use floorwalker_scenario::{Middleman, Options, Report, Score, Snapshots, Suite};

use crate::{exit::Failure, screen, workspace};

mod broken;
mod excerpt;
mod gateway;
mod loopback;
mod pool;
mod progress;
mod table;
mod verdict;

#[cfg(test)]
mod tests;

use excerpt::Detail;
use gateway::Between;
use loopback::Loopback;
use verdict::Verdict;

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
        let root = workspace::root(self.root.as_deref(), &self.paths)?;
        let suite = workspace::suite(&root)?;
        let paths = workspace::chosen(&root, suite.paths(), &self.paths)?;
        let between = self.gateway.between()?;
        let begun = Instant::now();
        let reports = self.play(&suite, &paths, between);
        self.show(&reports, &root, begun.elapsed())?;
        match reports.iter().map(Verdict::of).max() {
            None | Some(Verdict::Held) => Ok(()),
            Some(Verdict::Unsupported) if reports.iter().any(Report::is_held) => Ok(()),
            Some(Verdict::Unreadable) => Err(Failure::Unreadable),
            Some(Verdict::Failed) => Err(Failure::Harness("not every scenario could be played".to_owned())),
            Some(_) => Err(Failure::NotHeld),
        }
    }

    fn play(&self, suite: &Suite, paths: &[String], between: Option<Between>) -> Vec<Report> {
        let jobs = self.jobs.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        let options = between.map_or_else(|| self.options(), |between| between.options(self.options()));
        let mut progress = progress::Progress::new(paths.len());
        let reports = pool::each(paths, jobs, |path| suite.run(path, &options), || progress.step());
        progress.end();
        let lost = |path: &String| Report::failed(path, "it ended in a bug of the harness".to_owned());
        reports.into_iter().zip(paths).map(|(report, path)| report.unwrap_or_else(|| lost(path))).collect()
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

    /// How long it took differs from run to run, so it is told on standard error: standard output has the same bytes.
    fn show(&self, reports: &[Report], root: &Path, took: Duration) -> Result<(), Failure> {
        if self.verbose {
            for report in reports.iter().filter(|report| !report.transcript.is_empty()) {
                screen::print(&transcript(report))?;
            }
        }
        screen::print(&table::table(reports))?;
        let detail = if self.verbose { Detail::Whole } else { Detail::Short { columns: screen::columns() } };
        for report in reports.iter().filter(|report| Verdict::of(report) != Verdict::Held) {
            screen::print(&broken::told(report, detail))?;
        }
        screen::tell(&format!("{}\n", screen::styled(screen::FAINT, &table::effort(reports, took))))?;
        screen::print(&format!("\n{}\n", table::verdict(reports)))?;
        if self.gateway.is_given() {
            screen::print(&gateway::score(Score::of(reports)))?;
        }
        screen::print(&table::commands(reports, &self.more_arguments(root)))?;
        Ok(())
    }

    /// What the command for one scenario alone needs besides its path.
    fn more_arguments(&self, root: &Path) -> String {
        let is_told = self.root.is_some() || !workspace::is_here(root);
        let root = is_told.then(|| format!(" --root {}", root.display()));
        let over = (self.over == Way::Http).then(|| " --over http".to_owned());
        let bound = self.bound.map(|bound| format!(" --bound {bound}"));
        [root, over, bound, self.gateway.again()].into_iter().flatten().collect()
    }
}

fn transcript(report: &Report) -> String {
    let name = screen::styled(screen::STRONG, workspace::stem(&report.path));
    let unguarded = report.unguarded.as_ref().map(|unguarded| format!("\n  {}\n", broken::unguarded(unguarded)));
    format!("{name}\n{}{}\n", screen::indented(&report.transcript, 2), unguarded.unwrap_or_default())
}

fn positive<T: FromStr>(written: &str) -> Result<T, String> {
    written.parse().map_err(|_| "write a whole number from 1 up".to_owned())
}
