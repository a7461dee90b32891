//! The server's published call limits, per network address and per API key.
//!
//! The windows roll, which is assumed; the numbers are published. A call that is refused here does not count.

use std::collections::{BTreeMap, VecDeque};

use super::refusal::{Code, Refusal};

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// What is limited, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Limited {
    Registration,
    CheckoutCreate,
    CheckoutUpdate,
    CheckoutComplete,
    CheckoutPoll,
    KeyMinute,
    KeyDay,
}

impl Limited {
    fn max_and_window(self) -> (usize, u64) {
        match self {
            Self::Registration => (5, HOUR_MS),
            Self::CheckoutCreate | Self::CheckoutComplete => (10, HOUR_MS),
            Self::CheckoutUpdate => (30, HOUR_MS),
            Self::CheckoutPoll | Self::KeyMinute => (60, MINUTE_MS),
            Self::KeyDay => (10_000, DAY_MS),
        }
    }
}

/// When each subject last did what.
#[derive(Default)]
pub(crate) struct Meter(BTreeMap<(Limited, String), VecDeque<u64>>);

impl Meter {
    /// Counts one call, or refuses it.
    pub(crate) fn charge(&mut self, now: u64, limited: Limited, subject: &str) -> Result<(), Refusal> {
        let (max, window_ms) = limited.max_and_window();
        let times = self.0.entry((limited, subject.to_owned())).or_default();
        while times.front().is_some_and(|at| now.saturating_sub(*at) >= window_ms) {
            times.pop_front();
        }
        if times.len() >= max {
            return Err(Code::RateLimited.because("Too many requests. Wait before trying again."));
        }
        times.push_back(now);
        Ok(())
    }
}

impl std::fmt::Debug for Meter {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The subjects can be API keys.
        write!(out, "Meter({} subjects)", self.0.len())
    }
}
