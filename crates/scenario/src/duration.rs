//! Lengths of time as people write them, and points of virtual time as a transcript shows them.
//!
//! Everything is whole milliseconds: a length that is not is refused, because rounding would move a limit's edge.

use std::time::Duration;

/// The units, longest name first where one is the beginning of another.
const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Reads `5s`, `100ms`, `59.9s`, `1m30s`, `30d`.
pub(crate) fn parse(written: &str) -> Option<Duration> {
    let mut rest = written.trim();
    let mut total: u64 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (millis, after) = part(rest)?;
        total = total.checked_add(millis)?;
        rest = after;
    }
    Some(Duration::from_millis(total))
}

/// Minutes, seconds and milliseconds since the start: `0:05.000`.
pub(crate) fn since_start(span: Duration) -> String {
    let millis = span.as_millis();
    format!("{}:{:02}.{:03}", millis / 60_000, millis / 1_000 % 60, millis % 1_000)
}

/// A length as a sentence shows it: `5 s`, `59.9 s`, `1 ms`.
pub(crate) fn shown(span: Duration) -> String {
    let millis = span.as_millis();
    if millis < 1_000 && millis > 0 {
        return format!("{millis} ms");
    }
    let fraction = format!("{:03}", millis % 1_000);
    match fraction.trim_end_matches('0') {
        "" => format!("{} s", millis / 1_000),
        digits => format!("{}.{digits} s", millis / 1_000),
    }
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
    (millis % scale == 0).then_some((millis / scale, after.strip_prefix(name)?))
}

#[cfg(test)]
mod tests;
