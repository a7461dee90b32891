//! The binary as people use it: what it prints, and what it exits with.

// Clippy lets tests unwrap, and takes a module for tests when it says so.
#![cfg(test)]

#[path = "command/check.rs"]
mod check;
#[path = "command/gateway.rs"]
mod gateway;
#[path = "command/help.rs"]
mod help;
#[path = "command/replay.rs"]
mod replay;
#[path = "command/servers.rs"]
mod servers;
#[path = "command/support.rs"]
mod support;
