//! `floorwalker log`: decision logs of the gateway for people; the library reads and compares them.

use std::{fs, path::Path};

use clap::{Subcommand, ValueEnum};
use floorwalker_gateway::History;

use crate::{documents, exit::Failure, screen};

mod diff;
mod show;

const EXAMPLE: &str = "\
Example:
  floorwalker log show decisions.jsonl --decision deny --since 2026-01-15T10:00:00Z
  floorwalker log diff kept/decisions.jsonl decisions.jsonl";

/// Read decision logs of the gateway: explain one, compare two
///
/// A decision log has one JSON object per line. A line that is no record ends the command with exit code 3 and is told with its
/// number; a torn last line, as a crash leaves it behind, is told and left out.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Show(show::Arguments),
    Diff(diff::Arguments),
}

/// For whom it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Show(arguments) => arguments.run(),
            Command::Diff(arguments) => arguments.run(),
        }
    }
}

/// Reads a log; what is wrong with it is told at once, and so is a torn last line.
fn read(path: &Path) -> Result<History, Failure> {
    documents::expect(path)?;
    let name = path.display();
    let unreadable = |why: String| {
        screen::tell_error(&why);
        Failure::Unreadable
    };
    let bytes = fs::read(path).map_err(|error| unreadable(format!("`{name}` cannot be read: {error}")))?;
    let history =
        History::read(&bytes).map_err(|broken| unreadable(format!("{name}:{}: {}", broken.line, broken.cause)))?;
    if let Some(line) = history.torn {
        screen::tell(&format!("{name}:{line}: the last line is torn and was left out\n"))?;
    }
    if let Some((before, after)) = gap(&history) {
        let says = "this is a part of a log, or one that was changed";
        screen::tell(&format!("{name}: record #{after} stands behind #{before}; {says}\n"))?;
    }
    Ok(history)
}

/// The first two records that a gateway did not write one behind the other.
fn gap(history: &History) -> Option<(u64, u64)> {
    let numbers = history.records.iter().map(|(seq, _)| *seq);
    let pairs = numbers.clone().zip(numbers.skip(1));
    pairs.into_iter().find(|(before, after)| before.checked_add(1) != Some(*after))
}
