//! Lengths of virtual time as a transcript shows them.

use std::time::Duration;

/// Minutes, seconds and milliseconds since the start: `0:05.000`.
#[must_use]
pub fn since_start(span: Duration) -> String {
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

#[cfg(test)]
mod tests;
