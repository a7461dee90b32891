//! Spans of time as our documents write them: `5s`, `250ms`, `59.9s`, `1m30s`.
//!
//! One reader for all documents, so that a profile and a scenario never disagree about what `10m` is. Everything is whole
//! milliseconds: a span that is not is refused, because rounding would move a limit's edge.

use std::time::Duration;

/// The units, longest name first where one is the beginning of another.
const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Why a text is no span of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a span of time is a number and one of the units `ms`, `s`, `m`, `h`, `d`, in whole milliseconds, such as `250ms`, `5s` or `1m30s`"
)]
pub struct DurationError;

/// Reads numbers that are each followed by their unit without a blank: `250ms`, `59.9s`, `1m30s`, `30d`.
///
/// # Errors
/// It is anything else, not whole milliseconds, or longer than they can count.
pub fn duration(text: &str) -> Result<Duration, DurationError> {
    let (mut total, mut rest) = part(text).ok_or(DurationError)?;
    while !rest.is_empty() {
        let (millis, after) = part(rest).ok_or(DurationError)?;
        total = total.checked_add(millis).ok_or(DurationError)?;
        rest = after;
    }
    Ok(Duration::from_millis(total))
}

/// One number with its unit, in milliseconds, and what follows it.
fn part(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|character: char| !character.is_ascii_digit() && character != '.')?;
    let (number, after) = text.split_at(end);
    let (name, unit) = UNITS.into_iter().find(|(name, _)| after.starts_with(name))?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let parts = whole.parse::<u64>().ok()?.checked_mul(scale)?.checked_add(fraction.parse().ok()?)?;
    let millis = parts.checked_mul(unit)?;
    let (whole, lost) = (millis.checked_div(scale)?, millis.checked_rem(scale)?);
    (lost == 0).then_some((whole, after.strip_prefix(name)?))
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
