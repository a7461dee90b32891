//! What must be gone when the runner is stopped: the processes that run, and the folders with credentials in them.
//!
//! INVARIANT: a process is started, a folder is made and anything is written into it only inside of [`while_running`], so
//! [`end_all`] knows all of them. It never gives back what it locked, so nothing is started or written after it.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io;
use std::num::NonZeroI32;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::park_timeout;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

/// How often, and how long after each other, a folder is removed into which a dying process may still write.
const REMOVALS: usize = 50;
const PAUSE: Duration = Duration::from_millis(10);

static RUNNING: Mutex<Running> = Mutex::new(Running { groups: BTreeSet::new(), folders: BTreeSet::new() });

/// What there is of all runs of this program.
#[derive(Debug)]
pub(crate) struct Running {
    /// The ids of the process groups.
    pub(crate) groups: BTreeSet<NonZeroI32>,
    folders: BTreeSet<PathBuf>,
}

/// Does something that the end of everything must not come into. It must be short, because everybody waits for it.
pub(crate) fn while_running<T>(work: impl FnOnce(&mut Running) -> T) -> T {
    work(&mut RUNNING.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The folder of one run. It goes away with this, or with the runner.
#[derive(Debug)]
pub(crate) struct RunFolder(Option<TempDir>, PathBuf);

impl RunFolder {
    pub(crate) fn new() -> io::Result<Self> {
        while_running(|running| {
            let folder = tempfile::Builder::new().prefix("floorwalker-gateway-").tempdir()?;
            let path = folder.path().to_owned();
            running.folders.insert(path.clone());
            Ok(Self(Some(folder), path))
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.1
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        while_running(|running| {
            drop(self.0.take());
            running.folders.remove(&self.1);
        });
    }
}

/// Ends every process that was started and is not gone, removes the folders of all runs, and then exits. For a runner that
/// is being stopped: whatever else it is about waits, so that nobody takes the end of a gateway for its result.
pub fn end_all(exit: impl FnOnce() -> Infallible) -> Infallible {
    while_running(|running| {
        for group in &running.groups {
            if let Some(group) = Pid::from_raw(group.get()) {
                // A group that is gone needs no signal.
                let _ = kill_process_group(group, Signal::KILL);
            }
        }
        running.folders.iter().for_each(|folder| remove(folder));
        exit()
    })
}

fn remove(folder: &Path) {
    for _ in 0..REMOVALS {
        match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => park_timeout(PAUSE),
            _ => return,
        }
    }
}
