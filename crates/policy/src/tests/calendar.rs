//! Calendar windows against a model that remembers everything and adds it up by the minute.

use std::sync::Arc;

use proptest::prelude::*;

use crate::{
    Amount, Change, Charge, CounterKey, Decision, Moment, Plan, RuleName, Scope, ServerName, State, Timestamp, Unit,
    Window,
};

fn charge(thousandths: u64) -> Plan {
    let counter = CounterKey { server: ServerName::new("s").unwrap(), counter: Arc::from("c"), scope: Scope::Policy };
    let amount = Amount::parse(&format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000)).unwrap();
    let window = Window::Calendar(Unit::Minute);
    let rule = RuleName::fixed("/limit");
    Plan { changes: vec![Change::Charge(Charge { counter, amount, max: 5.into(), window, rule, on_deny: None })] }
}

proptest! {
    #[test]
    fn each_minute_holds_exactly_what_it_may(steps in prop::collection::vec((0_u64..40_000, 0_u64..4_000), 1..60)) {
        let (mut state, mut now, mut charged) = (State::default(), 1_768_473_000_000, Vec::new());
        for (pause, thousandths) in steps {
            now += pause;
            let minute = now / 60_000;
            let held: u64 = charged.iter().filter(|(at, _)| at / 60_000 == minute).map(|(_, amount)| amount).sum();
            match state.commit(Moment { at: Timestamp::from_millis(now), turn: 0 }, &charge(thousandths)) {
                Decision::Allow(()) => {
                    prop_assert!(held + thousandths <= 5_000);
                    charged.push((now, thousandths));
                }
                Decision::Ask(_) => panic!("nobody is asked here"),
                Decision::Deny(denial) => {
                    prop_assert!(held + thousandths > 5_000);
                    let wait = denial.retry_after.expect("every amount fits a minute of its own");
                    prop_assert_eq!(now + wait.as_millis() as u64, (minute + 1) * 60_000);
                }
            }
        }
    }
}
