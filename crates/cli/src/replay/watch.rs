//! `replay --watch`: once everything, then whatever a change touches, until somebody asks to stop.
//!
//! Changes and the wish to stop come through one channel, so that a test can be the file system. The exit code speaks of every
//! scenario as it came out last, not of the last round alone: what is still broken stays broken.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::Duration,
};

use floorwalker_scenario::{Report, Suite, stem};

use super::verdict;
use crate::{exit::Failure, screen};

mod eyes;
mod touched;

pub(crate) use eyes::{Eyes, listen};
use touched::{Rests, inside};

/// How long nothing must have changed: an editor writes a file in several strokes.
pub(crate) const QUIET: Duration = Duration::from_millis(100);

/// What a watcher waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Something at this place is not what it was.
    Changed(PathBuf),
    /// It is enough.
    Stop,
}

/// What is done in every round.
pub(crate) trait Stage {
    /// The scenarios that are meant, as they are now.
    fn chosen(&mut self) -> Result<(Suite, Vec<String>), Failure>;
    /// Replays some of them.
    fn play(&mut self, suite: &Suite, paths: &[String]) -> Vec<Report>;
    /// Tells what came of those that were replayed, and of all.
    fn tell(&mut self, played: &[Report], all: &[Report]) -> Result<(), Failure>;
}

/// Goes on until it is told to stop, or nobody is left who could tell.
pub(crate) fn watch(
    root: &Path,
    stage: &mut impl Stage,
    signals: &Receiver<Signal>,
    quiet: Duration,
) -> Result<(), Failure> {
    let mut latest = BTreeMap::new();
    let (suite, paths) = stage.chosen()?;
    let mut rests = Rests::default().renewed(&suite, &paths);
    round(stage, &suite, &paths, &mut latest)?;
    while let Some(changed) = next(signals, quiet) {
        let (suite, paths) = match stage.chosen() {
            Ok(chosen) => chosen,
            // The last scenario that was meant, or the folder of all, may be back after the next change.
            Err(Failure::Usage(why)) => {
                screen::tell_error(&why);
                continue;
            }
            Err(other) => return Err(other),
        };
        latest.retain(|path, _| paths.contains(path));
        let changed: BTreeSet<String> = changed.iter().filter_map(|path| inside(root, path)).collect();
        rests = rests.renewed(&suite, &paths);
        let touched = rests.touched(&changed);
        if !touched.is_empty() {
            announce(&changed, &touched)?;
            round(stage, &suite, &touched, &mut latest)?;
        }
    }
    verdict::ended(latest.values())
}

fn round(
    stage: &mut impl Stage,
    suite: &Suite,
    paths: &[String],
    latest: &mut BTreeMap<String, Report>,
) -> Result<(), Failure> {
    let played = stage.play(suite, paths);
    latest.extend(played.iter().map(|report| (report.path.clone(), report.clone())));
    let all: Vec<Report> = latest.values().cloned().collect();
    stage.tell(&played, &all)
}

/// Everything that changed until it became quiet; nothing when it is enough.
fn next(signals: &Receiver<Signal>, quiet: Duration) -> Option<BTreeSet<PathBuf>> {
    let Ok(Signal::Changed(first)) = signals.recv() else { return None };
    let mut changed = BTreeSet::from([first]);
    loop {
        match signals.recv_timeout(quiet) {
            Ok(Signal::Changed(path)) => changed.insert(path),
            Err(RecvTimeoutError::Timeout) => return Some(changed),
            Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
        };
    }
}

/// Says on a terminal what changed.
fn announce(changed: &BTreeSet<String>, touched: &[String]) -> Result<(), Failure> {
    if screen::is_watched() {
        let files: Vec<&str> = changed.iter().map(String::as_str).collect();
        let scenarios: Vec<&str> = touched.iter().map(|path| stem(path)).collect();
        let told = format!("\nchanged: {}; again: {}\n", files.join(", "), scenarios.join(", "));
        screen::tell(&screen::styled(screen::FAINT, &told))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
