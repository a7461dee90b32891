//! The command line as a whole: which commands there are, and what runs for each.

use clap::{Parser, Subcommand};

use crate::{
    approvals, check, exit::Failure, explain, grants, init, log, mock, pass_through, replay, scan, schema, serve,
};

const AFTER: &str = "\
Exit codes:
  0  everything held
  1  a guarantee or an expectation failed
  2  the command line is wrong, or names something that does not exist
  3  a document does not load
  4  the harness itself failed

Start with `floorwalker init` in an empty folder, or with `floorwalker replay` in one that has `scenarios/`.";

/// Proves that a policy holds before an agent with a credit card tests it.
#[derive(Debug, Parser)]
#[command(name = "floorwalker", version, after_help = AFTER, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Replay(replay::Arguments),
    Serve(serve::Arguments),
    Mock(mock::Arguments),
    Check(check::Arguments),
    Explain(explain::Arguments),
    Scan(scan::Arguments),
    Log(log::Arguments),
    Grants(grants::Arguments),
    Approvals(approvals::Arguments),
    Init(init::Arguments),
    Schema(schema::Arguments),
    #[command(hide = true)]
    PassThrough(pass_through::Arguments),
}

impl Arguments {
    /// Runs the command that was asked for.
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Replay(arguments) => arguments.run(),
            Command::Serve(arguments) => arguments.run(),
            Command::Mock(arguments) => arguments.run(),
            Command::Check(arguments) => arguments.run(),
            Command::Explain(arguments) => arguments.run(),
            Command::Scan(arguments) => arguments.run(),
            Command::Log(arguments) => arguments.run(),
            Command::Grants(arguments) => arguments.run(),
            Command::Approvals(arguments) => arguments.run(),
            Command::Init(arguments) => arguments.run(),
            Command::Schema(arguments) => arguments.run(),
            Command::PassThrough(arguments) => arguments.run(),
        }
    }
}

#[cfg(test)]
mod tests;
