//! The binary as people use it: what it prints, and what it exits with.

// Clippy lets tests unwrap, and takes a module for tests when it says so.
#![cfg(test)]

#[path = "command/approvals.rs"]
mod approvals;
#[path = "command/check.rs"]
mod check;
#[path = "command/explain.rs"]
mod explain;
#[path = "command/gateway.rs"]
mod gateway;
#[path = "command/help.rs"]
mod help;
#[path = "command/init.rs"]
mod init;
#[path = "command/log.rs"]
mod log;
#[path = "command/pages.rs"]
mod pages;
#[path = "command/reload.rs"]
mod reload;
#[path = "command/replay.rs"]
mod replay;
#[path = "command/report.rs"]
mod report;
#[path = "command/scan.rs"]
mod scan;
#[path = "command/scan_classes.rs"]
mod scan_classes;
#[path = "command/schema.rs"]
mod schema;
#[path = "command/servers.rs"]
mod servers;
#[path = "command/state.rs"]
mod state;
#[path = "command/support.rs"]
mod support;
#[path = "command/tutorial.rs"]
mod tutorial;
#[path = "command/watch.rs"]
mod watch;
