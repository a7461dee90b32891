//! How a property is held to: so many cases by chance from one seed, and after that against engines that are broken.
//!
//! Every run has another seed, and says which when something fails. `FLOORWALKER_SEED` gives one back, and
//! `FLOORWALKER_CASES` makes each property run that many times as many cases.

use std::{
    cell::Cell,
    env,
    fmt::Debug,
    hash::{BuildHasher as _, RandomState},
    io::{self, Write as _},
    sync::Mutex,
    time::{Duration, Instant},
};

use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};

use crate::{ALL, JUDGED, engine::Engine};

pub(crate) type Held = Result<(), TestCaseError>;

/// Pairs of a policy and a history that all properties together try in a run.
pub(crate) const PAIRS: u32 = 100_000;

/// A broken engine must be found within so many cases. Most are within ten, and the hardest within some hundreds.
const FOUND_WITHIN: u32 = 10_000;

/// Something that holds of every policy and every history.
pub(crate) struct Property {
    /// The file that it stands in.
    pub(crate) name: &'static str,
    /// How many pairs of a policy and a history it is tried with.
    pub(crate) pairs: u32,
    /// Tries it on an engine.
    pub(crate) check: fn(&dyn Engine, &Run) -> Option<String>,
    /// Engines of which it does not hold.
    pub(crate) broken: &'static [&'static dyn Engine],
}

/// One run of a property.
pub(crate) struct Run {
    seed: u64,
    cases: u32,
    shrinks: bool,
    ran: Cell<u32>,
}

/// What was tried so far, by the properties that are done.
static DONE: Mutex<Vec<(&str, u32, Duration)>> = Mutex::new(Vec::new());

impl Property {
    /// The engine has it.
    pub(crate) fn holds(&self) {
        let began = Instant::now();
        let run = Run { seed: seed(), cases: self.pairs * times(), shrinks: true, ran: Cell::new(0) };
        if let Some(failure) = (self.check)(JUDGED, &run) {
            panic!("`{}` does not hold (FLOORWALKER_SEED={:016x} repeats this): {failure}", self.name, run.seed);
        }
        assert_eq!(run.ran.get(), run.cases, "{}", self.name);
        tally(self.name, run.cases, began.elapsed());
    }

    /// Each broken engine lacks it, and that shows soon.
    pub(crate) fn finds_what_is_broken(&self) {
        assert!(self.broken.len() > 1, "`{}` must find two broken engines", self.name);
        for engine in self.broken {
            let run = Run { seed: seed(), cases: FOUND_WITHIN, shrinks: false, ran: Cell::new(0) };
            let found = (self.check)(*engine, &run);
            let (name, seed) = (self.name, run.seed);
            assert!(found.is_some(), "`{name}` does not find {engine:?} (FLOORWALKER_SEED={seed:016x} repeats this)");
            say(&format!("{name} finds {engine:?} in case {}", run.ran.get()));
        }
    }
}

impl Run {
    /// Tries cases until one does not hold; says why it does not. A case that panics is nobody's finding.
    pub(crate) fn cases<C: Debug>(&self, cases: impl Strategy<Value = C>, hold: impl Fn(&C) -> Held) -> Option<String> {
        let config = Config {
            cases: self.cases,
            failure_persistence: None,
            max_shrink_iters: if self.shrinks { 4_096 } else { 0 },
            ..Config::default()
        };
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.seed.to_le_bytes());
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
        let is_found = Cell::new(false);
        let outcome = runner.run(&cases, |case| {
            self.ran.set(self.ran.get() + u32::from(!is_found.get()));
            hold(&case).inspect_err(|_| is_found.set(true))
        });
        match outcome {
            Ok(()) => None,
            Err(TestError::Fail(reason, case)) if is_found.get() => Some(format!("{reason}\n{case:#?}")),
            Err(TestError::Fail(reason, case)) => {
                panic!("a case panicked: {reason} (seed {:016x})\n{case:#?}", self.seed)
            }
            Err(TestError::Abort(reason)) => panic!("no cases: {reason}"),
        }
    }
}

/// Whoever is done last says what all have tried.
fn tally(name: &'static str, pairs: u32, took: Duration) {
    let mut done = DONE.lock().unwrap();
    done.push((name, pairs, took));
    if done.len() < ALL.len() {
        return;
    }
    let sum: u32 = done.iter().map(|(_, pairs, _)| pairs).sum();
    for (name, pairs, took) in done.iter() {
        say(&format!("{pairs:>7} {name:<12} {:>5.1} s", took.as_secs_f64()));
    }
    say(&format!("{sum:>7} pairs of a policy and a history, {} properties", done.len()));
    assert!(sum >= PAIRS, "only {sum} pairs were tried");
}

/// Past the test harness, which keeps what passing tests print to itself.
fn say(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}

fn seed() -> u64 {
    match env::var("FLOORWALKER_SEED") {
        Ok(text) => u64::from_str_radix(&text, 16).expect("FLOORWALKER_SEED is the 16 digits that a failure named"),
        Err(_) => RandomState::new().hash_one("a seed"),
    }
}

fn times() -> u32 {
    env::var("FLOORWALKER_CASES").map_or(1, |text| text.parse().expect("FLOORWALKER_CASES is a whole number"))
}
