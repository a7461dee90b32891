//! Completions against a model: whatever the order in which calls, replies, losses and crashes come, no two are on their way
//! or done.

use proptest::prelude::*;

use crate::{Change, CheckoutKey, Decision, Ending, GrantId, Handle, Moment, Once, Plan, ServerName, State, Timestamp};

/// What happens next. Replies name one of the calls that wait for theirs.
#[derive(Clone, Debug)]
enum Step {
    /// A completion is asked for.
    Complete,
    /// A poll begins, and sees the upstream as it is now.
    Poll,
    /// The upstream does a completion that was sent.
    Execute(prop::sample::Index),
    /// A completion is answered: with what the upstream did, or with a refusal when it did nothing.
    Answer(prop::sample::Index),
    /// Its reply is lost, whatever the upstream did. What it has not done by then, it does not do later.
    Lose(prop::sample::Index),
    /// It was not sent.
    TakeBack(prop::sample::Index),
    /// The reply to a poll arrives.
    Arrive(prop::sample::Index),
    /// The gateway ends and starts anew from its log; what waited for replies is gone.
    Crash,
}

fn steps() -> impl Strategy<Value = Vec<(bool, Step)>> {
    let index = any::<prop::sample::Index>;
    let step = prop_oneof![
        4 => Just(Step::Complete),
        3 => Just(Step::Poll),
        2 => index().prop_map(Step::Execute),
        2 => index().prop_map(Step::Answer),
        2 => index().prop_map(Step::Lose),
        1 => index().prop_map(Step::TakeBack),
        4 => index().prop_map(Step::Arrive),
        1 => Just(Step::Crash),
    ];
    prop::collection::vec((any::<bool>(), step), 1..60)
}

fn checkout() -> CheckoutKey {
    CheckoutKey { server: ServerName::new("s").unwrap(), handle: Handle::new("c").unwrap() }
}

fn begin() -> Plan {
    Plan { changes: vec![Change::Begin { checkout: checkout(), once: Once::Completion, attempts: None, from: None }] }
}

fn end(ending: Ending) -> Plan {
    Plan { changes: vec![Change::End { checkout: checkout(), once: Once::Completion, ending }] }
}

/// A completion that was let through and not answered yet.
struct Sent {
    at: Timestamp,
    is_done: bool,
}

/// The gateway's state and log, and the upstream as it is.
#[derive(Default)]
struct Model {
    state: State,
    log: Vec<(Moment, Plan)>,
    now: Moment,
    waiting: Vec<Sent>,
    /// The polls that wait for their replies: when they were asked, and whether they saw a checkout that is not completed.
    polls: Vec<(u64, bool)>,
    done: usize,
}

impl Model {
    fn commit(&mut self, plan: Plan) -> bool {
        let now = Moment { turn: self.now.turn + 1, ..self.now };
        let before = self.state.clone();
        let is_allowed = self.state.commit(now, &plan) == Decision::Allow(());
        if is_allowed {
            self.now = now;
            self.log.push((now, plan));
        } else {
            assert_eq!(self.state, before);
        }
        is_allowed
    }

    fn fold(&self) -> State {
        let mut folded = State::default();
        self.log.iter().for_each(|(then, plan)| folded.redo(*then, plan));
        folded
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Complete => {
                if self.commit(begin()) {
                    self.waiting.push(Sent { at: self.now.at, is_done: false });
                }
            }
            Step::Poll => {
                self.commit(Plan { changes: vec![Change::Own { checkout: checkout(), grant: owner() }] });
                self.polls.push((self.now.turn, self.done == 0));
            }
            Step::Execute(index) => {
                if let Some(mut sent) = taken(&mut self.waiting, index) {
                    self.done += usize::from(!sent.is_done);
                    sent.is_done = true;
                    self.waiting.push(sent);
                }
            }
            Step::Answer(index) => {
                if let Some(sent) = taken(&mut self.waiting, index) {
                    self.commit(end(if sent.is_done { Ending::Done } else { Ending::Refused }));
                }
            }
            Step::Lose(index) => {
                if taken(&mut self.waiting, index).is_some() {
                    self.commit(end(Ending::Unknown));
                }
            }
            Step::TakeBack(index) => match taken(&mut self.waiting, index) {
                // What the upstream did was sent.
                Some(sent) if sent.is_done => self.waiting.push(sent),
                Some(sent) => {
                    self.commit(Plan { changes: vec![Change::TakeBack { at: sent.at, plan: begin() }] });
                }
                None => {}
            },
            Step::Arrive(index) => {
                if let Some((asked, true)) = taken(&mut self.polls, index) {
                    self.commit(reopen(asked));
                }
            }
            Step::Crash => {
                self.waiting.clear();
                self.polls.clear();
                self.state = self.fold();
                self.state.give_up_calls(self.now.turn);
            }
        }
    }
}

fn taken<T>(list: &mut Vec<T>, index: &prop::sample::Index) -> Option<T> {
    (!list.is_empty()).then(|| list.remove(index.index(list.len())))
}

fn reopen(asked: u64) -> Plan {
    Plan { changes: vec![Change::Reopen { checkout: checkout(), asked }] }
}

fn owner() -> GrantId {
    GrantId::new("a").unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn at_most_one_completion_is_on_its_way_or_done(steps in steps()) {
        let mut model = Model::default();
        model.commit(Plan { changes: vec![Change::Bind { checkout: checkout(), grant: owner() }] });
        let mut is_restarted = false;
        for (passes, step) in &steps {
            let pause = if *passes { 1 } else { 0 };
            model.now.at = Timestamp::from_millis(model.now.at.as_millis() + pause);
            model.step(step);
            is_restarted |= matches!(step, Step::Crash);
            let undone = model.waiting.iter().filter(|sent| !sent.is_done).count();
            prop_assert!(model.done + undone <= 1, "{} done, {undone} on their way", model.done);
            prop_assert!(is_restarted || model.fold() == model.state);
        }
        // Where nothing was done and nothing waits, a poll is enough to go on.
        model.step(&Step::Crash);
        model.step(&Step::Poll);
        if model.done == 0 {
            prop_assert!(model.commit(reopen(model.now.turn)));
            prop_assert!(model.commit(begin()));
        }
    }
}
