//! The file system and the terminal as senders of signals.

use std::{
    io,
    path::{Path, PathBuf},
    sync::mpsc::Sender,
    thread,
};

use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::runtime;

use super::Signal;
use crate::{
    exit::{self, Failure},
    screen,
    stop::Stop,
};

/// The folders in the root that scenarios rest on.
const FOLDERS: [&str; 5] = ["scenarios", "policies", "profiles", "servers", "snapshots"];

/// Sees what changes in the folders that scenarios rest on.
#[derive(Debug)]
pub(crate) struct Eyes {
    watcher: RecommendedWatcher,
    root: PathBuf,
}

impl Eyes {
    /// Watches from now on. The root must be canonical: places are told as they are named here.
    pub(crate) fn open(root: &Path, signals: Sender<Signal>) -> Result<Self, Failure> {
        let mut watcher = notify::recommended_watcher(move |seen| tell(seen, &signals)).map_err(blind)?;
        // The root itself only for folders that come and go.
        watcher.watch(root, RecursiveMode::NonRecursive).map_err(blind)?;
        let mut eyes = Self { watcher, root: root.to_owned() };
        eyes.look()?;
        Ok(eyes)
    }

    /// Watches the folders that are there. Those that are watched already are asked for anew, because nothing tells a folder
    /// from one that was removed and made again under its name since the last look.
    pub(crate) fn look(&mut self) -> Result<(), Failure> {
        let folders = FOLDERS.iter().map(|folder| self.root.join(folder));
        for folder in folders.filter(|folder| folder.is_dir()) {
            match self.watcher.watch(&folder, RecursiveMode::Recursive) {
                // It went just now; the root tells when it is back.
                Err(error) if is_gone(&error) => {}
                watched => watched.map_err(blind)?,
            }
        }
        Ok(())
    }
}

fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => error.kind() == io::ErrorKind::NotFound,
        _ => false,
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

#[cfg(test)]
mod tests;
