//! The one word about a scenario.

use anstyle::Style;
use floorwalker_scenario::{Ending, Report, SnapshotState};

use crate::screen;

/// How a scenario came out, from the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// Everything was as it must be.
    Held,
    /// It was, but there is no transcript yet to compare with.
    New,
    /// It was, but the transcript is another than the one that is kept.
    Changed,
    /// The attack achieves nothing even when nobody stands in its way.
    NoBite,
    /// The gateway does not claim what the scenario needs.
    Unsupported,
    /// A guarantee or an expectation failed.
    Broken,
    /// The gateway is gone, or does not answer.
    Crashed,
    /// A document does not load.
    Unreadable,
    /// The harness failed.
    Failed,
}

impl Verdict {
    pub(crate) fn of(report: &Report) -> Self {
        match (&report.ending, &report.snapshot) {
            (Ending::Held, SnapshotState::Missing) => Self::New,
            (Ending::Held, SnapshotState::Differs(_)) => Self::Changed,
            (Ending::Held, SnapshotState::Same | SnapshotState::Accepted | SnapshotState::Skipped) => Self::Held,
            (Ending::DoesNotBite, _) => Self::NoBite,
            (Ending::Unsupported(_), _) => Self::Unsupported,
            (Ending::Broken(_), _) => Self::Broken,
            (Ending::Crashed(_), _) => Self::Crashed,
            (Ending::DoesNotLoad(_), _) => Self::Unreadable,
            (Ending::Failed(_), _) => Self::Failed,
        }
    }

    /// Whether somebody may want to run it alone; what is unsupported stays so.
    pub(crate) fn is_worth_a_second_run(self) -> bool {
        !matches!(self, Self::Held | Self::Unsupported)
    }

    /// As it stands in the table and in the last line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::New => "new",
            Self::Changed => "CHANGED",
            Self::NoBite => "no bite",
            Self::Unsupported => "unsupported",
            Self::Broken => "BROKEN",
            Self::Crashed => "CRASHED",
            Self::Unreadable => "unreadable",
            Self::Failed => "FAILED",
        }
    }

    pub(crate) fn style(self) -> Style {
        match self {
            Self::Held => screen::GOOD,
            Self::New | Self::NoBite | Self::Unsupported => screen::ODD,
            Self::Changed | Self::Broken | Self::Crashed | Self::Unreadable | Self::Failed => screen::BAD,
        }
    }
}
