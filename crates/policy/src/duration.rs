//! Spans of time as our documents write them: a whole number and its unit, `5s` or `250ms`.
//!
//! One reader for all documents, so that a profile and a scenario never disagree about what `10m` is.

use std::time::Duration;

const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Why a text is no span of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a span of time is a whole number and one of the units `ms`, `s`, `m`, `h`, `d`, such as `250ms`, `5s` or `10m`"
)]
pub struct DurationError;

/// Reads a whole number that is followed by its unit without a blank: `250ms`, `5s`, `10m`, `1h`, `30d`.
///
/// # Errors
/// It is anything else, or longer than milliseconds can count.
pub fn duration(text: &str) -> Result<Duration, DurationError> {
    let digits_end = text.find(|character: char| !character.is_ascii_digit()).ok_or(DurationError)?;
    let (digits, unit) = text.split_at(digits_end);
    let count: u64 = digits.parse().map_err(|_| DurationError)?;
    let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit).ok_or(DurationError)?;
    count.checked_mul(*millis).map(Duration::from_millis).ok_or(DurationError)
}

/// A span as sentences and logs say it: `60 s`, `1500 ms`.
pub(crate) fn spelled(span: Duration) -> String {
    match span.subsec_millis() {
        0 => format!("{} s", span.as_secs()),
        _ => format!("{} ms", span.as_millis()),
    }
}

#[cfg(test)]
mod tests;
