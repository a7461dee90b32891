//! What the binary says about itself, and what it makes of a wrong command line.

use crate::support::{has, run};

#[test]
fn help_names_every_command_and_exit_code() {
    let help = run(&["--help"], 0).out;
    has(
        &help,
        &["replay", "serve", "mock", "check", "grants", "Exit codes:", "0  everything held", "3  a document does not"],
    );
}

#[test]
fn every_command_has_help_with_an_example() {
    for command in ["replay", "serve", "mock", "check", "grants"] {
        has(&run(&[command, "--help"], 0).out, &["Usage: floorwalker", "Example:", &format!("floorwalker {command}")]);
    }
    has(&run(&["serve", "--help"], 0).out, &["upstreams:", "grants:", "profile:"]);
}

#[test]
fn the_version_is_the_packages() {
    assert_eq!(run(&["--version"], 0).out, format!("floorwalker {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_wrong_command_line_is_usage() {
    has(&run(&[], 2).err, &["Usage: floorwalker"]);
    has(&run(&["reply"], 2).err, &["reply", "replay"]);
    has(&run(&["check"], 2).err, &["<FILE>"]);
    has(&run(&["replay", "--bound", "0"], 2).err, &["--bound"]);
    has(&run(&["replay", "--jobs", "0"], 2).err, &["--jobs"]);
    has(&run(&["serve"], 2).err, &["--config"]);
}

#[test]
fn a_token_is_shown_once_with_its_digest_beside() {
    let made = run(&["grants", "create", "buyer"], 0);
    let token = made.out.trim_end();
    assert!(token.starts_with("fw_") && token.len() == 46, "{token}");
    assert!(!made.err.contains(token));
    has(&made.err, &["- { id: \"buyer\", tokens: [\"", "servers:"]);
    assert_ne!(run(&["grants", "create", "buyer"], 0).out, made.out);
    has(&run(&["grants", "create", ""], 2).err, &["is no grant's name"]);
}
