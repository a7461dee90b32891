//! The file system and the terminal as senders of signals.

use std::{
    io,
    path::{Path, PathBuf},
    sync::mpsc::Sender,
    thread,
};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::runtime;

use super::Signal;
use crate::{
    exit::{self, Failure},
    screen,
    stop::Stop,
};

/// The folders in the root that scenarios rest on.
const FOLDERS: [&str; 4] = ["scenarios", "policies", "profiles", "snapshots"];

/// Sees what changes in the folders that scenarios rest on.
#[derive(Debug)]
pub(crate) struct Eyes {
    watcher: RecommendedWatcher,
    root: PathBuf,
    /// Those of the folders that are not there yet.
    missing: Vec<&'static str>,
}

impl Eyes {
    /// Watches from now on. The root must be canonical: places are told as they are named here.
    pub(crate) fn open(root: &Path, signals: Sender<Signal>) -> Result<Self, Failure> {
        let mut watcher = notify::recommended_watcher(move |seen| tell(seen, &signals)).map_err(blind)?;
        // The root itself only for folders that are made later.
        watcher.watch(root, RecursiveMode::NonRecursive).map_err(blind)?;
        let mut eyes = Self { watcher, root: root.to_owned(), missing: FOLDERS.to_vec() };
        eyes.look()?;
        Ok(eyes)
    }

    /// Looks whether folders are there that were not.
    pub(crate) fn look(&mut self) -> Result<(), Failure> {
        let (there, missing) = self.missing.iter().partition(|folder| self.root.join(folder).is_dir());
        self.missing = missing;
        let there: Vec<&str> = there;
        for folder in there {
            self.watcher.watch(&self.root.join(folder), RecursiveMode::Recursive).map_err(blind)?;
        }
        Ok(())
    }
}

/// Reading is no change, and every replay reads.
fn tell(seen: notify::Result<Event>, signals: &Sender<Signal>) {
    match seen {
        Ok(event) if matches!(event.kind, EventKind::Access(_)) => {}
        Ok(event) => {
            for path in event.paths {
                // When nobody listens any more, nothing has to be told.
                let _ = signals.send(Signal::Changed(path));
            }
        }
        Err(error) => screen::tell_error(&format!("some changes may be missed: {error}")),
    }
}

fn blind(error: notify::Error) -> Failure {
    Failure::Harness(format!("the files cannot be watched: {error}"))
}

/// Turns Ctrl-C and SIGTERM into a signal from now on; a second one ends the process where it stands.
pub(crate) fn listen(signals: Sender<Signal>) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let stop = {
        let _inside = runtime.enter();
        Stop::listen()?
    };
    thread::spawn(move || {
        runtime.block_on(async {
            stop.asked(1).await;
            let _ = signals.send(Signal::Stop);
            stop.asked(2).await;
            exit::at_once()
        })
    });
    Ok(())
}
