//! Reloads while the gateway serves: on SIGHUP, and when one of the configuration's files changed.
//!
//! Nobody tells when an editor is done, and half a policy can be a laxer policy. So a change counts when the configuration
//! was read twice with some quiet between, and came from the same bytes both times. What moved in a folder is a hint and
//! no more: what the files hold decides, so files that are renamed over, symbolic links and folders full of other files
//! need no care of their own.
//!
//! INVARIANT: whatever cannot be read changes nothing; what was in force stays, and it is on record.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use floorwalker_gateway::{Config, ConfigError, Gateway, Ways, fresh_key};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc::{Receiver, Sender, channel},
    task,
};

use crate::{
    configuration::{self, Files, Reading},
    exit::Failure,
    screen,
};

mod folders;

use folders::Folders;

/// How long the files must have stayed as they are.
const QUIET: Duration = Duration::from_millis(500);

/// Reads the configuration again whenever somebody asks for it.
pub(super) struct Reloader {
    gateway: Arc<Gateway>,
    path: PathBuf,
    /// What cannot be exchanged while the gateway runs.
    fixed: Fixed,
    ways: Ways,
    /// The files as they were read last, whether anything came of it.
    files: Files,
    hangups: Signal,
    changes: Receiver<()>,
    folders: Option<Folders>,
}

/// What only a restart changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fixed {
    listen: String,
    /// Nothing where nobody is asked.
    approvals: Option<String>,
    log: PathBuf,
}

impl Fixed {
    pub(super) fn of(config: &Config) -> Self {
        let approvals = config.approvals.as_ref().map(|approvals| approvals.listen.to_string());
        Self { listen: config.listen.to_string(), approvals, log: config.log.clone() }
    }

    /// What of these would have to change.
    fn stays(&self, other: &Self) -> Vec<String> {
        let door = |fixed: &Self| fixed.approvals.clone().unwrap_or_else(|| "nowhere".to_owned());
        let keys = [
            ("listen", self.listen.clone(), other.listen.clone()),
            ("listen` of `approvals", door(self), door(other)),
            ("log", self.log.display().to_string(), other.log.display().to_string()),
        ];
        let changed = keys.into_iter().filter(|(_, now, then)| now != then);
        changed.map(|(key, now, _)| format!("`{key}` stays `{now}` until the gateway is started again")).collect()
    }
}

/// Who asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// Somebody who says that the files are ready.
    BySignal,
    /// Nobody; something moved.
    ByChange,
}

/// Files that somebody may be writing.
#[derive(Debug, Default)]
struct Settling {
    before: Option<Files>,
}

impl Settling {
    /// Whether they are now as they were when this was asked last.
    fn is_over(&mut self, files: &Files) -> bool {
        let is_same = self.before.as_ref() == Some(files);
        self.before = Some(files.clone());
        is_same
    }
}

impl Reloader {
    /// Listens for SIGHUP and for changes from now on, in the runtime that runs this.
    pub(super) fn listen(
        gateway: Arc<Gateway>,
        path: PathBuf,
        fixed: Fixed,
        ways: Ways,
        files: Files,
    ) -> Result<Self, Failure> {
        let (sender, changes): (Sender<()>, Receiver<()>) = channel(1);
        let hangups = signal(SignalKind::hangup())?;
        // Something may have changed since the files were read.
        let _ = sender.try_send(());
        let folders = Folders::watched(&files, [fixed.log.clone()], sender).inspect_err(|why| {
            screen::tell_error(&format!("{why}; send SIGHUP after a change"));
        });
        Ok(Self { gateway, path, fixed, ways, files, hangups, changes, folders: folders.ok() })
    }

    /// Goes on for as long as the gateway does.
    pub(super) async fn run(mut self) {
        loop {
            let read = tokio::select! {
                Some(()) = self.hangups.recv() => self.read().await.map(|reading| (reading, Asked::BySignal)),
                Some(()) = self.changes.recv() => self.settled().await,
                else => return,
            };
            let Some((reading, asked)) = read else { continue };
            if asked == Asked::BySignal || reading.files != self.files {
                self.take(reading).await;
            }
        }
    }

    /// The configuration as it is once nobody writes it any more, or somebody says that it is ready.
    async fn settled(&mut self) -> Option<(Reading, Asked)> {
        let mut settling = Settling::default();
        loop {
            let reading = self.read().await?;
            if settling.is_over(&reading.files) {
                return Some((reading, Asked::ByChange));
            }
            let hangups = &mut self.hangups;
            tokio::select! {
                Some(()) = hangups.recv() => return self.read().await.map(|reading| (reading, Asked::BySignal)),
                () = tokio::time::sleep(QUIET) => {}
            }
        }
    }

    async fn read(&self) -> Option<Reading> {
        let path = self.path.clone();
        let read = task::spawn_blocking(move || configuration::read(&path, &|name| std::env::var(name).ok()));
        read.await.ok()
    }

    /// Puts what was read in force, or leaves what is.
    async fn take(&mut self, reading: Reading) {
        let Reading { outcome, files } = reading;
        if let Some(folders) = &mut self.folders {
            folders.watch(&files);
        }
        self.files = files;
        match outcome {
            Ok(config) => self.exchange(config).await,
            Err(error) => self.keep(&error).await,
        }
    }

    async fn exchange(&mut self, config: Config) {
        // What nobody can be told of does not keep the gateway from being right.
        let _ = configuration::tell_warnings(&self.path, &config);
        let key = match fresh_key() {
            Ok(key) => key,
            Err(error) => {
                self.gateway.reload_failed(&error.to_string()).await;
                return screen::tell_error(&format!("reload failed: {error}"));
            }
        };
        for stays in self.fixed.stays(&Fixed::of(&config)) {
            screen::tell_error(&stays);
        }
        let config = config.along(&self.ways);
        self.ways = config.ways();
        self.gateway.reload(config.terms(key)).await;
        let _ = screen::print(&format!("reloaded `{}`\n", self.path.display()));
    }

    async fn keep(&self, error: &ConfigError) {
        let _ = configuration::tell_problems(&self.path, error);
        let first = error.problems.first().map(|found| found.line()).unwrap_or_default();
        let more = match error.problems.len() {
            0 | 1 => String::new(),
            several => format!("; and {} more", several.saturating_sub(1)),
        };
        self.gateway.reload_failed(&format!("{first}{more}")).await;
        let _ = screen::print(&format!("reload failed: `{}`; what was in force stays\n", self.path.display()));
    }
}

/// The folders of these files, as they are named and where they lead.
fn folders_of(files: &Files) -> BTreeSet<PathBuf> {
    let named = files.keys().cloned();
    let led_to = files.keys().filter_map(|file| file.canonicalize().ok());
    named.chain(led_to).filter_map(|file| file.parent().map(folder_or_here)).collect()
}

/// The folder of a file that is named without one is the one that we are in.
fn folder_or_here(folder: &Path) -> PathBuf {
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
}

#[cfg(test)]
mod tests;
