//! What a checkout allows once: its completion, and the claim of what it bought.
//!
//! Either is begun before the call is sent and ended when its reply is read or will not come, so that two calls in flight
//! are one too many. What a lost call did is not known; so a completion that was perhaps made stays until a poll tells
//! otherwise, and a claim counts as failed.
//!
//! INVARIANT: what is in flight or over is begun by nobody else. Only its end, the take-back of its own begin, or a reply
//! to something that was asked after its end, opens it again.

use std::fmt;

use crate::{Denial, Ending, Once, RuleName, Timestamp, onlooker::Onlooker};

pub(super) const COMPLETED: RuleName = RuleName::fixed("/checkout/completed");
pub(super) const CLAIMED: RuleName = RuleName::fixed("/checkout/claimed");
pub(super) const ATTEMPTS: RuleName = RuleName::fixed("/checkout/attempts");

/// How something that is done once stands, and how often it failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    /// Whether it can be begun.
    pub standing: Standing,
    /// How many claims failed. Completions are not counted.
    pub failed: u64,
}

/// Whether something that is done once can be begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// It can.
    #[default]
    Open,
    /// It is on its way.
    InFlight {
        /// When it was begun.
        since: Timestamp,
    },
    /// It was made, or perhaps was.
    Over {
        /// The turn in which that was known.
        turn: u64,
    },
}

impl Attempts {
    pub(super) fn require(&self, once: Once, attempts: Option<u64>, eyes: &mut impl Onlooker) -> Result<(), Denial> {
        let rule = match once {
            Once::Completion => &COMPLETED,
            Once::Claim => &CLAIMED,
        };
        let answer = match (self.standing, once) {
            (Standing::Open, _) => Ok(()),
            (_, Once::Completion) => Err(completed()),
            (_, Once::Claim) => Err(claimed()),
        };
        eyes.sees(rule, answer, || (format!("no {once} before"), self.standing.to_string()))?;
        let Some(attempts) = attempts else { return Ok(()) };
        let answer = if self.failed < attempts { Ok(()) } else { Err(used_up()) };
        eyes.sees(&ATTEMPTS, answer, || (format!("less than {attempts} that failed"), format!("{}", self.failed)))
    }

    pub(super) fn begin(&mut self, now: Timestamp) {
        self.standing = Standing::InFlight { since: now };
    }

    pub(super) fn end(&mut self, once: Once, ending: Ending, turn: u64) {
        self.standing = match (once, ending) {
            (_, Ending::Refused) | (Once::Claim, Ending::Unknown) => Standing::Open,
            (_, Ending::Done) | (Once::Completion, Ending::Unknown) => Standing::Over { turn },
        };
        if once == Once::Claim && self.standing == Standing::Open {
            self.failed = self.failed.saturating_add(1);
        }
    }

    /// Opens what was over when the turn `asked` came.
    pub(super) fn reopen(&mut self, asked: u64) {
        if matches!(self.standing, Standing::Over { turn } if turn < asked) {
            self.standing = Standing::Open;
        }
    }

    /// Was begun at that time, and was not: nothing was sent.
    pub(super) fn take_back(&mut self, at: Timestamp) {
        if self.standing == (Standing::InFlight { since: at }) {
            self.standing = Standing::Open;
        }
    }

    /// Ends what is in flight although nobody waits for its reply any more.
    pub(super) fn is_in_flight(&self) -> bool {
        matches!(self.standing, Standing::InFlight { .. })
    }

    pub(super) fn give_up(&mut self, once: Once, turn: u64) {
        if self.is_in_flight() {
            self.end(once, Ending::Unknown, turn);
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Open => "none",
            Self::InFlight { .. } => "one on its way",
            Self::Over { .. } => "one that was made, or perhaps was",
        })
    }
}

fn completed() -> Denial {
    let reason = "This checkout was completed, or that is on its way, so it is not completed again. \
        Ask for its status before you try anything else.";
    Denial::visible(COMPLETED, reason)
}

fn claimed() -> Denial {
    Denial::visible(CLAIMED, "This purchase was claimed, or that is on its way, so it is not claimed again.")
}

fn used_up() -> Denial {
    Denial::visible(ATTEMPTS, "Claiming this purchase failed too often, so it is not tried again.")
}
