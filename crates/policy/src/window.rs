//! Windows: the time over which a limit counts.
//!
//! A rolling window has no edge to wait for: in every interval of its length at most so much passes. A calendar window
//! begins anew with every minute, hour or day of UTC, so that twice as much can pass around that instant; one dialect
//! documents them, and there is no other reason to want one.
//!
//! Minutes, hours and days of UTC all begin at multiples of their length since the Unix epoch.

use std::{fmt, time::Duration};

use crate::{Timestamp, duration::spelled};

/// The time over which a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Window {
    /// Every interval of that length.
    Rolling(Duration),
    /// Every minute, hour or day of UTC.
    Calendar(Unit),
}

/// The spans that calendars and policies have a word for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
}

impl Window {
    /// How long it is.
    #[must_use]
    pub const fn length(self) -> Duration {
        match self {
            Self::Rolling(length) => length,
            Self::Calendar(unit) => unit.length(),
        }
    }

    /// From when on a charge that counts from `counted` on counts no longer.
    pub(crate) fn leaves_at(self, counted: Timestamp) -> Timestamp {
        match self {
            Self::Rolling(length) => counted.after(length),
            Self::Calendar(unit) => {
                let length = u64::try_from(unit.length().as_millis()).unwrap_or(u64::MAX);
                let into = counted.as_millis().checked_rem(length).unwrap_or_default();
                Timestamp::from_millis(counted.as_millis().saturating_sub(into)).after(unit.length())
            }
        }
    }
}

impl Unit {
    /// How long it is.
    #[must_use]
    pub const fn length(self) -> Duration {
        match self {
            Self::Minute => Duration::from_secs(60),
            Self::Hour => Duration::from_secs(3_600),
            Self::Day => Duration::from_secs(86_400),
        }
    }

    /// What policies call it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }
}

impl From<Duration> for Window {
    fn from(length: Duration) -> Self {
        Self::Rolling(length)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rolling(length) => out.write_str(&spelled(*length)),
            Self::Calendar(unit) => write!(out, "calendar {}", unit.word()),
        }
    }
}

#[cfg(test)]
mod tests;
