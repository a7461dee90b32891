//! How the servers write a moment.

use jiff::Timestamp;

/// RFC 3339 in UTC, of milliseconds since the Unix epoch; times beyond the calendar stop at its end.
pub(crate) fn iso(ms: u64) -> String {
    let ms = i64::try_from(ms).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX).to_string()
}
