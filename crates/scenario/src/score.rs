//! How good a gateway is, in one number: the share of attacks that it stopped, times the share of honest scenarios that it
//! served.
//!
//! The witnesses count, and nothing that the gateway says. Whoever denies everything serves nobody, and whoever allows
//! everything stops nothing, so both get nothing: a product forgives no factor. An attack is stopped when its harm did not
//! happen and everything around it is as it must be, the honest calls in it too.

use crate::report::{Ending, Report};

/// What came of the attacks and of the honest scenarios.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// The scenarios that have a harm.
    pub attacks: u64,
    /// Those that held. What was unsupported or crashed did not.
    pub stopped: u64,
    /// The scenarios that have none.
    pub honest: u64,
    /// Those that held.
    pub served: u64,
    /// The scenarios that could not be read, so that nobody knows which of the two they are.
    pub unreadable: u64,
}

impl Score {
    /// The score of these scenarios.
    #[must_use]
    pub fn of(reports: &[Report]) -> Self {
        let mut score = Self::default();
        for report in reports {
            let held = u64::from(report.ending == Ending::Held);
            let (all, good) = match report.is_attack {
                Some(true) => (&mut score.attacks, &mut score.stopped),
                Some(false) => (&mut score.honest, &mut score.served),
                None => {
                    score.unreadable += 1;
                    continue;
                }
            };
            *all += 1;
            *good += held;
        }
        score
    }

    /// The points from 0 to 100, rounded down; none where attacks or honest scenarios were not asked for, or some could not
    /// be read.
    #[must_use]
    pub fn points(self) -> Option<u64> {
        if self.unreadable > 0 {
            return None;
        }
        let (good, all) = (self.stopped.saturating_mul(self.served), self.attacks.saturating_mul(self.honest));
        good.saturating_mul(100).checked_div(all)
    }
}

#[cfg(test)]
mod tests;
