//! A decision is settled: its plan is done, or it is not, or a person is asked first.
//!
//! INVARIANT: what a call asks for lies on the desk, and can be approved, only after its record is written; what could not be
//! recorded is taken back. Between its commit and its record an ask is listed already, and a no to it holds.

use std::borrow::Cow;

use floorwalker_policy::{Ask, Decision, Denial, OpenAsk, Outward, Plan, RuleName};

use super::{Admission, Gateway, Permit, asked::Asked};
use crate::{
    log::{Commit, Judged, Verdict, clip},
    ports::Committed,
};

/// A decision, and what it did to the state.
#[derive(Debug)]
pub(super) enum Settled {
    Allow(Option<Commit>),
    Deny(Denial),
    Ask(Waiting),
}

/// A call that waits for a person.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) ask: Box<Ask>,
    pub(super) open: OpenAsk,
    /// What opened the ask, if this call did.
    pub(super) commit: Option<Commit>,
}

impl Gateway {
    /// Does the plan of an allowed call. A store that cannot tell denies.
    pub(super) async fn settle(&self, decision: Decision<Plan>) -> Settled {
        let plan = match decision {
            Decision::Allow(plan) => plan,
            Decision::Deny(denial) => return Settled::Deny(denial),
            Decision::Ask(ask) => return self.open_ask(ask).await,
        };
        if plan.is_empty() {
            return Settled::Allow(None);
        }
        match self.commit(&plan).await {
            Decision::Allow(committed) => Settled::Allow(Some(Commit { committed, plan })),
            Decision::Deny(denial) => Settled::Deny(denial),
            Decision::Ask(ask) => self.open_ask(ask).await,
        }
    }

    /// Puts a call to people. Another call may have asked for the same in between; then that ask is theirs to answer.
    async fn open_ask(&self, ask: Box<Ask>) -> Settled {
        if let Some(open) = ask.open {
            return Settled::Ask(Waiting { ask, open, commit: None });
        }
        match self.commit(&ask.plan).await {
            Decision::Allow(committed) => match ask.opened(committed.turn) {
                Some(open) => {
                    let commit = Some(Commit { committed, plan: ask.plan.clone() });
                    Settled::Ask(Waiting { ask, open, commit })
                }
                None => Settled::Deny(closed("nobody could be asked")),
            },
            Decision::Deny(denial) => Settled::Deny(denial),
            Decision::Ask(other) => match other.open {
                Some(open) => Settled::Ask(Waiting { ask: other, open, commit: None }),
                None => Settled::Deny(closed("nobody could be asked")),
            },
        }
    }

    pub(crate) async fn commit(&self, plan: &Plan) -> Decision<Committed> {
        match self.store.commit(self.clock.now(), plan).await {
            Ok(decision) => decision,
            Err(error) => {
                tracing::error!(%error, "denied");
                Decision::Deny(closed("the gateway could not keep count, so nothing was sent"))
            }
        }
    }

    /// Lets people see what the call asks for, as long as it waits.
    pub(super) fn show(&self, asked: &Asked<'_>, settled: &Settled) {
        if let (Settled::Ask(waiting), Some(call)) = (settled, asked.call()) {
            self.desk.show(waiting.open, &waiting.ask.wanted, call.arguments, self.clock.now());
        }
    }

    /// What could not be recorded is not sent; so it is not kept either, as it would not be after a restart.
    pub(super) async fn take_back(&self, settled: Settled) {
        let (Settled::Allow(Some(commit)) | Settled::Ask(Waiting { commit: Some(commit), .. })) = settled else {
            return;
        };
        self.take_back_commit(&commit).await;
    }

    pub(crate) async fn take_back_commit(&self, commit: &Commit) {
        if let Err(error) = self.store.commit(self.clock.now(), &commit.taken_back()).await {
            tracing::error!(%error, "what was not sent still counts");
        }
    }
}

/// A denial for which the gateway itself is the reason.
pub(crate) fn closed(reason: &'static str) -> Denial {
    let rule = RuleName::fixed("(closed)");
    Denial { rule, reason: Cow::Borrowed(reason), retry_after: None, outward: Outward::Visible }
}

impl<'e> Asked<'e> {
    pub(super) fn admission(self, seq: u64, settled: Settled) -> Admission<'e> {
        match settled {
            Settled::Allow(commit) => Admission::Carry(Permit { asked: self, seq, commit }),
            Settled::Deny(denial) => Admission::Answer(self.denied(&denial)),
            Settled::Ask(waiting) => Admission::Answer(self.asked_for(&waiting)),
        }
    }

    pub(super) fn judged(&self, settled: &Settled) -> Judged {
        match settled {
            Settled::Allow(commit) => Judged { verdict: Verdict::Allow, commit: commit.clone(), ..self.unjudged() },
            Settled::Deny(denial) => Judged {
                verdict: Verdict::Deny,
                rule: Some(denial.rule.clone()),
                reason: Some(clip(&denial.reason, 256)),
                retry_after: denial.retry_after,
                ..self.unjudged()
            },
            Settled::Ask(Waiting { ask, open, commit }) => Judged {
                verdict: Verdict::Ask,
                rule: Some(ask.wanted.terms.rule.clone()),
                reason: Some(clip(&ask.wanted.terms.reason, 256)),
                ask: Some(open.id),
                commit: commit.clone(),
                ..self.unjudged()
            },
        }
    }
}
