//! What holds of every history of asks, answers, calls and crashes: a yes is spent at most once, on exactly what was shown,
//! in time, and never by who asked for it. About G16.
//!
//! The model is a list of what people said. It knows nothing of rows and standings.

// Clippy lets tests unwrap, and takes a module for tests when it says so.
#![cfg(test)]

use std::{sync::Arc, time::Duration};

use floorwalker_json::{Decimal, Digest};
use floorwalker_policy::{
    ApproverId, Approvers, AskId, AskTerms, Change, CheckoutKey, Consent, Cost, Decision, GrantId, Handle, Moment,
    Plan, Row, RowKey, RuleName, ServerName, State, Timestamp, Total, Wanted,
};
use proptest::prelude::*;

const GRANTS: [&str; 2] = ["a", "hana"];
const PEOPLE: [&str; 3] = ["hana", "otto", "eve"];
const EXPIRES: u64 = 50;
const COOL_DOWN: u64 = 30;
const PENDING_MAX: u64 = 2;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    Pass(u64),
    Reprice { total: u8 },
    Call { grant: usize, call: u8 },
    Answer { ask: usize, person: usize, consent: bool },
    Unsent { call: usize },
    Crash,
}

/// What a person said, and what became of it.
#[derive(Clone, Debug)]
struct Said {
    ask: usize,
    consent: bool,
    used: Option<usize>,
}

/// What a person was shown.
#[derive(Clone, Debug)]
struct Shown {
    id: AskId,
    what: (usize, u8, u8),
    at: u64,
}

#[derive(Default)]
struct Run {
    state: State,
    now: u64,
    turn: u64,
    total: u8,
    log: Vec<(Moment, Plan)>,
    shown: Vec<Shown>,
    said: Vec<Said>,
    /// The calls that passed: when, and their plans.
    passed: Vec<(Moment, Plan, bool)>,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (1..40_u64).prop_map(Step::Pass),
        1 => (0..2_u8).prop_map(|total| Step::Reprice { total }),
        6 => (0..2_usize, 0..3_u8).prop_map(|(grant, call)| Step::Call { grant, call }),
        6 => (0..4_usize, 0..3_usize, prop::bool::weighted(0.8))
            .prop_map(|(ask, person, consent)| Step::Answer { ask, person, consent }),
        1 => (0..3_usize).prop_map(|call| Step::Unsent { call }),
        1 => Just(Step::Crash),
    ]
}

fn checkout() -> CheckoutKey {
    CheckoutKey { server: ServerName::new("s").unwrap(), handle: Handle::new("co").unwrap() }
}

fn wanted(grant: usize, call: u8) -> Arc<Wanted> {
    let approvers = ["hana", "otto"].map(|name| ApproverId::new(name).unwrap());
    Arc::new(Wanted {
        grant: GrantId::new(GRANTS[grant]).unwrap(),
        server: ServerName::new("s").unwrap(),
        tool: Arc::from("t"),
        call: Digest::of(&[u8::try_from(grant).unwrap(), call]),
        costs: vec![Cost::Checkout(checkout().handle)],
        terms: Arc::new(AskTerms {
            rule: RuleName::fixed("/ask"),
            reason: Arc::from("why"),
            approvers: Approvers::Only(approvers.into()),
            expires: Duration::from_millis(EXPIRES),
            pending_max: PENDING_MAX,
            cool_down: Duration::from_millis(COOL_DOWN),
        }),
    })
}

impl Run {
    fn new() -> Self {
        let mut run = Self { now: 1_000, ..Self::default() };
        let bind = Change::Bind { checkout: checkout(), grant: GrantId::new("a").unwrap() };
        assert_eq!(run.commit(vec![bind]), Decision::Allow(()));
        run.reprice(0);
        run
    }

    fn commit(&mut self, changes: Vec<Change>) -> Decision<()> {
        self.turn += 1;
        let (moment, plan) = (Moment { at: Timestamp::from_millis(self.now), turn: self.turn }, Plan { changes });
        let before = self.state.clone();
        let decision = self.state.commit(moment, &plan);
        match &decision {
            Decision::Allow(()) => self.log.push((moment, plan)),
            _ => assert_eq!(self.state, before, "what did not pass changed something"),
        }
        decision
    }

    fn reprice(&mut self, total: u8) {
        self.total = total;
        let total = Total::new(Decimal::parse(&total.to_string()).unwrap(), "EUR").unwrap();
        let change = Change::Total { checkout: checkout(), total, agreed: true };
        assert_eq!(self.commit(vec![change]), Decision::Allow(()));
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Pass(millis) => self.now += millis,
            Step::Reprice { total } => self.reprice(total),
            Step::Call { grant, call } => self.call(grant, call),
            Step::Answer { ask, person, consent } => self.answer(ask, person, consent),
            Step::Unsent { call } => self.unsent(call),
            Step::Crash => self.crash(),
        }
    }

    /// The yes that this call may use, if people said one that still counts.
    fn yes(&self, what: (usize, u8, u8)) -> Option<usize> {
        let holds = |said: &&Said| {
            let shown = &self.shown[said.ask];
            said.consent && said.used.is_none() && shown.what == what && self.now < shown.at + EXPIRES
        };
        let taken_back = |said: &&Said| !self.said.iter().any(|no| no.ask == said.ask && !no.consent);
        let found = self.said.iter().filter(holds).find(taken_back)?;
        self.said.iter().position(|said| std::ptr::eq(said, found))
    }

    fn call(&mut self, grant: usize, call: u8) {
        let what = (grant, call, self.total);
        match self.commit(vec![Change::Spend(wanted(grant, call))]) {
            Decision::Allow(()) => {
                let yes = self.yes(what).expect("a call passed without a yes to exactly it");
                self.said[yes].used = Some(self.passed.len());
                let (moment, plan) = self.log.last().cloned().unwrap();
                self.passed.push((moment, plan, false));
            }
            Decision::Ask(ask) if ask.open.is_none() => {
                assert_eq!(self.commit(ask.plan.changes), Decision::Allow(()));
                let id = self.row(grant).last().unwrap().0;
                assert!(!self.shown.iter().any(|shown| shown.id == id), "an id came back");
                self.shown.push(Shown { id, what, at: self.now });
                let pending = self.row(grant).iter().filter(|(_, pending)| *pending).count();
                assert!(pending as u64 <= PENDING_MAX, "{pending} asks wait");
            }
            Decision::Ask(ask) => {
                let shown = self.shown.iter().find(|shown| shown.id == ask.open.unwrap().id).unwrap();
                assert_eq!(shown.what, what);
                assert!(self.now < shown.at + EXPIRES);
            }
            Decision::Deny(denial) => assert!(denial.retry_after.is_some_and(|wait| !wait.is_zero())),
        }
    }

    fn row(&self, grant: usize) -> Vec<(AskId, bool)> {
        let now = Timestamp::from_millis(self.now);
        match self.state.row(&RowKey::Approvals(GrantId::new(GRANTS[grant]).unwrap())) {
            Some(Row::Approvals(row)) => row.asks.iter().map(|ask| (ask.id, ask.is_pending(now))).collect(),
            _ => Vec::new(),
        }
    }

    /// The newest ask, the one before it, and so on.
    fn answer(&mut self, ask: usize, person: usize, consent: bool) {
        let Some(ask) = self.shown.len().checked_sub(ask + 1) else { return };
        let Shown { id, what, at } = self.shown[ask].clone();
        let (grant, approver) = (GrantId::new(GRANTS[what.0]).unwrap(), ApproverId::new(PEOPLE[person]).unwrap());
        let costs = wanted(what.0, what.1).cost_keys().collect();
        let consent_word = if consent { Consent::Given } else { Consent::Refused };
        let answer = Change::Answer { grant, ask: id, approver, consent: consent_word, costs };
        if self.commit(vec![answer]) != Decision::Allow(()) {
            return;
        }
        assert_ne!(PEOPLE[person], GRANTS[what.0], "who asked has approved");
        assert_ne!(PEOPLE[person], "eve", "somebody approved who may not");
        assert!(self.now < at + EXPIRES, "an ask was answered that is over");
        assert!(!consent || what.2 == self.total, "a total was approved that is no more");
        self.said.push(Said { ask, consent, used: None });
        if consent {
            let mut ahead = self.state.clone();
            let moment = Moment { at: Timestamp::from_millis(self.now), turn: self.turn + 1 };
            let plan = Plan { changes: vec![Change::Spend(wanted(what.0, what.1))] };
            assert_eq!(ahead.commit(moment, &plan), Decision::Allow(()), "a yes does not let its call pass");
        }
    }

    /// The newest call that passed was not sent, or the one before it, and so on; each once.
    fn unsent(&mut self, call: usize) {
        let Some(index) = self.passed.len().checked_sub(call + 1) else { return };
        let (moment, plan, taken) = self.passed[index].clone();
        if taken {
            return;
        }
        self.passed[index].2 = true;
        assert_eq!(self.commit(vec![Change::TakeBack { at: moment.at, plan }]), Decision::Allow(()));
        for said in &mut self.said {
            said.used = said.used.filter(|used| *used != index);
        }
    }

    /// What the log tells is all that there was.
    fn crash(&mut self) {
        let mut redone = State::default();
        for (moment, plan) in &self.log {
            redone.redo(*moment, plan);
        }
        assert_eq!(redone, self.state);
        self.state = redone;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// Broken engines that this catches: one that does not mark a yes as spent, and one that compares calls without totals.
    #[test]
    fn a_yes_is_spent_once_on_what_was_shown_in_time_and_by_somebody_else(
        steps in prop::collection::vec(step(), 1..60)
    ) {
        let mut run = Run::new();
        steps.iter().for_each(|step| run.step(step));
    }
}
