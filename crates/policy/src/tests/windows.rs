//! Rolling windows against a model that remembers everything and adds it up each time.

use std::{sync::Arc, time::Duration};

use crate::{Change, Charge, CounterKey, Decision, Moment, Plan, RuleName, Scope, ServerName, State, Timestamp};
use proptest::prelude::*;

/// One charge: which counter, when, and how much.
type Entry = (usize, u64, u64, u64);

/// All charges as (counter, when committed, from when on it counts, amount), and each counter's latest time.
#[derive(Default)]
struct Model {
    entries: Vec<Entry>,
    latest: [u64; 3],
}

impl Model {
    fn held(&self, counter: usize, until: u64, window: u64) -> u64 {
        let within = |counted: u64| counted <= until && counted + window > until;
        self.entries.iter().filter(|entry| entry.0 == counter && within(entry.2)).map(|entry| entry.3).sum()
    }

    /// All of the charges if each finds room, else none.
    fn charge(&mut self, now: u64, charges: &[Wish]) -> bool {
        let before = self.entries.clone();
        for wish in charges {
            let counted = now.max(self.latest[wish.counter]);
            if self.held(wish.counter, counted, wish.window) + wish.amount > wish.max {
                self.entries = before;
                return false;
            }
            self.entries.push((wish.counter, now, counted, wish.amount));
        }
        charges.iter().for_each(|wish| self.latest[wish.counter] = self.latest[wish.counter].max(now));
        true
    }

    fn take_back(&mut self, at: u64, charges: &[Wish]) {
        for wish in charges.iter().rev() {
            let is_it = |entry: &Entry| (entry.0, entry.1, entry.3) == (wish.counter, at, wish.amount);
            if let Some(index) = self.entries.iter().rposition(is_it) {
                self.entries.remove(index);
            }
        }
    }
}

/// A charge that a step asks for.
#[derive(Clone, Debug)]
struct Wish {
    counter: usize,
    amount: u64,
    max: u64,
    window: u64,
}

#[derive(Clone, Debug)]
enum Step {
    Charge {
        now: u64,
        charges: Vec<Wish>,
    },
    /// Takes back an earlier step, by its place in the list; perhaps one that was refused or is taken back already.
    TakeBack(prop::sample::Index),
}

fn plan(charges: &[Wish]) -> Plan {
    let change = |wish: &Wish| {
        let counter: Arc<str> = Arc::from(format!("c{}", wish.counter));
        Change::Charge(Charge {
            counter: CounterKey { server: ServerName::new("s").unwrap(), counter, scope: Scope::Policy },
            amount: wish.amount,
            max: wish.max,
            window: Duration::from_millis(wish.window),
            rule: RuleName::fixed("/limit"),
        })
    };
    Plan { changes: charges.iter().map(change).collect() }
}

/// Counters know no turns.
fn moment(millis: u64) -> Moment {
    Moment { at: Timestamp::from_millis(millis), turn: 0 }
}

fn take_back(at: u64, charges: &[Wish]) -> Plan {
    Plan { changes: vec![Change::TakeBack { at: Timestamp::from_millis(at), plan: plan(charges) }] }
}

/// Counter 0 holds 5 in 40 ms and counter 1 holds 9 in 100 ms; counter 2 is charged with either, the longer window first.
fn wish() -> impl Strategy<Value = Wish> {
    (0..3_usize, 1..7_u64, any::<bool>()).prop_map(|(counter, amount, long)| match (counter, long) {
        (0, _) | (2, false) => Wish { counter, amount, max: 5, window: 40 },
        _ => Wish { counter, amount, max: 9, window: 100 },
    })
}

/// Times mostly go forward, sometimes stand still, and sometimes jump back.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let charges = || prop::collection::vec(wish(), 1..4);
    let step = prop_oneof![
        8 => (-5..30_i64, charges()).prop_map(|(pause, charges)| (Some(pause), charges, None)),
        1 => (-300..300_i64, charges()).prop_map(|(pause, charges)| (Some(pause), charges, None)),
        2 => any::<prop::sample::Index>().prop_map(|index| (None, Vec::new(), Some(index))),
    ];
    prop::collection::vec(step, 1..80).prop_map(|steps| {
        let mut now = 1_000_i64;
        let step = |(pause, charges, index): (Option<i64>, Vec<Wish>, Option<prop::sample::Index>)| {
            now = (now + pause.unwrap_or(0)).max(0);
            index.map_or(Step::Charge { now: now as u64, charges }, Step::TakeBack)
        };
        steps.into_iter().map(step).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_state_allows_exactly_what_the_model_allows(steps in steps()) {
        let (mut state, mut model) = (State::default(), Model::default());
        let first = [Wish { counter: 2, amount: 1, max: 9, window: 100 }];
        prop_assert_eq!(state.commit(Moment::default(), &plan(&first)), Decision::Allow(()));
        prop_assert!(model.charge(0, &first));
        for step in &steps {
            match step {
                Step::Charge { now, charges } => {
                    let before = state.clone();
                    let decision = state.commit(moment(*now), &plan(charges));
                    prop_assert_eq!(decision == Decision::Allow(()), model.charge(*now, charges));
                    if let Decision::Deny(denial) = decision {
                        prop_assert_eq!(&state, &before);
                        prop_assert!(denial.retry_after != Some(Duration::ZERO));
                    }
                }
                Step::TakeBack(index) => if let Step::Charge { now, charges } = &steps[index.index(steps.len())] {
                    let plan = take_back(*now, charges);
                    prop_assert_eq!(state.commit(Moment::default(), &plan), Decision::Allow(()));
                    model.take_back(*now, charges);
                },
            }
        }
        for (counter, max, window) in [(0, 5, 40), (1, 9, 100)] {
            for end in model.entries.iter().map(|entry| entry.2) {
                prop_assert!(model.held(counter, end, window) <= max);
            }
        }
    }

    /// A crash can lose take-backs; what is done again without them makes room for nothing.
    #[test]
    fn what_is_redone_allows_no_charge_that_the_state_refuses(
        steps in steps(),
        lost in prop::collection::vec(any::<bool>(), 80),
        probes in prop::collection::vec((0..2_000_u64, wish()), 1..20),
    ) {
        let (mut state, mut redone) = (State::default(), State::default());
        for (step, is_lost) in steps.iter().zip(lost) {
            let (now, plan, is_lost) = match step {
                Step::Charge { now, charges } => (*now, plan(charges), false),
                Step::TakeBack(index) => match &steps[index.index(steps.len())] {
                    Step::Charge { now, charges } => (0, take_back(*now, charges), is_lost),
                    Step::TakeBack(_) => continue,
                },
            };
            let now = moment(now);
            if state.commit(now, &plan) == Decision::Allow(()) && !is_lost {
                redone.redo(now, &plan);
            }
        }
        for (now, wish) in probes {
            let (now, plan) = (moment(now), plan(&[wish]));
            if redone.clone().commit(now, &plan) == Decision::Allow(()) {
                prop_assert_eq!(state.clone().commit(now, &plan), Decision::Allow(()));
            }
        }
    }

    /// The told wait is exact: one millisecond earlier the same charge does not fit, and then it does.
    #[test]
    fn the_wait_is_exact(steps in prop::collection::vec((0..30_u64, 1..6_u64), 1..40)) {
        let (mut state, mut now) = (State::default(), 0);
        for (pause, amount) in steps {
            now += pause;
            let plan = plan(&[Wish { counter: 0, amount, max: 5, window: 40 }]);
            if let Decision::Deny(denial) = state.commit(moment(now), &plan) {
                let wait = denial.retry_after.expect("an amount that can ever fit has a wait");
                let fits = Timestamp::from_millis(now).after(wait);
                let early = moment(fits.as_millis() - 1);
                prop_assert!(matches!(state.clone().commit(early, &plan), Decision::Deny(_)));
                prop_assert_eq!(state.clone().commit(moment(fits.as_millis()), &plan), Decision::Allow(()));
            }
        }
    }
}
