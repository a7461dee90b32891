//! What `init` writes is whole, holds at once, notices a changed number, and touches nothing that was there.

use std::{fs, process::Command};

use crate::support::{BINARY, Ended, Folder, ended, has};

fn here(folder: &Folder, arguments: &[&str], code: i32) -> Ended {
    ended(Command::new(BINARY).args(arguments).current_dir(folder.path()), code)
}

/// Every file below the folder.
fn files(folder: &Folder) -> Vec<String> {
    let mut open = vec![folder.path().to_owned()];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        match path.is_dir() {
            true => open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path())),
            false => found.push(path.strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned()),
        }
    }
    found.sort();
    found
}

#[test]
fn what_is_written_holds_at_once_and_loads() {
    let folder = Folder::new("init-holds");
    let told = here(&folder, &["init"], 0).out;
    let written = files(&folder);
    assert_eq!(written.len(), 9, "{written:?}");
    has(&told, &["policies/shop.json", ".github/workflows/floorwalker.yml", "floorwalker replay", "3 scenarios"]);
    has(&here(&folder, &["replay"], 0).out, &["3 scenarios held", "bites"]);
    has(&here(&folder, &["replay", "--over", "http"], 0).out, &["3 scenarios held"]);
    let checked = here(&folder, &["check", "policies", "profiles", "scenarios"], 0);
    assert_eq!((checked.out.lines().count(), checked.err.as_str()), (5, ""));
    let job = fs::read_to_string(folder.path().join(".github/workflows/floorwalker.yml")).unwrap();
    has(&job, &["run: floorwalker replay", concat!("${{ runner.os }}-", env!("CARGO_PKG_VERSION"), "\n")]);
}

#[test]
fn every_change_of_the_policy_is_noticed() {
    let folder = Folder::new("init-numbers");
    here(&folder, &["init"], 0);
    let file = folder.path().join("policies/shop.json");
    let kept = fs::read_to_string(&file).unwrap();
    let changes = [
        ("\"max\": 3", "\"max\": 2", "limit/at-its-edge"),
        ("\"max\": 3", "\"max\": 4", "limit/at-its-edge"),
        ("\"hour\"", "\"minute\"", "limit/at-its-edge"),
        ("\"hour\"", "3601", "limit/at-its-edge"),
        ("\"default\": \"deny\"", "\"default\": \"allow\"", "buy/a-site"),
        ("\"update_checkout\": {},", "", "buy/a-site"),
    ];
    for (old, new, noticed) in changes {
        assert!(kept.contains(old));
        fs::write(&file, kept.replace(old, new)).unwrap();
        has(&here(&folder, &["replay"], 1).out, &[&format!("BROKEN {noticed}"), "policies/shop.json"]);
    }
}

#[test]
fn a_folder_is_made_and_told() {
    let folder = Folder::new("init-folder");
    has(&here(&folder, &["init", "a/shop"], 0).out, &["  cd a/shop\n"]);
    here(&folder, &["replay", "--root", "a/shop"], 0);
}

#[test]
fn nothing_is_overwritten_and_nothing_is_written_by_halves() {
    let folder = Folder::new("init-in-the-way");
    folder.write("policies/shop.json", "mine");
    folder.write("snapshots/limit/at-its-edge.snap", "mine too");
    let before = files(&folder);
    let told = here(&folder, &["init"], 2).err;
    has(&told, &["nothing was written", "\n  policies/shop.json\n", "\n  snapshots/limit/at-its-edge.snap\n"]);
    assert!(!told.contains("buy/a-site"), "{told}");
    assert_eq!(files(&folder), before);
    assert_eq!(fs::read_to_string(folder.path().join("policies/shop.json")).unwrap(), "mine");
}

#[test]
fn what_fails_half_way_is_taken_back() {
    let folder = Folder::new("init-half-way");
    // A file where a folder must be is found only after others were written.
    folder.write("snapshots", "a file");
    let before = files(&folder);
    has(&here(&folder, &["init"], 4).err, &["nothing was written"]);
    assert_eq!(files(&folder), before);
    assert!(!folder.path().join("policies").exists() && !folder.path().join(".github").exists());
}
