//! What a decision and a commit cost, and how that grows: over tools, conditions, limits, history and other grants.
//!
//! Absolute times mean little on a shared machine, so each group begins with a look-up in a hash map of as many names, which
//! every policy engine needs at least once: the ratios within one run are what to read.

use std::{collections::HashMap, hint::black_box, sync::Arc, time::Duration};

use divan::{Bencher, counter::ItemsCount};
use floorwalker_json::{Document, Format, Keys, Node, scan};
use floorwalker_policy::{
    Call, Change, Charge, CounterKey, Decision, Definition, GrantId, Moment, Plan, Policy, RuleName, Scope, ServerName,
    State, Timestamp, decide,
};

/// How far apart two charges are.
const GAP: u64 = 10;

fn main() {
    divan::main();
}

#[divan::bench(args = [1, 100, 31_000])]
fn baseline_hash_map_lookup(bencher: Bencher, tools: usize) {
    let map: HashMap<String, usize> = (0..tools).map(|tool| (format!("tool_{tool}"), tool)).collect();
    bencher.counter(ItemsCount::new(1_usize)).bench(|| black_box(&map).get(black_box("tool_0")));
}

#[divan::bench(args = [1, 100, 31_000])]
fn decide_with_tools(bencher: Bencher, tools: usize) {
    decides(bencher, &with_tools(tools), "tool_0", None);
}

#[divan::bench(args = [0, 1, 10, 100])]
fn decide_with_conditions(bencher: Bencher, conditions: usize) {
    let conditions: Vec<String> =
        (0..conditions).map(|at| format!(r#"{{"path":"args.units","op":"lte","value":{}}}"#, at + 100)).collect();
    let rule = match conditions.as_slice() {
        [] => "{}".to_owned(),
        _ => format!(r#"{{"require":[{{"conditions":[{}]}}]}}"#, conditions.join(",")),
    };
    let arguments = scan(br#"{"product":"p-1","units":17}"#, Keys::Unconfusable).unwrap();
    decides(bencher, &one_tool(&rule, ""), "tool", Some(&arguments));
}

#[divan::bench(args = [0, 1, 10, 100])]
fn decide_with_limits_on_the_tool(bencher: Bencher, limits: usize) {
    decides(bencher, &one_tool(&format!(r#"{{"limits":[{}]}}"#, limits_of(limits)), ""), "tool", None);
}

#[divan::bench(args = [1, 10, 100])]
fn decide_with_limits_on_all_tools(bencher: Bencher, limits: usize) {
    let all = format!(r#""all_tools":{{"limits":[{}]}},"#, limits_of(limits));
    decides(bencher, &one_tool("{}", &all), "tool", None);
}

#[divan::bench(args = [100, 1_000, 31_000], sample_count = 20)]
fn load_a_policy(bencher: Bencher, tools: usize) {
    let source = with_tools(tools);
    bencher
        .counter(ItemsCount::new(tools))
        .bench(|| Policy::load(&Document::parse("bench", black_box(source.as_str()), Format::Json).unwrap()).unwrap());
}

/// As many charges are in the window as there can be: one leaves it for each that comes.
#[divan::bench(args = [1, 100, 10_000, 1_000_000])]
fn commit_with_live_entries(bencher: Bencher, live: u64) {
    let mut till = Till::filled(live, live * GAP);
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| till.charge(GAP));
}

/// So many charges were made before, and all but one of them have left the window.
#[divan::bench(args = [1, 100, 10_000, 1_000_000])]
fn commit_after_so_many_charges(bencher: Bencher, past: u64) {
    let mut till = Till::filled(past, GAP);
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| till.charge(GAP));
}

/// A limit that is full: the denial, with the time until there is room.
#[divan::bench(args = [1, 100, 10_000, 1_000_000])]
fn refuse_with_live_entries(bencher: Bencher, live: u64) {
    let mut till = Till::filled(live, live * GAP * 2);
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| till.is_full());
}

#[divan::bench(args = [1, 10, 100])]
fn commit_with_charges_in_the_plan(bencher: Bencher, charges: u64) {
    let named =
        |at: u64| Change::Charge(Charge { counter: key(&format!("rate_{at}"), "grant-a"), ..charge(1_000, 10_000) });
    let mut till = Till::new(Plan { changes: (0..charges).map(named).collect() });
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| till.charge(GAP));
}

/// Rows of so many other grants lie beside the one that is charged.
#[divan::bench(args = [1, 100, 10_000, 100_000])]
fn commit_beside_rows_of_other_grants(bencher: Bencher, grants: u64) {
    let mut till = Till::new(Plan { changes: Vec::new() });
    for grant in 0..grants {
        let counter = key("rate", &format!("grant-{grant}"));
        till.plan = Plan { changes: vec![Change::Charge(Charge { counter, ..charge(100, 1_000) })] };
        till.charge(0);
    }
    till.plan = Plan { changes: vec![Change::Charge(charge(100, 1_000))] };
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| till.charge(GAP));
}

/// Decides on one call again and again.
fn decides(bencher: Bencher, source: &str, tool: &str, arguments: Option<&Node<'_>>) {
    let policy = Policy::load(&Document::parse("bench", source, Format::Json).unwrap()).unwrap();
    let (grant, server) = (GrantId::new("grant-a").unwrap(), ServerName::new("server").unwrap());
    let call = Call { grant: &grant, server: &server, session: None, tool, arguments };
    let definition = Definition::default();
    let decided = decide(Some(&policy), None, Some(&definition), &call);
    assert!(!matches!(decided, Decision::Deny(_)), "a denial is not what is measured: {decided:?}");
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| decide(black_box(Some(&policy)), None, Some(&definition), black_box(&call)));
}

fn with_tools(tools: usize) -> String {
    let rule = format!(r#"{{"limits":[{}]}}"#, r#"{"counter":"rate","window":"minute","max":10,"scope":"grant"}"#);
    let tools: Vec<String> = (0..tools).map(|tool| format!("\"tool_{tool}\":{rule}")).collect();
    format!(r#"{{"version":"1","default":"deny","tools":{{{}}}}}"#, tools.join(","))
}

fn one_tool(rule: &str, all: &str) -> String {
    format!(r#"{{"version":"1","default":"deny",{all}"tools":{{"tool":{rule}}}}}"#)
}

fn limits_of(count: usize) -> String {
    let limit = |at| format!(r#"{{"counter":"rate_{at}","window":"minute","max":10,"scope":"grant"}}"#);
    (0..count).map(limit).collect::<Vec<_>>().join(",")
}

/// A state, the plan that is committed to it, and the time.
struct Till {
    state: State,
    plan: Plan,
    now: u64,
    turn: u64,
}

impl Till {
    fn new(plan: Plan) -> Self {
        Self { state: State::default(), plan, now: 0, turn: 0 }
    }

    /// One that was charged so often in steps of [`GAP`], under a limit of so many in a window of so many milliseconds.
    fn filled(charges: u64, window_ms: u64) -> Self {
        let mut till = Self::new(Plan { changes: vec![Change::Charge(charge(charges, window_ms))] });
        for _ in 0..charges {
            till.charge(GAP);
        }
        till
    }

    /// Charges after so much time.
    fn charge(&mut self, after_ms: u64) {
        if let Decision::Deny(denial) = self.commit(after_ms) {
            panic!("{denial:?}");
        }
    }

    /// Is refused, at the same time.
    fn is_full(&mut self) {
        assert!(matches!(self.commit(0), Decision::Deny(_)), "there is room");
    }

    fn commit(&mut self, after_ms: u64) -> Decision<()> {
        self.now += after_ms;
        self.turn += 1;
        self.state.commit(Moment { at: Timestamp::from_millis(self.now), turn: self.turn }, black_box(&self.plan))
    }
}

fn charge(max: u64, window_ms: u64) -> Charge {
    Charge {
        counter: key("rate", "grant-a"),
        amount: 1.into(),
        max: max.into(),
        window: Duration::from_millis(window_ms).into(),
        rule: RuleName::fixed("/tools/t/limits/rate"),
        on_deny: None,
    }
}

fn key(counter: &str, grant: &str) -> CounterKey {
    let scope = Scope::Grant(GrantId::new(grant).unwrap());
    CounterKey { server: ServerName::new("server").unwrap(), counter: Arc::from(counter), scope }
}
