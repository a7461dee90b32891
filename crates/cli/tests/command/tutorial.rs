//! The tutorial is true: every command on the page is played, in an empty folder, and shows what the page shows.
//!
//! `FLOORWALKER_ACCEPT=1 cargo test -p floorwalker-cli tutorial` writes the output of today into the page.

use std::{env, fs, path::PathBuf, process::Command};

use crate::support::{BINARY, Folder};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/tutorial.md");
const BEGIN: &str = "```console\n";
const END: &str = "```\n";

/// What a reader may have to type at most.
const LINES_MAX: usize = 15;

#[test]
fn the_tutorial_shows_what_happens() {
    let page = fs::read_to_string(PAGE).unwrap();
    let played = played(&page);
    if env::var_os("FLOORWALKER_ACCEPT").is_some() {
        fs::write(PAGE, &played).unwrap();
    }
    for (shown, happened) in page.lines().zip(played.lines()) {
        assert_eq!(shown, happened, "docs/tutorial.md is stale; `FLOORWALKER_ACCEPT=1` writes it anew");
    }
    assert_eq!(page.lines().count(), played.lines().count());
}

#[test]
fn the_tutorial_is_short_and_catches_a_regression_twice() {
    let page = fs::read_to_string(PAGE).unwrap();
    let typed = commands(&page).count();
    let in_scripts: usize =
        page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap().lines().count()).sum();
    assert!(typed > 5 && typed + in_scripts <= LINES_MAX, "{typed} + {in_scripts} lines to type");
    assert_eq!(page.matches("\nBROKEN limit/at-its-edge:").count(), 1);
    assert_eq!(page.matches("\nBROKEN buy/a-site:").count(), 1);
}

#[test]
fn every_number_of_interleavings_in_the_text_is_one_that_the_page_shows() {
    let page = fs::read_to_string(PAGE).unwrap();
    let (mut text, mut shown) = (String::new(), String::new());
    for (number, part) in page.split("```").enumerate() {
        if number % 2 == 0 { &mut text } else { &mut shown }.push_str(part);
    }
    let told: Vec<&str> = text.split('`').skip(1).step_by(2).filter(|code| code.ends_with(" interleavings")).collect();
    assert!(!told.is_empty());
    for told in told {
        assert!(shown.lines().any(|line| line.ends_with(&format!("; {told}"))), "no output says `{told}`");
    }
}

fn commands(page: &str) -> impl Iterator<Item = &str> {
    page.lines().filter_map(|line| line.strip_prefix("$ "))
}

/// The page with the output that its commands have now.
fn played(page: &str) -> String {
    let folder = Folder::new("tutorial");
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
