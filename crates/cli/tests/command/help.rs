//! What the binary says about itself, and what it makes of a wrong command line.

use crate::support::{has, run};

#[test]
fn help_names_every_command_and_exit_code() {
    let help = run(&["--help"], 0).out;
    has(
        &help,
        &[
            "replay",
            "serve",
            "mock",
            "check",
            "explain",
            "scan",
            "log",
            "grants",
            "approvals",
            "init",
            "schema",
            "Exit codes:",
            "0  everything held",
            "3  a document does not",
        ],
    );
}

#[test]
fn every_command_has_help_with_an_example() {
    for command in
        ["replay", "serve", "mock", "check", "explain", "scan", "log", "grants", "approvals", "init", "schema"]
    {
        has(&run(&[command, "--help"], 0).out, &["Usage: floorwalker", "Example", &format!("floorwalker {command}")]);
    }
    has(&run(&["serve", "--help"], 0).out, &["upstreams:", "grants:", "profile:"]);
}

#[test]
fn what_a_comparison_ends_with_is_in_its_help() {
    for command in ["show", "diff"] {
        has(&run(&["log", command, "--help"], 0).out, &["Example:", &format!("floorwalker log {command}")]);
    }
    has(&run(&["log", "diff", "--help"], 0).out, &["Exit codes:", "  1  something became stricter or looser"]);
}

#[test]
fn the_version_is_the_packages() {
    assert_eq!(run(&["--version"], 0).out, format!("floorwalker {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_wrong_command_line_is_usage() {
    has(&run(&[], 2).err, &["Usage: floorwalker"]);
    has(&run(&["reply"], 2).err, &["reply", "replay"]);
    has(&run(&["check"], 2).err, &["<PATH>"]);
    for option in ["--bound", "--jobs"] {
        for written in ["0", "many"] {
            has(&run(&["replay", option, written], 2).err, &[option, "write a whole number from 1 up"]);
        }
    }
    has(&run(&["serve"], 2).err, &["--config"]);
}

#[test]
fn a_token_is_shown_once_with_its_digest_beside() {
    let made = run(&["grants", "create", "buyer"], 0);
    let token = made.out.trim_end();
    assert!(token.starts_with("fw_") && token.len() == 46, "{token}");
    assert!(!made.err.contains(token));
    has(&made.err, &["- { id: \"buyer\", tokens: [\"", "servers:"]);
    has(&made.err, &["under `approvers` of `approvals:` instead"]);
    assert_ne!(run(&["grants", "create", "buyer"], 0).out, made.out);
    let lines: Vec<&str> = made.err.lines().collect();
    let of_config = lines.iter().position(|line| line.starts_with("  - { id: \"buyer\"")).unwrap();
    assert!(lines[of_config + 1].starts_with("The line above this one is for the configuration"), "{}", made.err);
    for id in ["", "a b", "ä", "a/b"] {
        let told = run(&["grants", "create", id], 2);
        has(&told.err, &["is no grant's name; write letters, digits, `.`, `_` and `-`"]);
        assert_eq!(told.out, "");
    }
    run(&["grants", "create", "A.b_c-9"], 0);
}

#[test]
fn what_a_user_must_know_about_the_log_and_restarts_is_in_the_help() {
    let help = run(&["serve", "--help"], 0).out;
    let unwrapped = help.split_whitespace().collect::<Vec<_>>().join(" ");
    has(&unwrapped, &["`<log>.key`", "Keep the two together", "2025-11-25", "get 404 and initialize again"]);
    has(&run(&["mock", "--help"], 0).out, &["Which servers; there is `borealhost`"]);
    has(&run(&["replay", "--help"], 0).out, &["`checkout/second-poll`"]);
    let real = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/checkout/second-poll.yaml");
    assert!(std::path::Path::new(real).is_file());
}
