//! The suite proves something: gateways that must not pass do not, and the same run says the same twice.

use std::{collections::BTreeMap, sync::Arc, thread};

use floorwalker_scenario::{Ending, Expectations, Middleman, Options, Score, Snapshots, Suite};
use http::StatusCode;

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

/// The witnesses alone find every attack that is let through, whatever the gateway says of it.
#[test]
fn a_gateway_that_forwards_attacks_breaks_every_scenario_that_has_one() {
    let attacks = attacks();
    assert!(attacks.len() >= 30, "{attacks:?}");
    // Where our gateway denies nothing but withholds a reply, there is nothing that it could forward all the same.
    let denied: Vec<_> = attacks.iter().filter(|attack| !attack.is_withheld).cloned().collect();
    for (stand_in, attacks) in [(Middleman::AllowAll, &attacks), (Middleman::ForwardsDenied, &denied)] {
        for expectations in [Expectations::Honour, Expectations::Ignore] {
            let broken = broken_by(&stand_in, expectations);
            let missed: Vec<_> = attacks.iter().filter(|attack| !broken.contains(&attack.path)).collect();
            assert!(missed.is_empty(), "{stand_in:?} passes {missed:?} with {expectations:?}");
        }
    }
}

/// A scenario that has a harm.
#[derive(Clone, Debug)]
struct Attack {
    path: String,
    /// Whether our gateway stops it, or a part of it, by withholding a reply.
    is_withheld: bool,
}

/// Honest purchases must go through, or a gateway that denies everything would be the best of all.
#[test]
fn a_gateway_that_denies_everything_breaks_every_scenario() {
    for expectations in [Expectations::Honour, Expectations::Ignore] {
        assert_eq!(broken_by(&Middleman::DenyAll, expectations), suite().paths(), "{expectations:?}");
    }
}

/// One number must not be had for half of the job.
#[test]
fn who_only_stops_or_only_serves_has_next_to_no_points_and_ours_has_all() {
    let statuses = [StatusCode::BAD_REQUEST, StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS];
    let stand_ins = [Middleman::DenyAll, Middleman::AllowAll].into_iter().chain(statuses.map(Middleman::AnswersAll));
    for stand_in in stand_ins {
        let score = score(&stand_in);
        assert!(score.points().is_some_and(|points| points <= 5), "{stand_in:?}: {score:?}");
    }
    let ours = score(&Middleman::Ours);
    assert_eq!(ours.points(), Some(100), "{ours:?}");
    assert!(ours.attacks >= 30 && ours.honest >= 10, "{ours:?}");
}

fn score(middleman: &Middleman) -> Score {
    let suite = suite();
    let options = Options { bound: 20, ..options(middleman, Expectations::Ignore) };
    let reports: Vec<_> = suite.paths().iter().map(|path| suite.run(path, &options)).collect();
    Score::of(&reports)
}

/// The scenarios that have a harm, which was proved with nothing in between.
fn attacks() -> Vec<Attack> {
    let suite = suite();
    let options = Options { bound: 20, ..options(&Middleman::Ours, Expectations::Honour) };
    let attack = |path: &String| {
        let report = suite.run(path, &options);
        let is_withheld = report.transcript.contains("  withheld  ");
        report.unguarded.filter(|unguarded| unguarded.bites).map(|_| Attack { path: path.clone(), is_withheld })
    };
    suite.paths().iter().filter_map(attack).collect()
}

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
