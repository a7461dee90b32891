//! Pages that show what commands print: every command on them is played, and shows what the page shows.
//!
//! `FLOORWALKER_ACCEPT=1 cargo test -p floorwalker-cli NAME` writes the output of today into the page.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{BINARY, Folder};

const BEGIN: &str = "```console\n";
const END: &str = "```\n";

/// Asserts that the page of `docs/` shows what happens in that folder.
#[track_caller]
pub(crate) fn hold(name: &str, folder: &Folder) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    let page = fs::read_to_string(&path).unwrap();
    let played = played(&page, folder);
    if env::var_os("FLOORWALKER_ACCEPT").is_some() {
        fs::write(&path, &played).unwrap();
        return;
    }
    for (shown, happened) in page.lines().zip(played.lines()) {
        assert_eq!(shown, happened, "docs/{name} is stale; `FLOORWALKER_ACCEPT=1` writes it anew");
    }
    assert_eq!(page.lines().count(), played.lines().count());
}

/// What a reader types.
pub(crate) fn commands(page: &str) -> impl Iterator<Item = &str> {
    page.lines().filter_map(|line| line.strip_prefix("$ "))
}

/// The page with the output that its commands have now.
fn played(page: &str, folder: &Folder) -> String {
    let mut here = folder.path().to_owned();
    let mut parts = page.split(BEGIN);
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (fence, rest) = part.split_once(END).unwrap();
        out += BEGIN;
        for command in commands(fence) {
            out += &format!("$ {command}\n{}", steady(&play(command, &mut here)));
        }
        out += &format!("{END}{rest}");
    }
    out
}

/// Plays one line as a shell in that folder would, and follows it to another one.
fn play(command: &str, here: &mut PathBuf) -> String {
    if let Some(folder) = command.strip_prefix("cd ") {
        here.push(folder);
        return String::new();
    }
    let own = PathBuf::from(BINARY).parent().unwrap().to_owned();
    let path = env::join_paths([own].into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap()))).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{command} 2>&1")]).current_dir(here).env("PATH", path);
    // A reader does not come through cargo, and has a terminal without colours of its own.
    let output = shell.env_remove("CARGO").env_remove("CLICOLOR_FORCE").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Without what differs from run to run: how long it took.
fn steady(output: &str) -> String {
    let line = |line: &str| match line.strip_prefix("in ").and_then(|rest| rest.split_once(" s, ")) {
        Some((_, calls)) => format!("in 0.1 s, {calls}\n"),
        None => format!("{line}\n"),
    };
    output.lines().map(line).collect()
}
