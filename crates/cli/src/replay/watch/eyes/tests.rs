//! Real folders that come, go and come back, and the real watcher.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use super::{Eyes, FOLDERS};
use crate::replay::watch::Signal;

/// How long the file system may take to tell; reached only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// Writes the file and waits until somebody saw it; false when nobody did.
fn is_seen(file: &Path, signals: &Receiver<Signal>) -> bool {
    fs::write(file, "{}").unwrap();
    loop {
        match signals.recv_timeout(PATIENCE) {
            Ok(Signal::Changed(path)) if path == file => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

fn root(test: &str) -> PathBuf {
    let root = std::env::temp_dir().join(format!("floorwalker-eyes-{test}-{}", std::process::id()));
    fs::create_dir_all(&root).unwrap();
    root.canonicalize().unwrap()
}

#[test]
fn a_change_in_any_folder_is_seen_whatever_became_of_the_folder_before() {
    let root = root("folders");
    let (sender, signals) = channel();
    let mut eyes = Eyes::open(&root, sender).unwrap();
    for folder in FOLDERS.map(|folder| root.join(folder)) {
        fs::create_dir(&folder).unwrap();
        eyes.look().unwrap();
        assert!(is_seen(&folder.join("made.json"), &signals), "{folder:?}");
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
        eyes.look().unwrap();
        assert!(is_seen(&folder.join("anew.json"), &signals), "{folder:?}");
    }
    fs::remove_dir_all(root).unwrap();
}
