//! `floorwalker log diff`: what changed from one decision log to another.

use std::{path::PathBuf, time::Duration};

use anstyle::Style;
use floorwalker_gateway::{ChangedCall, ComparedCall, Difference};
use floorwalker_policy::duration;

use super::{Format, read};
use crate::{exit::Failure, screen};

mod document;

const EXAMPLE: &str = "\
Example:
  floorwalker log diff kept/decisions.jsonl decisions.jsonl

Exit codes:
  0  every call is in both logs, and none became stricter or looser
  1  something became stricter or looser, or a call is only in one of the logs
  2  the command line is wrong, or a file is not there
  3  a line is no record of a decision log";

/// Say what changed from one decision log to another
///
/// Calls are matched by grant, server, tool, the names of the arguments, and by how many such calls came before. A call became
/// stricter when it was let through and is not any more, when its reply is withheld now, or when it is kept waiting longer;
/// looser the other way round. What names one run only is not compared: numbers, times, sessions, checkouts, digests.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(super) struct Arguments {
    /// The log as it was
    #[arg(value_name = "A")]
    before: PathBuf,
    /// The log as it is
    #[arg(value_name = "B")]
    after: PathBuf,
    /// Waits that differ by no more than this are the same
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = duration)]
    slack: Duration,
    /// Lists for people, or one JSON document (schemas/log-diff.json)
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let difference = Difference::between(&read(&self.before)?, &read(&self.after)?, self.slack);
        screen::print(&match self.format {
            Format::Text => self.told(&difference),
            Format::Json => document::render(&self.before, &self.after, &difference)?,
        })?;
        if difference.is_same_in_meaning() { Ok(()) } else { Err(Failure::NotHeld) }
    }

    fn told(&self, difference: &Difference) -> String {
        let Difference { stricter, looser, otherwise, only_before, only_after, same } = difference;
        let only_in = |path: &PathBuf| format!("only in {}", path.display());
        let (first, second) = (only_in(&self.before), only_in(&self.after));
        let mut told = listed("stricter", stricter, screen::BAD, changed);
        told += &listed("looser", looser, screen::BAD, changed);
        told += &listed("decided alike, but otherwise", otherwise, screen::ODD, changed);
        told += &listed(&first, only_before, screen::ODD, |call| alone(call, '-', screen::BAD));
        told += &listed(&second, only_after, screen::ODD, |call| alone(call, '+', screen::GOOD));
        let numbers = [
            (stricter.len(), "stricter"),
            (looser.len(), "looser"),
            (otherwise.len(), "otherwise"),
            (only_before.len(), first.as_str()),
            (only_after.len(), second.as_str()),
            (*same, "the same"),
        ];
        let counted: Vec<String> = numbers.iter().map(|(number, what)| format!("{number} {what}")).collect();
        format!("{told}{}\n", counted.join(", "))
    }
}

/// A heading and what stands below it; nothing when there is nothing.
fn listed<T>(heading: &str, calls: &[T], style: Style, shown: impl Fn(&T) -> String) -> String {
    if calls.is_empty() {
        return String::new();
    }
    let lines: String = calls.iter().map(shown).collect();
    format!("{}\n{lines}\n", screen::styled(style, heading))
}

fn changed(call: &ChangedCall) -> String {
    let ChangedCall { kind, occurrence, before, after } = call;
    let before = screen::styled(screen::BAD, &format!("- #{} {before}", before.seq));
    let after = screen::styled(screen::GOOD, &format!("+ #{} {after}", after.seq));
    format!("  {kind}, call {occurrence}\n    {before}\n    {after}\n")
}

fn alone(call: &ComparedCall, mark: char, style: Style) -> String {
    let ComparedCall { kind, occurrence, answer } = call;
    let answer = screen::styled(style, &format!("{mark} #{} {answer}", answer.seq));
    format!("  {kind}, call {occurrence}\n    {answer}\n")
}
