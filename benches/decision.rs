//! What a decision and a commit cost, and that they do not grow with tools or history.

use std::{hint::black_box, sync::Arc, time::Duration};

use divan::{Bencher, counter::ItemsCount};
use floorwalker_json::{Document, Format};
use floorwalker_policy::{
    Call, Change, Charge, CounterKey, Decision, Definition, GrantId, Moment, Plan, Policy, RuleName, Scope, ServerName,
    State, Timestamp, decide,
};

fn main() {
    divan::main();
}

#[divan::bench(args = [1, 100, 31_000])]
fn decide_with_tools(bencher: Bencher, tools: usize) {
    let rule = r#"{"limits":[{"counter":"rate","window":"minute","max":10,"scope":"grant"}]}"#;
    let tools: Vec<String> = (0..tools).map(|tool| format!("\"tool_{tool}\":{rule}")).collect();
    let source = format!(r#"{{"version":"1","default":"deny","tools":{{{}}}}}"#, tools.join(","));
    let policy = Policy::load(&Document::parse("bench", source, Format::Json).unwrap()).unwrap();
    let (grant, server) = (GrantId::new("grant-a").unwrap(), ServerName::new("server").unwrap());
    let call = Call { grant: &grant, server: &server, session: None, tool: "tool_0", arguments: None };
    let definition = Definition::default();
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| decide(black_box(Some(&policy)), None, Some(&definition), black_box(&call)));
}

#[divan::bench(args = [1, 100, 10_000])]
fn commit_with_live_entries(bencher: Bencher, live: u64) {
    let plan = Plan { changes: vec![Change::Charge(charge(live))] };
    let mut state = State::default();
    let mut now = 0;
    let mut step = || {
        now += 10;
        // One entry leaves the window for each that comes, so that it stays as full as it is.
        match state.commit(Moment { at: Timestamp::from_millis(now), turn: now }, black_box(&plan)) {
            Decision::Allow(()) => {}
            Decision::Deny(denial) => panic!("{denial:?}"),
        }
    };
    for _ in 0..live {
        step();
    }
    bencher.counter(ItemsCount::new(1_usize)).bench_local(step);
}

fn charge(live: u64) -> Charge {
    let scope = Scope::Grant(GrantId::new("grant-a").unwrap());
    Charge {
        counter: CounterKey { server: ServerName::new("server").unwrap(), counter: Arc::from("rate"), scope },
        amount: 1,
        max: live,
        window: Duration::from_millis(live * 10),
        rule: RuleName::fixed("/tools/t/limits/rate"),
    }
}
