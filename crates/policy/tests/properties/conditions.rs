//! G3: rules match whole values.
//!
//! For every policy with conditions of all eleven operators, paths into lists and maps, schemas and actions, in all three
//! dialects, and every call: it is let through exactly when the model, which reads types strictly and numbers to the last
//! digit, says that every rule holds. And a condition and its opposite never both hold.

use floorwalker_policy::Decision;
use proptest::prelude::*;

use crate::{
    broken::reading::{FirstConditionCounts, MatchesAnywhere, NumbersInDoubles, TakesNullForNothing},
    engine::{Engine, Real},
    generate::{
        histories::{Happens, PLAIN, case},
        policies::RULES,
        words::{NUMBERS, VALUES},
    },
    hold::{Held, Property},
    model::charges,
    play::Player,
    written::{Asked, Case, Check, Condition, Deed, Demand, Dialect, Rules, Written, parsed},
};

pub(crate) const PROPERTY: Property = Property {
    name: "conditions",
    pairs: 14_000,
    check: |engine, run| run.cases(case(RULES, Happens { steps: 16, ..PLAIN }), |case| hold(engine, case)),
    broken: &[&NumbersInDoubles, &MatchesAnywhere, &FirstConditionCounts, &TakesNullForNothing],
};

#[test]
fn rules_match_whole_values() {
    PROPERTY.holds();
}

#[test]
fn broken_engines_match_what_they_should_not() {
    PROPERTY.finds_what_is_broken();
}

fn hold(engine: &dyn Engine, case: &Case) -> Held {
    let player = Player::new(engine, &case.policies);
    for step in &case.steps {
        let Deed::Ask { asked, .. } = &step.deed else { continue };
        let found = player.decision(0, asked);
        let expected = charges(&case.policies[0], asked).is_some();
        prop_assert!(matches!(found, Decision::Allow(_)) == expected, "{:?}: {:?}", asked, found);
    }
    Ok(())
}

proptest! {
    // What fails is told with its seed; there is no folder here to keep it in.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn opposites_exclude_each_other(
        x in prop::sample::select(VALUES.to_vec()),
        wanted in prop::sample::select(VALUES.to_vec()),
        bound in prop::sample::select(NUMBERS.to_vec()),
    ) {
        let (x, wanted, bound) = (parsed(x), parsed(wanted), parsed(bound));
        let list = serde_json::Value::Array(vec![wanted.clone()]);
        prop_assert_ne!(denies("eq", &wanted, &x), denies("neq", &wanted, &x));
        prop_assert_ne!(denies("in", &list, &x), denies("not_in", &list, &x));
        for (operator, opposite) in [("lt", "gte"), ("lte", "gt")] {
            prop_assert_eq!(denies(operator, &bound, &x) ^ denies(opposite, &bound, &x), x.is_number());
        }
    }
}

fn denies(op: &'static str, value: &serde_json::Value, x: &serde_json::Value) -> bool {
    let conditions = vec![Condition { path: "args.x", op, value: value.clone() }];
    let checks = vec![Check { demand: Demand::DenyIf, conditions }];
    let policy = Written {
        dialect: Dialect::Json,
        allows_unlisted: false,
        hide: Vec::new(),
        every: Rules::default(),
        tools: vec![("look", Rules { checks, ..Rules::default() })],
        description: None,
    };
    let arguments = Some(serde_json::json!({ "x": x }));
    let asked = Asked { grant: "g", session: None, server: "s", tool: "look", arguments };
    matches!(Player::new(&Real, &[policy]).decision(0, &asked), Decision::Deny(_))
}
