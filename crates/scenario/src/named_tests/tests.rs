//! What a failing test says, so that whoever reads it can go on.

use std::path::Path;

use super::{stem, verdict};
use crate::report::{Broken, Ending, Reason, Report, StepPlace};
use crate::snapshot::SnapshotState;

const PATH: &str = "scenarios/rate/at-its-edge.yaml";

fn told(ending: Ending, snapshot: SnapshotState) -> String {
    let report = Report { ending, snapshot, title: "A limit".to_owned(), ..Report::failed(PATH, String::new()) };
    match verdict(&report, Path::new("shop"), stem(PATH), false) {
        Ok(()) => String::new(),
        Err(failed) => failed.message().unwrap_or_default().to_owned(),
    }
}

fn has(told: &str, parts: &[&str]) {
    for part in parts {
        assert!(told.contains(part), "`{part}` is not in\n{told}");
    }
}

#[test]
fn what_broke_has_its_place_its_excerpt_and_its_order() {
    let broken = Broken {
        reasons: vec![Reason {
            step: Some(StepPlace { number: "3".to_owned(), line: 11 }),
            says: "expected deny, but allow".to_owned(),
        }],
        excerpt: "0:00.000  buyer\n".to_owned(),
        schedule: Some(vec![0, 2, 1]),
        seed: 7,
    };
    let parts = ["shop/scenarios/rate/at-its-edge.yaml:11: A limit\nstep 3", "0:00.000  buyer", "0 2 1 (seed 7)"];
    let told = told(Ending::Broken(broken), SnapshotState::Skipped);
    has(&told, &parts);
    has(&told, &["alone: cargo test", "-- --exact 'rate/at-its-edge'"]);
}

#[test]
fn a_transcript_that_is_new_or_another_says_how_to_keep_it() {
    has(&told(Ending::Held, SnapshotState::Missing), &["no transcript is kept yet; `FLOORWALKER_ACCEPT=1 cargo test"]);
    has(&told(Ending::Held, SnapshotState::Differs("-a\n+b".to_owned())), &["\n-a\n+b", "FLOORWALKER_ACCEPT=1"]);
    assert_eq!(told(Ending::Held, SnapshotState::Same), "");
}

#[test]
fn what_does_not_load_and_what_does_not_bite_are_told() {
    let problem = "scenarios/rate/at-its-edge.yaml:1:1: it is wrong".to_owned();
    has(&told(Ending::DoesNotLoad(vec![problem]), SnapshotState::Skipped), &[":1:1: it is wrong"]);
    has(&told(Ending::DoesNotBite, SnapshotState::Skipped), &["the attack proves nothing"]);
}
