//! The house rules that a machine can hold: who may import whom, a header on every file, no file that grew too long.
//!
//! These are about the text of the workspace, so they read it as text. A rule that fails names the file and the way out.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Which of our crates each crate may use. `mocks` uses none: a witness does not share the accused's glasses.
const MAY_IMPORT: [(&str, &[&str]); 8] = [
    ("json", &[]),
    ("policy", &["json"]),
    ("mcp", &["json"]),
    ("gateway", &["json", "policy", "mcp"]),
    ("mocks", &[]),
    ("mock-servers", &["mocks"]),
    ("scenario", &["json", "policy", "mcp", "gateway", "mocks"]),
    ("cli", &["json", "policy", "gateway", "mocks", "mock-servers", "scenario"]),
];

/// Crates that know no clock, no IO and no async, and the words that would betray one.
const PURE: [&str; 4] = ["json", "policy", "mcp", "mocks"];
const IMPURE_WORDS: [&str; 9] =
    ["std::fs", "std::net", "std::env", "std::thread", "SystemTime", "Instant::now", "async fn", ".await", "println!"];

/// A file of one idea; beyond this it holds two.
const LONGEST: usize = 400;

#[test]
fn crates_import_only_whom_they_may() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.into_iter().collect();
    for (name, may) in &allowed {
        let manifest = read(&root().join("crates").join(name).join("Cargo.toml"));
        for used in own_dependencies(&manifest) {
            assert!(
                may.contains(&used.as_str()),
                "crates/{name} may not depend on floorwalker-{used}; it may use {may:?}"
            );
        }
    }
    let found = fs::read_dir(root().join("crates")).unwrap().count();
    assert_eq!(found, allowed.len(), "a crate is missing from the table in tests/tidy.rs");
}

#[test]
fn only_the_mock_servers_and_tests_compile_rmcp() {
    for (name, _) in MAY_IMPORT {
        let manifest = read(&root().join("crates").join(name).join("Cargo.toml"));
        let uses = dependencies(&manifest).iter().any(|line| line.starts_with("rmcp"));
        assert!(!uses || name == "mock-servers", "crates/{name} depends on rmcp; only mock-servers and tests may");
    }
}

#[test]
fn every_file_says_what_lives_in_it() {
    for path in sources() {
        let text = read(&path);
        let test_only = path.ends_with("tests.rs") || shown(&path).contains("tests/");
        assert!(text.starts_with("//! "), "{}: begin with `//!` and say what lives here", shown(&path));
        assert_ne!(path.file_name().unwrap(), "mod.rs", "{}: name the file after its module", shown(&path));
        let lines = text.lines().count();
        assert!(test_only || lines <= LONGEST, "{}: {lines} lines; split it by idea", shown(&path));
    }
}

#[test]
fn the_pure_core_knows_no_clock_no_io_and_no_async() {
    for name in PURE {
        for path in rust_files(&root().join("crates").join(name).join("src")) {
            if path.ends_with("tests.rs") {
                continue;
            }
            let text = read(&path);
            for word in IMPURE_WORDS {
                assert!(!code_of(&text).contains(word), "{}: `{word}` has no place in a pure crate", shown(&path));
            }
        }
    }
}

#[test]
fn nothing_is_left_half_done() {
    for path in sources() {
        if path.ends_with("tidy.rs") {
            continue;
        }
        let text = read(&path);
        for word in ["todo!(", "unimplemented!(", "dbg!(", "#[ignore", "STUB", "FIXME", "thread::sleep"] {
            assert!(!text.contains(word), "{}: `{word}` must not land", shown(&path));
        }
    }
}

#[test]
fn every_scenario_has_its_snapshot_and_every_snapshot_its_scenario() {
    let scenarios = stems(&root().join("scenarios"), "yaml");
    let snapshots = stems(&root().join("snapshots"), "snap");
    let without: Vec<_> = scenarios.iter().filter(|stem| !snapshots.contains(stem)).collect();
    assert!(without.is_empty(), "no snapshot yet for {without:?}; `cargo run --release -- replay --accept` writes it");
    let orphans: Vec<_> = snapshots.iter().filter(|stem| !scenarios.contains(stem)).collect();
    assert!(orphans.is_empty(), "snapshots of scenarios that are gone: {orphans:?}; delete them");
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// The lines of `[dependencies]`, which are those that ship.
fn dependencies(manifest: &str) -> Vec<&str> {
    let section = manifest.split("\n[dependencies]\n").nth(1).unwrap_or("");
    section.lines().take_while(|line| !line.starts_with('[')).collect()
}

fn own_dependencies(manifest: &str) -> Vec<String> {
    let own = |line: &&str| line.strip_prefix("floorwalker-").map(str::to_owned);
    let name = |rest: String| rest.split(['.', ' ', '=']).next().unwrap_or("").to_owned();
    dependencies(manifest).iter().filter_map(own).map(name).collect()
}

/// The text without comments, roughly: good enough to look for words.
fn code_of(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Every Rust file of the workspace.
fn sources() -> Vec<PathBuf> {
    ["crates", "tests", "benches"].iter().flat_map(|folder| rust_files(&root().join(folder))).collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    files(folder).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs")).collect()
}

fn stems(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let of_kind = |path: &PathBuf| path.extension().is_some_and(|found| found == ending);
    let stem = |path: PathBuf| path.strip_prefix(folder).unwrap().with_extension("");
    files(folder).into_iter().filter(of_kind).map(stem).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
