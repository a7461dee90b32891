//! The `floorwalker` binary: arguments, files, signals and exit codes, and nothing else.
//!
//! One file per command; each turns its arguments into calls of the library crates, and their answers into text. What
//! went wrong becomes an exit code in [`exit`] and nowhere else.

mod approvals;
mod arguments;
mod check;
mod configuration;
mod documents;
mod exit;
mod explain;
mod finding;
mod grants;
mod init;
mod log;
mod mock;
mod pass_through;
mod replay;
mod scan;
mod schema;
#[cfg(test)]
mod schemas;
mod screen;
mod serve;
mod servers;
mod stop;
mod workspace;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    exit::code(arguments::Arguments::parse().run())
}
