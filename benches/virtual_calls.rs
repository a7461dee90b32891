//! Virtual calls per second: agent, gate, mock and back, in process on one core, with log, ledger and inbox.

use std::time::Instant;

use floorwalker_scenario::{Options, Snapshots, Suite};

const ROUNDS: usize = 7;

fn main() {
    let suite = Suite::open(concat!(env!("CARGO_MANIFEST_DIR"), "/benches")).expect("benches/scenarios is there");
    let options = Options { snapshots: Snapshots::Skip, ..Options::default() };
    let path = suite.paths().first().expect("a scenario").clone();
    let mut rates: Vec<f64> = (0..ROUNDS).map(|_| rate(&suite, &path, &options)).collect();
    rates.sort_by(f64::total_cmp);
    let (low, median, high) = (rates[0], rates[ROUNDS / 2], rates[ROUNDS - 1]);
    println!("virtual calls per second on one core: median {median:.0}, from {low:.0} to {high:.0} in {ROUNDS} rounds");
}

fn rate(suite: &Suite, path: &str, options: &Options) -> f64 {
    let start = Instant::now();
    let report = suite.run(path, options);
    assert!(report.is_held(), "{:?}", report.ending);
    report.calls as f64 / start.elapsed().as_secs_f64()
}
