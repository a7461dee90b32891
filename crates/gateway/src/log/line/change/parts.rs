//! Totals and poll paces as lines.

use std::time::Duration;

use floorwalker_json::Decimal;
use floorwalker_policy::{PollPace, Stretch, Total};
use serde::{Deserialize, Serialize};

use super::{LineError, millis};

/// The amount is text, so that no reader rounds it.
#[derive(Serialize, Deserialize)]
pub(in crate::log::line) struct TotalLine {
    amount: String,
    currency: String,
}

#[derive(Serialize, Deserialize)]
pub(in crate::log::line) struct StretchLine {
    until_ms: u64,
    gap_ms: u64,
}

impl From<&Stretch> for StretchLine {
    fn from(stretch: &Stretch) -> Self {
        Self { until_ms: millis(stretch.until), gap_ms: millis(stretch.gap) }
    }
}

impl From<&Total> for TotalLine {
    fn from(total: &Total) -> Self {
        Self { amount: total.amount().to_string(), currency: total.currency().to_owned() }
    }
}

impl TotalLine {
    pub(super) fn meant(self) -> Result<Total, LineError> {
        let amount = Decimal::parse(&self.amount).ok();
        let total = amount.and_then(|amount| Total::new(amount, &self.currency));
        total.ok_or(LineError::Text(self.amount, "the amount of a total"))
    }
}

pub(super) fn stretches(pace: &PollPace) -> Vec<StretchLine> {
    pace.stretches.iter().map(StretchLine::from).collect()
}

pub(super) fn meant_pace(lines: &[StretchLine]) -> PollPace {
    let stretch = |line: &StretchLine| Stretch {
        until: Duration::from_millis(line.until_ms),
        gap: Duration::from_millis(line.gap_ms),
    };
    PollPace { stretches: lines.iter().map(stretch).collect() }
}
