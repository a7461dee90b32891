//! The one word about a scenario, and what it means for whoever asked.

use anstyle::Style;
use floorwalker_scenario::{Ending, Report, SnapshotState};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{exit::Failure, screen};

/// How a scenario came out, from the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
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
    /// Every verdict, from the best to the worst.
    pub(crate) const ALL: [Self; 9] = [
        Self::Held,
        Self::New,
        Self::Changed,
        Self::NoBite,
        Self::Unsupported,
        Self::Broken,
        Self::Crashed,
        Self::Unreadable,
        Self::Failed,
    ];

    pub(crate) fn of(report: &Report) -> Self {
        match &report.ending {
            Ending::Held => Self::of_kept(&report.snapshot),
            Ending::DoesNotBite => Self::NoBite,
            Ending::Unsupported(_) => Self::Unsupported,
            Ending::Broken(_) => Self::Broken,
            Ending::Crashed(_) => Self::Crashed,
            Ending::DoesNotLoad(_) => Self::Unreadable,
            Ending::Failed(_) => Self::Failed,
        }
    }

    fn of_kept(snapshot: &SnapshotState) -> Self {
        match snapshot {
            SnapshotState::Missing => Self::New,
            SnapshotState::Differs(_) => Self::Changed,
            SnapshotState::Same | SnapshotState::Accepted | SnapshotState::Skipped => Self::Held,
        }
    }

    /// What the command comes to when this is the worst verdict.
    fn ended(self) -> Result<(), Failure> {
        match self {
            Self::Held => Ok(()),
            Self::New | Self::Changed | Self::NoBite | Self::Unsupported | Self::Broken | Self::Crashed => {
                Err(Failure::NotHeld)
            }
            Self::Unreadable => Err(Failure::Unreadable),
            Self::Failed => Err(Failure::Harness("not every scenario could be played".to_owned())),
        }
    }

    /// Whether the scenario was not even put to the test.
    pub(crate) fn is_untested(self) -> bool {
        matches!(self, Self::Unsupported | Self::Unreadable | Self::Failed)
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

/// What the command comes to with these reports. What a gateway does not claim is nothing against it, as long as something
/// was asked of it.
pub(crate) fn ended<'r>(reports: impl IntoIterator<Item = &'r Report>) -> Result<(), Failure> {
    let verdicts: Vec<Verdict> = reports.into_iter().map(Verdict::of).collect();
    let asked = verdicts.iter().filter(|verdict| **verdict != Verdict::Unsupported);
    asked.max().or(verdicts.first()).map_or(Ok(()), |worst| worst.ended())
}
