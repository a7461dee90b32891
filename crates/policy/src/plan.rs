//! What an allowed call does to the state, as a value.
//!
//! A plan is an ordered list from one closed enum. What a change requires and does is said in `state.rs` and nowhere else;
//! here is only what can be said.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use floorwalker_json::{Digest, DigestKey};

use crate::{Amount, ApproverId, GrantId, Handle, RuleName, ServerName, SessionId, Timestamp, Total, Window};

mod approval;
mod describe;

pub use approval::{Approvers, AskId, AskIdError, AskTerms, Consent, Cost, Wanted};

/// What a call does to the state: all of it, in this order, or nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The changes, in order.
    pub changes: Vec<Change>,
}

/// One change, with its precondition.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Charges a limit, if the window has room.
    Charge(Charge),
    /// Changes nothing; requires that the checkout belongs to the grant.
    Own {
        /// Which checkout.
        checkout: CheckoutKey,
        /// Who claims to own it.
        grant: GrantId,
    },
    /// Polls a checkout, if the pace allows it.
    Poll {
        /// Which checkout.
        checkout: CheckoutKey,
        /// The pace its profile demands.
        pace: Arc<PollPace>,
    },
    /// Binds a new checkout to the grant that created it, if nobody owns it yet.
    Bind {
        /// Which checkout.
        checkout: CheckoutKey,
        /// Its owner from now on.
        grant: GrantId,
    },
    /// Notes the status that a reply showed. A terminal status stays.
    Advance {
        /// Which checkout.
        checkout: CheckoutKey,
        /// The status, as the upstream calls it.
        status: String,
        /// Whether the profile calls it terminal.
        terminal: bool,
    },
    /// Begins what a checkout allows once, if it is neither on its way nor done. A completion also needs a checkout that
    /// was not last seen over, nor in a status other than `from`, and a total that did not grow since it was agreed on; a
    /// claim may have failed less than `attempts` times.
    Begin {
        /// Which checkout.
        checkout: CheckoutKey,
        /// What is begun.
        once: Once,
        /// How many may fail; without a number, any.
        attempts: Option<u64>,
        /// The statuses in which it can begin; without them, any. Only the precondition asks, so no log keeps them.
        from: Option<Arc<BTreeSet<String>>>,
    },
    /// Notes how what was begun ended. A refused one may be begun again; so may a claim of which no reply tells, because
    /// claiming again charges nobody. A completion that was perhaps made stays.
    End {
        /// Which checkout.
        checkout: CheckoutKey,
        /// What ended.
        once: Once,
        /// How.
        ending: Ending,
    },
    /// Lets a checkout be completed again, because a poll showed a status in which that is possible. Only a completion
    /// that was over when the poll was committed makes way: an earlier poll can have seen the status before it.
    Reopen {
        /// Which checkout.
        checkout: CheckoutKey,
        /// The turn in which the poll was committed.
        asked: u64,
    },
    /// Notes the total that a reply showed.
    Total {
        /// Which checkout.
        checkout: CheckoutKey,
        /// What it costs.
        total: Total,
        /// Whether the agent asked for it, so that it may pay as much.
        agreed: bool,
    },
    /// Notes that a call may change what a checkout costs: from now on that is unknown.
    Touch {
        /// Which checkout.
        checkout: CheckoutKey,
    },
    /// Notes that such a call is over, whatever came of it.
    Touched {
        /// Which checkout.
        checkout: CheckoutKey,
    },
    /// Notes that a reply showed what the checkout costs. It is known then, if that reply can know of every change.
    Settle {
        /// Which checkout.
        checkout: CheckoutKey,
        /// The turn in which the call was committed.
        asked: u64,
    },
    /// Notes a quote that a grant was shown; a later one of the same id takes its place.
    Quote {
        /// Which quote, of whom.
        quote: QuoteKey,
        /// What it promises.
        total: Total,
    },
    /// Changes nothing; requires that the grant was shown the quote, and that `total`, if any, is within it.
    Within {
        /// Which quote, of whom.
        quote: QuoteKey,
        /// What a checkout that was made from it costs.
        total: Option<Total>,
    },
    /// Delivers a one-time secret, if it was never delivered before.
    Deliver {
        /// The keyed digest of the secret.
        secret: Digest,
        /// Who receives it.
        grant: GrantId,
    },
    /// Spends a person's yes to exactly this call, if there is one; without one it is asked for.
    Spend(Arc<Wanted>),
    /// Opens an ask, if none waits for exactly this, a person did not just say no, and not too many of the grant wait.
    Open {
        /// What is asked for.
        wanted: Arc<Wanted>,
        /// What each of its costs was last shown as: a yes is to these.
        totals: Vec<Option<Total>>,
    },
    /// Notes a person's answer, if the ask waits for one and the person may give it.
    Answer {
        /// Who asked.
        grant: GrantId,
        /// Which ask.
        ask: AskId,
        /// Who answers.
        approver: ApproverId,
        /// What.
        consent: Consent,
        /// The rows of what the ask shows as its costs: a yes to totals that are no more is refused. Only the
        /// precondition asks, so no log keeps them.
        costs: Vec<RowKey>,
    },
    /// Takes back what was committed at `at`, because not a byte of the call was sent.
    ///
    /// It gives back the charges and polls of that commit, what it began was not begun, the approval that it spent is there
    /// again, and an ask or answer of it was not made. Bindings, statuses, totals and deliveries stay: they say what an upstream did, and it did. What was never committed, or is taken back already, changes nothing. Charges of one
    /// amount on one counter in one instant are told apart by nothing, so a commit must be taken back by its maker only.
    TakeBack {
        /// When it was committed.
        at: Timestamp,
        /// What was committed.
        plan: Plan,
    },
}

/// A charge on one counter.
#[derive(Clone, Debug, PartialEq)]
pub struct Charge {
    /// Which counter.
    pub counter: CounterKey,
    /// How much this call takes.
    pub amount: Amount,
    /// How much the window may hold.
    pub max: Amount,
    /// The time over which it counts.
    pub window: Window,
    /// The rule that asks for the charge.
    pub rule: RuleName,
    /// What the agent is told when there is no room, where the policy says so. It changes nothing, and no log keeps it.
    pub on_deny: Option<Arc<str>>,
}

/// One counter: distinct triples never share state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CounterKey {
    /// The upstream.
    pub server: ServerName,
    /// The counter's name in the policy.
    pub counter: Arc<str>,
    /// Who shares it.
    pub scope: Scope,
}

/// Who shares a counter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Each grant has its own.
    Grant(GrantId),
    /// Each session has its own; sessions can be rotated.
    Session(SessionId),
    /// Everybody together.
    Policy,
}

/// One checkout of one upstream.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckoutKey {
    /// The upstream.
    pub server: ServerName,
    /// What the upstream calls it.
    pub handle: Handle,
}

/// One quote of one upstream, as one grant was shown it. Others' quotes are other rows, so that nobody can tell them from
/// none, and a server may give the same quote to many.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuoteKey {
    /// The upstream.
    pub server: ServerName,
    /// What the upstream calls it.
    pub handle: Handle,
    /// Who was shown it.
    pub grant: GrantId,
}

/// What may be done once per checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Once {
    /// Its completion: it charges somebody.
    Completion,
    /// The claim of what it bought: it hands out a secret.
    Claim,
}

/// How something that was begun ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The reply says that it was done.
    Done,
    /// The reply says that it was not.
    Refused,
    /// No reply tells: it was lost, or nobody could read it.
    Unknown,
}

/// How often a checkout may be polled, counted from the first poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollPace {
    /// Stretches in order: until `until` after the first poll, at least `gap` between polls.
    pub stretches: Vec<Stretch>,
}

/// One stretch of a poll pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Where the stretch ends, counted from the first poll. No poll passes after the last stretch.
    pub until: Duration,
    /// The least time between two polls.
    pub gap: Duration,
}

/// The rows that a plan reads or writes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    /// One counter.
    Counter(CounterKey),
    /// One checkout.
    Checkout(CheckoutKey),
    /// One delivered secret, by its keyed digest.
    Secret(Digest),
    /// One quote.
    Quote(QuoteKey),
    /// What one grant asks people for, whatever the server: they have one attention for all of it.
    Approvals(GrantId),
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// What follows when no reply tells how the call of this plan went: it was lost, or nobody can or may read it.
    #[must_use]
    pub fn unanswered(&self) -> Self {
        let ended = self.changes.iter().filter_map(|change| match change {
            Change::Begin { checkout, once, .. } => {
                Some(Change::End { checkout: checkout.clone(), once: *once, ending: Ending::Unknown })
            }
            Change::Touch { checkout } => Some(Change::Touched { checkout: checkout.clone() }),
            _ => None,
        });
        Self { changes: ended.collect() }
    }

    /// The rows that it reads or writes: a store that several gateways share has to load only those; see
    /// [`State::insert`](crate::State::insert).
    #[must_use]
    pub fn keys(&self) -> BTreeSet<RowKey> {
        let mut keys = BTreeSet::new();
        self.collect_keys(&mut keys);
        keys
    }

    /// The same plan, with digests of the arguments that only who has the key can try values on: arguments are often few
    /// enough to be guessed, and plans are logged.
    #[must_use]
    pub fn sealed(mut self, key: &DigestKey) -> Self {
        for change in &mut self.changes {
            if let Change::Spend(wanted) = change {
                *wanted = Arc::new(wanted.sealed(key));
            }
        }
        self
    }

    fn collect_keys(&self, keys: &mut BTreeSet<RowKey>) {
        for change in &self.changes {
            match change {
                Change::Charge(charge) => keys.insert(RowKey::Counter(charge.counter.clone())),
                Change::Own { checkout, .. }
                | Change::Poll { checkout, .. }
                | Change::Bind { checkout, .. }
                | Change::Advance { checkout, .. }
                | Change::Begin { checkout, .. }
                | Change::End { checkout, .. }
                | Change::Reopen { checkout, .. }
                | Change::Touch { checkout }
                | Change::Touched { checkout }
                | Change::Settle { checkout, .. }
                | Change::Total { checkout, .. } => keys.insert(RowKey::Checkout(checkout.clone())),
                Change::Quote { quote, .. } | Change::Within { quote, .. } => keys.insert(RowKey::Quote(quote.clone())),
                Change::Deliver { secret, .. } => keys.insert(RowKey::Secret(*secret)),
                Change::Spend(wanted) | Change::Open { wanted, .. } => {
                    keys.extend(wanted.cost_keys());
                    keys.insert(RowKey::Approvals(wanted.grant.clone()))
                }
                Change::Answer { grant, costs, .. } => {
                    keys.extend(costs.iter().cloned());
                    keys.insert(RowKey::Approvals(grant.clone()))
                }
                Change::TakeBack { plan, .. } => {
                    plan.collect_keys(keys);
                    continue;
                }
            };
        }
    }
}

#[cfg(test)]
mod tests;
