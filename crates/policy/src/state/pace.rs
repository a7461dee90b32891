//! When the next poll may come.

use std::{fmt, time::Duration};

use crate::{PollPace, Timestamp, duration::spelled};

/// Whether a poll may pass, and if not, when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Now,
    At(Timestamp),
    /// The schedule is over, or will be before the next poll could come.
    Never,
}

impl PollPace {
    /// What the pace says of a poll at `now`, after a first poll and a last one.
    ///
    /// A poll belongs to the stretch in which it falls, the stretch's end included, and that stretch's gap counts.
    pub(super) fn verdict(&self, first: Timestamp, last: Timestamp, now: Timestamp) -> Verdict {
        let mut opens = first;
        for stretch in &self.stretches {
            let closes = first.after(stretch.until);
            let earliest = now.max(last.after(stretch.gap)).max(opens);
            if earliest <= closes {
                return if earliest == now { Verdict::Now } else { Verdict::At(earliest) };
            }
            opens = closes.after(Duration::from_millis(1));
        }
        Verdict::Never
    }
}

impl fmt::Display for PollPace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, stretch) in self.stretches.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(out, "{comma}every {} until {}", spelled(stretch.gap), spelled(stretch.until))?;
        }
        Ok(())
    }
}
