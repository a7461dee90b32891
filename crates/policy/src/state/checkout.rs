//! Checkouts: whose they are, how far they got, what they cost, and when they were polled.
//!
//! A foreign checkout and an unknown one are refused in the same words, so that nobody learns which ids exist.

use std::collections::BTreeSet;

use crate::{
    Denial, GrantId, Once, Outward, PollPace, RuleName, Timestamp,
    duration::spelled,
    onlooker::Onlooker,
    state::{
        once::{Attempts, COMPLETED},
        pace::Verdict,
        totals::Totals,
        touches::Touches,
    },
};

pub(super) const OWNER: RuleName = RuleName::fixed("/checkout/owner");
pub(super) const BOUND: RuleName = RuleName::fixed("/checkout/bound");
pub(super) const DONE: RuleName = RuleName::fixed("/checkout/done");
pub(super) const PACE: RuleName = RuleName::fixed("/checkout/pace");
pub(super) const STATUS: RuleName = RuleName::fixed("/checkout/status");

/// What a new checkout's id must be.
const UNBOUND: &str = "an id that nobody else owns";

/// Whose a checkout is and how far it got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutRow {
    /// The grant that created it.
    pub owner: GrantId,
    /// The status that the last reply about it showed; a terminal one stays.
    pub status: Option<CheckoutStatus>,
    /// When it was polled, oldest first; the pace bounds how often that can be.
    pub polls: Vec<Timestamp>,
    /// What it costs, and what was agreed on.
    pub totals: Totals,
    /// Whether that is known.
    pub touches: Box<Touches>,
    /// How its completion stands.
    pub completion: Attempts,
    /// How the claim of what it bought stands.
    pub claim: Attempts,
}

/// A status that a reply showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutStatus {
    /// As the upstream calls it.
    pub text: String,
    /// Whether nothing follows it.
    pub terminal: bool,
}

impl CheckoutRow {
    pub(super) fn new(owner: GrantId) -> Self {
        Self {
            owner,
            status: None,
            polls: Vec::new(),
            totals: Totals::default(),
            touches: Box::default(),
            completion: Attempts::default(),
            claim: Attempts::default(),
        }
    }

    pub(super) fn attempts_mut(&mut self, once: Once) -> &mut Attempts {
        match once {
            Once::Completion => &mut self.completion,
            Once::Claim => &mut self.claim,
        }
    }

    pub(super) fn require_begin(
        &self,
        once: Once,
        attempts: Option<u64>,
        from: Option<&BTreeSet<String>>,
        eyes: &mut impl Onlooker,
    ) -> Result<(), Denial> {
        match once {
            Once::Completion => {
                self.completion.require(once, attempts, eyes)?;
                self.require_unfinished("This checkout is finished, so it is not completed any more.", eyes)?;
                self.require_completable(from, eyes)?;
                self.totals.require_agreement(eyes)
            }
            Once::Claim => self.claim.require(once, attempts, eyes),
        }
    }

    /// A change that overtook the completion would be paid without a yes to it.
    pub(super) fn require_untaken(&self, eyes: &mut impl Onlooker) -> Result<(), Denial> {
        let is_under_way = self.completion.is_in_flight();
        let reason = "This checkout is being completed, so it is not changed meanwhile.";
        let answer = if is_under_way { Err(Denial::visible(COMPLETED, reason)) } else { Ok(()) };
        eyes.sees(&COMPLETED, answer, || {
            let saw = if is_under_way { "one that is" } else { "one that is not" };
            ("a checkout that is not being completed".to_owned(), saw.to_owned())
        })
    }

    /// What was seen to be over stays so, whatever the server says of it later.
    fn require_unfinished(&self, refusal: &'static str, eyes: &mut impl Onlooker) -> Result<(), Denial> {
        let is_over = self.status.as_ref().is_some_and(|status| status.terminal);
        let answer = if is_over { Err(Denial::visible(DONE, refusal)) } else { Ok(()) };
        eyes.sees(&DONE, answer, || ("a checkout that is not over".to_owned(), self.status_seen()))
    }

    fn require_completable(&self, from: Option<&BTreeSet<String>>, eyes: &mut impl Onlooker) -> Result<(), Denial> {
        let Some(from) = from else { return Ok(()) };
        let answer = match &self.status {
            Some(status) if !from.contains(&status.text) => {
                let reason = format!(
                    "This checkout was last seen as {}, in which it cannot be completed. Ask for its status first.",
                    status.text
                );
                Err(Denial::visible(STATUS, reason))
            }
            _ => Ok(()),
        };
        eyes.sees(&STATUS, answer, || {
            let known: Vec<&str> = from.iter().map(String::as_str).collect();
            (format!("a checkout that is {}, or of no status yet", known.join(" or ")), self.status_seen())
        })
    }

    fn status_seen(&self) -> String {
        self.status.as_ref().map_or_else(|| "no status yet".to_owned(), |status| format!("one that is {}", status.text))
    }

    /// An id that is bound twice to one grant is still its own.
    pub(super) fn require_owner(&self, grant: &GrantId, eyes: &mut impl Onlooker) -> Result<(), Denial> {
        let answer = match self.owner == *grant {
            true => Ok(()),
            false => Err(Denial::visible(BOUND, "The new checkout has an id that this grant cannot own.")),
        };
        eyes.sees(&BOUND, answer, || (UNBOUND.to_owned(), format!("one of {}", self.owner)))
    }

    pub(super) fn require_poll(&self, now: Timestamp, pace: &PollPace, eyes: &mut impl Onlooker) -> Result<(), Denial> {
        self.require_unfinished("This checkout is finished, so polling it tells nothing new.", eyes)?;
        let verdict = match (self.polls.first(), self.polls.last()) {
            (Some(first), Some(last)) => pace.verdict(*first, *last, now),
            _ => Verdict::Now,
        };
        let answer = match verdict {
            Verdict::Now => Ok(()),
            Verdict::At(at) => Err(too_early(at, now)),
            Verdict::Never => Err(Denial::visible(PACE, "The time for polling this checkout is over.")),
        };
        eyes.sees(&PACE, answer, || (format!("a poll in its time, {pace}"), self.polls_seen(now)))
    }

    fn polls_seen(&self, now: Timestamp) -> String {
        match (self.polls.first(), self.polls.last()) {
            (Some(first), Some(last)) => {
                format!("the first {} ago, the last {} ago", spelled(now.since(*first)), spelled(now.since(*last)))
            }
            _ => "none before".to_owned(),
        }
    }

    /// Notes a status and gives the one before; nothing follows a terminal one.
    pub(super) fn advance(&mut self, status: CheckoutStatus) -> Option<CheckoutStatus> {
        match &self.status {
            Some(before) if before.terminal => self.status.clone(),
            _ => self.status.replace(status),
        }
    }

    /// Takes out the poll of that time; where it stood.
    pub(super) fn take_back(&mut self, at: Timestamp) -> Option<usize> {
        let index = self.polls.iter().rposition(|poll| *poll == at)?;
        self.polls.remove(index);
        Some(index)
    }

    /// Undoes [`CheckoutRow::take_back`].
    pub(super) fn put_back(&mut self, index: usize, at: Timestamp) {
        self.polls.insert(index, at);
    }
}

/// Nobody owns the checkout that is bound.
pub(super) fn is_new(eyes: &mut impl Onlooker) -> Result<(), Denial> {
    eyes.sees(&BOUND, Ok(()), || (UNBOUND.to_owned(), "a new one".to_owned()))
}

pub(super) fn not_owned() -> Denial {
    Denial::visible(OWNER, "No checkout with this id belongs to this grant.")
}

fn too_early(at: Timestamp, now: Timestamp) -> Denial {
    let wait = at.since(now);
    let reason = format!("This checkout was polled too recently; poll again in {}.", spelled(wait)).into();
    Denial { rule: PACE, reason, retry_after: Some(wait), outward: Outward::Visible }
}
