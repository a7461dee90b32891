//! Which records of a decision log somebody asks for.

use floorwalker_policy::Timestamp;

use super::history::{Decided, History};
use super::{Outcome, Record, Verdict};

/// What a record must be to be picked. Of several words for one thing any may be the right one; nothing asks for nothing.
///
/// An outcome is picked with the decision that it belongs to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Who asked.
    pub grants: Vec<String>,
    /// Which upstream it was for.
    pub servers: Vec<String>,
    /// The tool.
    pub tools: Vec<String>,
    /// The answer.
    pub verdicts: Vec<Verdict>,
    /// A part of the name of the rule that decided, or that withheld the reply.
    pub rule: Option<String>,
    /// Not decided before.
    pub since: Option<Timestamp>,
    /// Not decided after.
    pub until: Option<Timestamp>,
}

/// A record that somebody asked for.
#[derive(Clone, Copy, Debug)]
pub struct Picked<'h> {
    /// Its sequence number.
    pub seq: u64,
    /// The record.
    pub record: &'h Record,
    /// The decision that it is or belongs to; absent for an outcome whose decision is not in the log.
    pub decided: Option<Decided<'h>>,
}

/// A text is no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a time as the log does: `2026-01-15T10:30:00Z`")]
pub struct InstantError;

/// Reads a time as the log writes it; the fraction of the second can be left out, and any offset will do.
///
/// # Errors
/// It is anything else, or a time without offset.
pub fn instant(text: &str) -> Result<Timestamp, InstantError> {
    let time = text.parse::<jiff::Timestamp>().map_err(|_| InstantError)?;
    Ok(Timestamp::from_millis(u64::try_from(time.as_millisecond()).map_err(|_| InstantError)?))
}

impl Filter {
    /// Whether this decision is asked for.
    #[must_use]
    pub fn picks(&self, decided: &Decided<'_>) -> bool {
        let judged = decided.judged;
        let is_in_time =
            self.since.is_none_or(|since| decided.at >= since) && self.until.is_none_or(|until| decided.at <= until);
        is_in_time
            && is_one_of(&self.grants, Some(&judged.grant.to_string()))
            && is_one_of(&self.servers, Some(&judged.server.to_string()))
            && is_one_of(&self.tools, judged.tool.as_ref())
            && (self.verdicts.is_empty() || self.verdicts.contains(&judged.verdict))
            && self.rule.as_ref().is_none_or(|part| is_by(decided, part))
    }

    /// The records that are asked for, each with the decision that it belongs to where that is in the log.
    #[must_use]
    pub fn of<'h>(&self, history: &'h History) -> Vec<Picked<'h>> {
        let (decided, belongs) = history.joined();
        let all = history.records.iter().zip(belongs).map(|((seq, record), place)| Picked {
            seq: *seq,
            record,
            decided: place.and_then(|place| decided.get(place)).copied(),
        });
        all.filter(|picked| picked.decided.map_or(self.asks_nothing(), |decided| self.picks(&decided))).collect()
    }

    fn asks_nothing(&self) -> bool {
        let Self { grants, servers, tools, verdicts, rule, since, until } = self;
        let lists_are_empty = grants.is_empty() && servers.is_empty() && tools.is_empty() && verdicts.is_empty();
        lists_are_empty && rule.is_none() && since.is_none() && until.is_none()
    }
}

fn is_one_of(wanted: &[String], word: Option<&String>) -> bool {
    wanted.is_empty() || word.is_some_and(|word| wanted.contains(word))
}

/// A reply is withheld by the rule that its reason begins with.
fn is_by(decided: &Decided<'_>, part: &str) -> bool {
    let decided_by = decided.judged.rule.as_ref().is_some_and(|rule| rule.to_string().contains(part));
    decided_by || matches!(decided.outcome, Some(Outcome::Withheld(why)) if why.contains(part))
}

#[cfg(test)]
mod tests;
