//! What grants asked people for, and what people said.
//!
//! An ask and the yes to it are for one exact call at the totals that were last shown; whatever differs is another ask. One
//! deadline holds for both. A no stands for a while, so that nobody is worn down by asking again.
//!
//! INVARIANT: of one call at most one ask is live, waiting or approved, so it is never a question which yes is spent.

use std::{mem, sync::Arc, time::Duration};

use floorwalker_json::Digest;

use crate::{
    ApproverId, Approvers, Ask, AskId, Change, Consent, Denial, GrantId, Moment, OpenAsk, Outward, Plan, Row, RowKey,
    RuleName, State, Timestamp, Total, Wanted,
    duration::spelled,
    onlooker::Onlooker,
    state::{change::Stop, undo::Undo},
};

const UNKNOWN: RuleName = RuleName::fixed("/approvals/unknown");
const EXPIRED: RuleName = RuleName::fixed("/approvals/expired");
const ANSWERED: RuleName = RuleName::fixed("/approvals/answered");
pub(super) const APPROVER: RuleName = RuleName::fixed("/approvals/approver");
const TOTAL: RuleName = RuleName::fixed("/approvals/total");

/// The asks of one grant, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ApprovalsRow {
    /// The asks that still mean something.
    pub asks: Vec<Approval>,
}

/// One ask, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Approval {
    /// How it is called.
    pub id: AskId,
    /// What is asked for.
    pub wanted: Arc<Wanted>,
    /// What each of its costs was shown as.
    pub totals: Vec<Option<Total>>,
    /// When it was asked.
    pub asked: Timestamp,
    /// From when on it is over, answered or not.
    pub expires: Timestamp,
    /// How it stands.
    pub stands: Stands,
}

/// How an ask stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It waits for an answer.
    Pending,
    /// A person said yes, and the call was not made yet.
    Approved {
        /// Who.
        by: ApproverId,
        /// When.
        at: Timestamp,
    },
    /// A person said no.
    Denied {
        /// Who.
        by: ApproverId,
        /// When.
        at: Timestamp,
    },
    /// The call was made.
    Spent {
        /// When.
        at: Timestamp,
        /// How it stood before, in case nothing was sent.
        before: Box<Stands>,
    },
}

impl Approval {
    /// Whether it waits for an answer at that time.
    #[must_use]
    pub fn is_pending(&self, now: Timestamp) -> bool {
        now < self.expires && self.stands == Stands::Pending
    }

    /// Whether it waits or was approved, at that time.
    fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires && self.may_be_spent()
    }

    fn may_be_spent(&self) -> bool {
        matches!(self.stands, Stands::Pending | Stands::Approved { .. })
    }

    /// Until when a no stands.
    fn denied_until(&self) -> Option<Timestamp> {
        match self.stands {
            Stands::Denied { at, .. } => Some(at.after(self.wanted.terms.cool_down)),
            _ => None,
        }
    }

    /// A yes of somebody who could give one today, too: the policy may have changed since.
    fn is_approved_by(&self, approvers: &Approvers) -> bool {
        matches!(&self.stands, Stands::Approved { by, .. } if approvers.has(by))
    }

    fn is_for(&self, wanted: &Wanted, totals: &[Option<Total>]) -> bool {
        self.wanted.call == wanted.call && self.totals == totals
    }

    fn has_meaning(&self, now: Timestamp) -> bool {
        now < self.expires.max(self.denied_until().unwrap_or_default())
    }
}

impl ApprovalsRow {
    /// Whether the yes is there; if not, what stands in its way.
    fn require_yes(&self, now: Timestamp, wanted: &Arc<Wanted>, totals: Vec<Option<Total>>) -> Result<(), Stop> {
        // An ask that nobody could answer who may today is as good as none.
        let is_of_today = |ask: &Approval| !ask.wanted.terms.approvers.and(&wanted.terms.approvers).is_nobody();
        let live = self.asks.iter().find(|ask| ask.is_live(now) && ask.is_for(wanted, &totals) && is_of_today(ask));
        match live {
            Some(ask) if ask.is_approved_by(&wanted.terms.approvers) => Ok(()),
            Some(ask) if ask.stands == Stands::Pending => Err(Stop::Ask(Box::new(Ask {
                wanted: Arc::clone(wanted),
                open: Some(OpenAsk { id: ask.id, expires_in: ask.expires.since(now) }),
                plan: Plan::default(),
            }))),
            _ => {
                self.require_room(now, wanted, &totals)?;
                let plan = Plan { changes: vec![Change::Open { wanted: Arc::clone(wanted), totals }] };
                Err(Stop::Ask(Box::new(Ask { wanted: Arc::clone(wanted), open: None, plan })))
            }
        }
    }

    /// Whether a new ask may be put to people.
    fn require_room(&self, now: Timestamp, wanted: &Wanted, totals: &[Option<Total>]) -> Result<(), Denial> {
        let denied = self.asks.iter().filter(|ask| ask.is_for(wanted, totals)).filter_map(Approval::denied_until).max();
        if let Some(until) = denied.filter(|until| now < *until) {
            return Err(waits(wanted, "A person denied exactly this call", until.since(now)));
        }
        // An ask for the same call at other totals makes way for this one.
        let waiting = || self.asks.iter().filter(|ask| ask.is_pending(now) && ask.wanted.call != wanted.call);
        let most = usize::try_from(wanted.terms.pending_max).unwrap_or(usize::MAX);
        match waiting().map(|ask| ask.expires).min() {
            Some(first) if waiting().count() >= most => {
                let says = "As many calls of this grant wait for a person as may";
                Err(waits(wanted, says, first.since(now)))
            }
            _ => Ok(()),
        }
    }

    fn require_answerable(
        &self,
        now: Timestamp,
        (grant, ask): (&GrantId, AskId),
        (approver, consent): (&ApproverId, Consent),
        totals: &[Option<Total>],
    ) -> Result<(), Denial> {
        let Some(ask) = self.asks.iter().find(|known| known.id == ask) else { return Err(unknown_ask()) };
        if approver.as_str() == grant.as_str() || !ask.wanted.terms.approvers.has(approver) {
            return Err(Denial::visible(APPROVER, "This ask is for other people to answer."));
        }
        if now >= ask.expires {
            return Err(Denial::visible(EXPIRED, "This ask expired, so it is not answered any more."));
        }
        match (&ask.stands, consent) {
            (Stands::Pending, Consent::Given) if ask.totals != totals => {
                let reason =
                    "What this ask is about costs something else now, so it cannot be approved; it is asked anew.";
                Err(Denial::visible(TOTAL, reason))
            }
            (Stands::Pending, _) | (Stands::Approved { .. }, Consent::Refused) => Ok(()),
            _ => Err(Denial::visible(ANSWERED, "This ask was answered before.")),
        }
    }

    /// Puts a new ask into the place of those for the same call that could still be spent.
    pub(super) fn open(&mut self, moment: Moment, wanted: &Arc<Wanted>, totals: &[Option<Total>]) {
        self.asks.retain(|ask| ask.wanted.call != wanted.call || !ask.may_be_spent());
        self.asks.push(Approval {
            id: AskId::new(&wanted.call, totals, moment.turn),
            wanted: Arc::clone(wanted),
            totals: totals.to_vec(),
            asked: moment.at,
            expires: moment.at.after(wanted.terms.expires),
            stands: Stands::Pending,
        });
    }

    pub(super) fn answer(&mut self, now: Timestamp, ask: AskId, approver: &ApproverId, consent: Consent) {
        // What was spent stays so: an answer that a log tells late does not bring it back.
        if let Some(ask) = self.asks.iter_mut().find(|known| known.id == ask && known.may_be_spent()) {
            let (by, at) = (approver.clone(), now);
            ask.stands = match consent {
                Consent::Given => Stands::Approved { by, at },
                Consent::Refused => Stands::Denied { by, at },
            };
        }
    }

    /// Spends the one ask of that call that can be. Where a log tells of the call but not of the yes, it is spent all the
    /// same: it was sent.
    pub(super) fn spend(&mut self, now: Timestamp, call: &Digest) {
        if let Some(ask) = self.asks.iter_mut().find(|ask| ask.wanted.call == *call && ask.may_be_spent()) {
            let before = Box::new(mem::replace(&mut ask.stands, Stands::Pending));
            ask.stands = Stands::Spent { at: now, before };
        }
    }

    /// Brings back the yes that was spent at that time; of two that were in one instant, the one that is over first. An ask that
    /// was opened since makes way for it; a yes that was given since does not, and then one is enough.
    pub(super) fn unspend(&mut self, at: Timestamp, call: &Digest) {
        let is_of = |ask: &Approval| ask.wanted.call == *call;
        if self.asks.iter().any(|ask| is_of(ask) && matches!(ask.stands, Stands::Approved { .. })) {
            return;
        }
        let was_spent =
            |ask: &&mut Approval| is_of(ask) && matches!(ask.stands, Stands::Spent { at: then, .. } if then == at);
        let spent = self.asks.iter_mut().filter(was_spent).min_by_key(|ask| ask.expires).map(|ask| {
            if let Stands::Spent { before, .. } = &ask.stands {
                ask.stands = (**before).clone();
            }
            ask.id
        });
        if let Some(id) = spent {
            self.asks.retain(|ask| ask.id == id || !is_of(ask) || !ask.may_be_spent());
        }
    }

    pub(super) fn unask(&mut self, at: Timestamp, call: &Digest) {
        self.asks.retain(|ask| ask.wanted.call != *call || ask.asked != at || ask.stands != Stands::Pending);
    }

    /// Takes back one person's answer. A no that took a yes back leaves no yes behind: it was said.
    pub(super) fn unanswer(&mut self, at: Timestamp, ask: AskId, approver: &ApproverId, consent: Consent) {
        let is_it = |stands: &Stands| match (stands, consent) {
            (Stands::Approved { by, at: then }, Consent::Given)
            | (Stands::Denied { by, at: then }, Consent::Refused) => by == approver && *then == at,
            _ => false,
        };
        if let Some(ask) = self.asks.iter_mut().find(|known| known.id == ask && is_it(&known.stands)) {
            ask.stands = Stands::Pending;
        }
    }
}

impl State {
    pub(super) fn require_yes(&self, now: Timestamp, wanted: &Arc<Wanted>) -> Result<(), Stop> {
        if wanted.cost_keys().any(|key| self.is_unknown(&key)) {
            let reason = "What this call costs is not known: a call that may change it is under way, or got no reply that \
                          tells. Ask for the checkout's status, then repeat this call.";
            return Err(Denial::visible(wanted.terms.rule.clone(), reason).into());
        }
        self.approvals(&wanted.grant).require_yes(now, wanted, self.shown(wanted.cost_keys()))
    }

    /// Whether a call may change what this costs.
    fn is_unknown(&self, key: &RowKey) -> bool {
        matches!(self.rows.get(key), Some(Row::Checkout(row)) if row.touches.unknown)
    }

    /// The same before somebody who looks on.
    pub(super) fn require_yes_before(
        &self,
        now: Timestamp,
        wanted: &Arc<Wanted>,
        eyes: &mut impl Onlooker,
    ) -> Result<(), Stop> {
        let answer = self.require_yes(now, wanted);
        let saw = match &answer {
            Ok(()) => "one",
            Err(Stop::Ask(ask)) if ask.open.is_some() => "one that is asked for and not answered",
            Err(Stop::Ask(_)) => "none that is asked for",
            Err(Stop::Deny(_)) => "none, and it is not asked for now",
        };
        eyes.sees(&wanted.terms.rule, answer, || ("a person's yes to exactly this call".to_owned(), saw.to_owned()))
    }

    /// Another call may have asked for the same in between; then that ask is the answer.
    pub(super) fn require_unasked(
        &self,
        now: Timestamp,
        wanted: &Arc<Wanted>,
        totals: &[Option<Total>],
    ) -> Result<(), Stop> {
        match self.approvals(&wanted.grant).require_yes(now, wanted, totals.to_vec()) {
            Err(Stop::Ask(ask)) if ask.open.is_none() => Ok(()),
            Err(stop) => Err(stop),
            Ok(()) => Err(Denial::visible(ANSWERED, "A person just approved this call; repeat it.").into()),
        }
    }

    pub(super) fn require_answerable(
        &self,
        now: Timestamp,
        ask: (&GrantId, AskId),
        answer: (&ApproverId, Consent),
        costs: &[RowKey],
    ) -> Result<(), Denial> {
        self.approvals(ask.0).require_answerable(now, ask, answer, &self.shown(costs.iter().cloned()))?;
        match answer.1 {
            Consent::Given if costs.iter().any(|key| self.is_unknown(key)) => {
                let reason = "A call that may change what this costs is under way, so it cannot be approved now.";
                Err(Denial::visible(TOTAL, reason))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn approvals_mut<'p>(&mut self, grant: &'p GrantId, does: impl FnOnce(&mut ApprovalsRow)) -> Undo<'p> {
        let before = match self.rows.remove(&RowKey::Approvals(grant.clone())) {
            Some(Row::Approvals(row)) => Some(row),
            _ => None,
        };
        let mut row = before.clone().unwrap_or_default();
        does(&mut row);
        self.set_approvals(grant, Some(row));
        Undo::Approvals { grant, before }
    }

    /// A row without asks is none.
    pub(super) fn set_approvals(&mut self, grant: &GrantId, row: Option<ApprovalsRow>) {
        let key = RowKey::Approvals(grant.clone());
        match row.filter(|row| !row.asks.is_empty()) {
            Some(row) => drop(self.rows.insert(key, Row::Approvals(row))),
            None => drop(self.rows.remove(&key)),
        }
    }

    pub(super) fn settle_approvals(&mut self, now: Timestamp, grant: &GrantId) {
        self.approvals_mut(grant, |row| row.asks.retain(|ask| ask.has_meaning(now)));
    }

    /// What each of these was last shown to cost.
    fn shown(&self, costs: impl Iterator<Item = RowKey>) -> Vec<Option<Total>> {
        let total = |key| match self.rows.get(&key)? {
            Row::Checkout(row) => row.totals.shown.clone(),
            Row::Quote(row) => Some(row.total.clone()),
            _ => None,
        };
        costs.map(total).collect()
    }

    fn approvals(&self, grant: &GrantId) -> &ApprovalsRow {
        const NONE: &ApprovalsRow = &ApprovalsRow { asks: Vec::new() };
        match self.rows.get(&RowKey::Approvals(grant.clone())) {
            Some(Row::Approvals(row)) => row,
            _ => NONE,
        }
    }
}

/// The refusal of an id that names no ask; so does one whose ask made way for another.
fn unknown_ask() -> Denial {
    Denial::visible(UNKNOWN, "No ask of this id is open.")
}

fn waits(wanted: &Wanted, says: &str, wait: Duration) -> Denial {
    let reason = format!("{says}; it may be asked again in {}.", spelled(wait)).into();
    let rule = wanted.terms.rule.clone();
    Denial { rule, reason, retry_after: Some(wait), outward: Outward::Visible }
}
