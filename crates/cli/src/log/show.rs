//! `floorwalker log show`: the records that are asked for, one sentence each.

use std::path::PathBuf;

use clap::ValueEnum;
use floorwalker_gateway::{Filter, History, Picked, Verdict, instant};
use floorwalker_policy::Timestamp;

use super::{Format, read};
use crate::{exit::Failure, screen};

const EXAMPLE: &str = "\
Example:
  floorwalker log show decisions.jsonl --grant buyer --tool create_checkout --decision deny";

/// Show the records of a decision log, one sentence each
///
/// Each says when, who, what, the answer, by which rule, why, and what it did to the limits and checkouts. Conditions of
/// different kinds must all be met; of several values for one kind, one. What became of a call is shown with its decision.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(super) struct Arguments {
    /// The decision log
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only what this grant asked
    #[arg(long, value_name = "ID")]
    grant: Vec<String>,
    /// Only what was asked of this server
    #[arg(long, value_name = "NAME")]
    server: Vec<String>,
    /// Only calls of this tool
    #[arg(long, value_name = "NAME")]
    tool: Vec<String>,
    /// Only what was answered so
    #[arg(long, value_name = "ANSWER")]
    decision: Vec<Answer>,
    /// Only what was decided, or whose reply was withheld, by a rule with this in its name
    #[arg(long, value_name = "PART")]
    rule: Option<String>,
    /// Only what was decided at this time or later, such as 2026-01-15T10:30:00Z
    #[arg(long, value_name = "TIME", value_parser = instant)]
    since: Option<Timestamp>,
    /// Only what was decided at this time or before
    #[arg(long, value_name = "TIME", value_parser = instant)]
    until: Option<Timestamp>,
    /// Sentences, or the records as they stand in the log
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// An answer as it stands in the log.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Answer {
    /// Let through
    Allow,
    /// Denied by a rule
    Deny,
    /// Put to a person
    Ask,
    /// Not understood
    Refuse,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let history = read(&self.file)?;
        let format = self.format;
        let filter = self.filter();
        let picked = filter.of(&history);
        for record in &picked {
            screen::print(&format!("{}\n", line(record, format)?))?;
        }
        tell_none(&history, &picked)
    }

    fn filter(self) -> Filter {
        Filter {
            grants: self.grant,
            servers: self.server,
            tools: self.tool,
            verdicts: self.decision.into_iter().map(Verdict::from).collect(),
            rule: self.rule,
            since: self.since,
            until: self.until,
        }
    }
}

fn line(picked: &Picked<'_>, format: Format) -> Result<String, Failure> {
    let Picked { seq, record, decided } = picked;
    match format {
        Format::Text => Ok(record.sentence(*seq, decided.map(|decided| decided.judged))),
        Format::Json => record.line(*seq).map_err(|error| Failure::Harness(error.to_string())),
    }
}

/// Nothing on the screen could also mean that nothing was read.
fn tell_none(history: &History, picked: &[Picked<'_>]) -> Result<(), Failure> {
    if picked.is_empty() {
        screen::tell(&format!("none of {} is asked for\n", screen::counted(history.records.len(), "record")))?;
    }
    Ok(())
}

impl From<Answer> for Verdict {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Allow => Self::Allow,
            Answer::Deny => Self::Deny,
            Answer::Ask => Self::Ask,
            Answer::Refuse => Self::Refuse,
        }
    }
}
