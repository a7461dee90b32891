//! The suite proves something: gateways that must not pass do not, and the same run says the same twice.

use std::{collections::BTreeMap, sync::Arc, thread};

use floorwalker_scenario::{Ending, Expectations, Middleman, Options, Snapshots, Suite};

fn suite() -> Suite {
    Suite::open(env!("CARGO_MANIFEST_DIR")).expect("the scenarios are there")
}

fn options(middleman: &Middleman, expectations: Expectations) -> Options {
    Options { middleman: middleman.clone(), expectations, snapshots: Snapshots::Skip, ..Options::default() }
}

/// The scenarios that this middleman breaks.
fn broken_by(middleman: &Middleman, expectations: Expectations) -> Vec<String> {
    let suite = suite();
    let options = options(middleman, expectations);
    let broken = |path: &&String| matches!(suite.run(path, &options).ending, Ending::Broken(_));
    suite.paths().iter().filter(broken).cloned().collect()
}

#[test]
fn our_gateway_holds_by_the_witnesses_alone() {
    assert_eq!(broken_by(&Middleman::Ours, Expectations::Ignore), Vec::<String>::new());
}

#[test]
fn stand_ins_break_the_suite_with_and_without_expectations() {
    for stand_in in [Middleman::DenyAll, Middleman::AllowAll, Middleman::ForwardsDenied, Middleman::Nobody] {
        for expectations in [Expectations::Honour, Expectations::Ignore] {
            let broken = broken_by(&stand_in, expectations);
            assert!(!broken.is_empty(), "{stand_in:?} passes every scenario with {expectations:?}");
        }
    }
}

/// Every file that has a harm must be broken, by the witnesses alone, where nothing stands in the attack's way.
#[test]
fn the_same_bytes_come_out_at_every_thread_count() {
    let alone = transcripts(1);
    for threads in [2, 16] {
        assert_eq!(transcripts(threads), alone, "{threads} threads");
    }
}

fn transcripts(threads: usize) -> BTreeMap<String, String> {
    let suite = Arc::new(suite());
    let options = options(&Middleman::Ours, Expectations::Honour);
    let share = suite.paths().len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let run = |path: &String| (path.clone(), suite.run(path, &options).transcript);
        let workers: Vec<_> = suite
            .paths()
            .chunks(share)
            .map(|paths| scope.spawn(move || paths.iter().map(run).collect::<Vec<_>>()))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    })
}
