//! The folders in which the configuration's files lie. Something that happens there is a hint to read them again.

use std::path::{Path, PathBuf};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc::Sender;

use super::{folder_or_here, folders_of};
use crate::{configuration::Files, screen};

/// Folders that are watched.
#[derive(Debug)]
pub(super) struct Folders(RecommendedWatcher);

impl Folders {
    /// Watches the folders of these files. What happens to the files that are `busy` by themselves is no hint.
    pub(super) fn watched(files: &Files, busy: [PathBuf; 1], hints: Sender<()>) -> Result<Self, String> {
        let busy = busy.map(|file| whole(&file));
        let seen = move |seen: notify::Result<Event>| match seen {
            // One hint that nobody took yet is as good as many.
            Ok(event) if is_hint(&event, &busy) => {
                let _ = hints.try_send(());
            }
            Ok(_) => {}
            Err(error) => screen::tell_error(&format!("a change of a file may be missed: {error}")),
        };
        let watcher = notify::recommended_watcher(seen);
        let mut folders = Self(watcher.map_err(|error| format!("changes of files are not noticed: {error}"))?);
        folders.watch(files);
        Ok(folders)
    }

    /// Watches the folders of these files as well. Those that are watched already are asked for anew, because nothing tells
    /// a folder from one that was made again under its name; one that is not there is told by the one around it.
    pub(super) fn watch(&mut self, files: &Files) {
        for folder in folders_of(files).iter().filter(|folder| folder.is_dir()) {
            if let Err(error) = self.0.watch(folder, RecursiveMode::NonRecursive) {
                screen::tell_error(&format!("changes in `{}` are not noticed: {error}", folder.display()));
            }
        }
    }
}

/// Whether something may have changed: any file but the `busy` ones, or nobody knows which, as after an overflow.
pub(super) fn is_hint(event: &Event, busy: &[PathBuf]) -> bool {
    let is_busy = |path: &PathBuf| {
        let has_its_name = busy.iter().any(|busy| busy.file_name() == path.file_name());
        has_its_name && busy.contains(&whole(path))
    };
    let is_unknown = event.need_rescan() || event.paths.is_empty();
    is_unknown || (!matches!(event.kind, EventKind::Access(_)) && !event.paths.iter().all(is_busy))
}

/// A file's path, the same whichever way its folder was named. The file itself need not be there.
pub(super) fn whole(file: &Path) -> PathBuf {
    let folder = file.parent().map(folder_or_here).and_then(|folder| folder.canonicalize().ok());
    match (folder, file.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => file.to_owned(),
    }
}
