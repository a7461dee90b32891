//! What holds of every policy and every call: a stricter policy never allows more, and the same is decided alike.
//!
//! Policies are made from few words over few arguments, so that rules and calls often meet. They are about G3 (rules match
//! whole values), G5 (amounts), G9 (one policy and one call have one decision).

// Clippy lets tests unwrap, and takes a module for tests when it says so.
#![cfg(test)]

use std::time::{Duration, Instant};

use floorwalker_json::{Document, Format, Keys, scan};
use floorwalker_policy::{
    Call, Decision, Definition, Denial, GrantId, Moment, Plan, Policy, ServerName, State, Timestamp, decide,
};
use proptest::prelude::*;

const SCHEMA: &str = r#"{"properties":{"x":{"type":"number"}}}"#;

fn load(source: &str) -> Policy {
    let document = Document::parse("policy", source, Format::Json).unwrap();
    Policy::load(&document).unwrap_or_else(|problems| panic!("{source}: {problems:?}"))
}

fn decided(policy: &Policy, arguments: &str) -> Decision<Plan> {
    let arguments = scan(arguments.as_bytes(), Keys::Unconfusable).unwrap();
    let (grant, server) = (GrantId::new("grant").unwrap(), ServerName::new("server").unwrap());
    let call = Call { grant: &grant, server: &server, session: None, tool: "t", arguments: Some(&arguments) };
    decide(Some(policy), None, Some(&Definition::default()), &call)
}

fn second(number: u64) -> Moment {
    Moment { at: Timestamp::from_millis(number * 1_000), turn: number }
}

/// What comes of each of the calls, one a second.
fn verdicts(policy: &Policy, calls: &[String]) -> Vec<Result<(), Denial>> {
    let mut state = State::default();
    let mut verdict = |(at, arguments): (usize, &String)| match decided(policy, arguments) {
        Decision::Ask(_) => panic!("nobody is asked here"),
        Decision::Deny(denial) => Err(denial),
        Decision::Allow(plan) => match state.commit(second(at as u64), &plan) {
            Decision::Allow(()) => Ok(()),
            Decision::Ask(_) => panic!("nobody is asked here"),
            Decision::Deny(denial) => Err(denial),
        },
    };
    calls.iter().enumerate().map(&mut verdict).collect()
}

fn value() -> impl Strategy<Value = String> {
    let values = [
        "0",
        "1",
        "1.0",
        "2.5",
        "-1",
        "100000000000000000001",
        r#""a""#,
        r#""ab""#,
        r#""1""#,
        "true",
        "null",
        r#"["a",1]"#,
        r#"{"c":1}"#,
    ];
    prop::sample::select(values.map(str::to_owned).to_vec())
}

fn word(words: &[&'static str]) -> impl Strategy<Value = &'static str> + use<> {
    prop::sample::select(words.to_vec())
}

fn condition() -> impl Strategy<Value = String> {
    let operand = prop_oneof![
        (word(&["eq", "neq", "contains"]), value()),
        (
            word(&["lt", "lte", "gt", "gte"]),
            prop::sample::select(vec!["0".to_owned(), "1".to_owned(), "2.5".to_owned()])
        ),
        (
            word(&["in", "not_in"]),
            prop::collection::vec(value(), 0..3).prop_map(|values| format!("[{}]", values.join(",")))
        ),
        (word(&["exists"]), prop::sample::select(vec!["true".to_owned(), "false".to_owned()])),
        (word(&["regex"]), prop::sample::select(vec![r#""a""#.to_owned(), r#""^a.*$""#.to_owned()])),
    ];
    let path = prop::sample::select(vec!["args.x", "args.y", "args.y.c", "args.y.0"]);
    (path, operand)
        .prop_map(|(path, (operator, value))| format!(r#"{{"path":"{path}","op":"{operator}","value":{value}}}"#))
}

/// The entries of one kind: `require` or `deny_if`.
fn entries(least: usize) -> impl Strategy<Value = Vec<String>> {
    let entry = prop::collection::vec(condition(), least..3);
    prop::collection::vec(entry.prop_map(|conditions| format!(r#"{{"conditions":[{}]}}"#, conditions.join(","))), 0..3)
}

/// A policy for the tool `t`, by its parts.
#[derive(Clone, Debug)]
struct Written {
    require: Vec<String>,
    deny_if: Vec<String>,
    limits: Vec<String>,
    max: u64,
    schema: Option<&'static str>,
    hide: bool,
}

impl Written {
    fn policy(&self) -> Policy {
        let Self { require, deny_if, limits, max, schema, hide } = self;
        let schema = schema.map(|schema| format!(r#""schema":{schema},"#)).unwrap_or_default();
        let hide = if *hide { r#""t""# } else { "" };
        load(&format!(
            r#"{{"version":"1","default":"deny","hide":[{hide}],
                "all_tools":{{"limits":[{{"counter":"all","window":5,"max":{max}}}]}},
                "tools":{{"t":{{{schema}"require":[{}],"deny_if":[{}],"limits":[{}]}}}}}}"#,
            require.join(","),
            deny_if.join(","),
            limits.join(",")
        ))
    }
}

fn written() -> impl Strategy<Value = Written> {
    let limits = prop::sample::subsequence(
        vec![
            r#"{"counter":"a","window":3,"max":2}"#.to_owned(),
            r#"{"counter":"b","window":9,"max":4,"increment":2}"#.to_owned(),
            r#"{"counter":"c","window":6,"max":3.5,"increment_from":"args.x"}"#.to_owned(),
            r#"{"counter":"d","window":6,"max":9,"increment_from":"args.x","currency":"a","currency_from":"args.y"}"#
                .to_owned(),
        ],
        0..=2,
    );
    let schema = prop::option::of(Just(SCHEMA));
    (entries(0), entries(1), limits, 0_u64..9, schema).prop_map(|(require, deny_if, limits, max, schema)| Written {
        require,
        deny_if,
        limits,
        max,
        schema,
        hide: false,
    })
}

/// One more thing that the policy asks for.
#[derive(Clone, Debug)]
enum More {
    Require(String),
    DenyIf(String),
    Lower,
    Schema,
    Hide,
}

fn more() -> impl Strategy<Value = More> {
    let entry = || condition().prop_map(|condition| format!(r#"{{"conditions":[{condition}]}}"#));
    prop_oneof![
        entry().prop_map(More::Require),
        entry().prop_map(More::DenyIf),
        Just(More::Lower),
        Just(More::Schema),
        Just(More::Hide),
    ]
}

fn stricter(written: &Written, more: &More) -> Written {
    let mut stricter = written.clone();
    match more {
        More::Require(entry) => stricter.require.push(entry.clone()),
        More::DenyIf(entry) => stricter.deny_if.insert(0, entry.clone()),
        More::Lower => stricter.max = stricter.max.saturating_sub(1),
        More::Schema => stricter.schema = Some(SCHEMA),
        More::Hide => stricter.hide = true,
    }
    stricter
}

fn calls() -> impl Strategy<Value = Vec<String>> {
    let call = (prop::option::of(value()), prop::option::of(value())).prop_map(|(x, y)| {
        let members =
            [("x", x), ("y", y)].into_iter().filter_map(|(key, value)| Some(format!(r#""{key}":{}"#, value?)));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    });
    prop::collection::vec(call, 1..12)
}

proptest! {
    // What fails is told with its seed; there is no folder here to keep it in.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stricter_policy_never_allows_a_call_that_the_laxer_one_denies(written in written(), more in more(), calls in calls()) {
        let (lax, strict) = (written.policy(), stricter(&written, &more).policy());
        for call in &calls {
            let (lax, strict) = (decided(&lax, call), decided(&strict, call));
            if matches!(lax, Decision::Deny(_)) {
                prop_assert!(matches!(strict, Decision::Deny(_)), "{}", call);
            }
        }
    }

    /// What one call uses up another cannot, so that under a stricter policy other calls may pass; but of calls that
    /// are all alike never more.
    #[test]
    fn of_equal_calls_a_stricter_policy_never_allows_more(written in written(), more in more(), call in calls()) {
        let calls = vec![call[0].clone(); 12];
        let passed = |policy: &Policy| verdicts(policy, &calls).iter().filter(|verdict| verdict.is_ok()).count();
        prop_assert!(passed(&stricter(&written, &more).policy()) <= passed(&written.policy()));
    }

    #[test]
    fn the_same_is_decided_alike(written in written(), calls in calls()) {
        let (one, other) = (written.policy(), written.policy());
        prop_assert_eq!(one.digest(), other.digest());
        prop_assert_eq!(verdicts(&one, &calls), verdicts(&other, &calls));
    }

    /// A condition and its opposite never both hold, and both fail only of what they cannot compare.
    #[test]
    fn opposites_exclude_each_other(x in value(), wanted in value(), bound in prop::sample::select(vec!["0", "1", "2.5"])) {
        let denies = |operator: &str, wanted: &str, x: &str| {
            let rule = format!(r#"{{"conditions":[{{"path":"args.x","op":"{operator}","value":{wanted}}}]}}"#);
            let policy = load(&format!(r#"{{"version":"1","default":"deny","tools":{{"t":{{"deny_if":[{rule}]}}}}}}"#));
            matches!(decided(&policy, &format!(r#"{{"x":{x}}}"#)), Decision::Deny(_))
        };
        prop_assert_ne!(denies("eq", &wanted, &x), denies("neq", &wanted, &x));
        prop_assert_ne!(denies("in", &format!("[{wanted}]"), &x), denies("not_in", &format!("[{wanted}]"), &x));
        let is_number = x.parse::<f64>().is_ok();
        for (operator, opposite) in [("lt", "gte"), ("lte", "gt")] {
            let (holds, fails) = (denies(operator, bound, &x), denies(opposite, bound, &x));
            prop_assert_eq!(holds ^ fails, is_number);
        }
    }
}

#[test]
fn a_policy_for_31_000_tools_loads_in_under_a_second() {
    let rule = r#"{"require":[{"conditions":[{"path":"args.amount","op":"lte","value":100}],"on_deny":"No."}],"limits":[{"counter":"NAME_rate","window":"minute","max":10,"scope":"grant"}]}"#;
    let tools: Vec<String> =
        (0..31_000).map(|at| format!("\"tool_{at}\":{}", rule.replace("NAME", &format!("tool_{at}")))).collect();
    let source = format!(r#"{{"version":"1","default":"deny","tools":{{{}}}}}"#, tools.join(","));
    let began = Instant::now();
    load(&source);
    // Tests are built with little optimisation and share the machine, so they get twice what is promised.
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}
