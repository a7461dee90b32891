//! Places of problems, and what is said of each ending.

use floorwalker_scenario::{Ending, Report, SnapshotState};

use super::Finding;
use crate::replay::tests::{broke, report};

fn findings(ending: Ending, snapshot: SnapshotState) -> Vec<Finding> {
    Finding::all_of(&Report { snapshot, ..report("a/b", ending, SnapshotState::Same) })
}

#[test]
fn a_step_a_document_and_a_whole_scenario_have_their_places() {
    let place = |finding: &Finding| (finding.file.clone(), finding.step.clone(), finding.line, finding.column);
    let own = || "scenarios/a/b.yaml".to_owned();
    let broken = findings(broke(), SnapshotState::Same);
    assert_eq!(broken.iter().map(place).collect::<Vec<_>>(), [(own(), Some("7".to_owned()), Some(31), None)]);
    assert_eq!(broken[0].to_string(), "step 7 (line 31): expected deny, but it was allowed");
    let problems =
        vec!["policies/p.json:3:14: `dney`: what; a way: out".to_owned(), "policies/p.json: gone".to_owned()];
    let unreadable = findings(Ending::DoesNotLoad(problems.clone()), SnapshotState::Skipped);
    let places = [("policies/p.json".to_owned(), None, Some(3), Some(14)), (own(), None, None, None)];
    assert_eq!(unreadable.iter().map(place).collect::<Vec<_>>(), places);
    assert_eq!(unreadable[0].says, "`dney`: what; a way: out");
    assert_eq!(unreadable.iter().map(ToString::to_string).collect::<Vec<_>>(), problems);
}

#[test]
fn only_what_is_held_has_nothing_to_say() {
    for state in [SnapshotState::Same, SnapshotState::Accepted, SnapshotState::Skipped] {
        assert!(findings(Ending::Held, state).is_empty());
    }
    for (ending, state, part) in [
        (Ending::Held, SnapshotState::Missing, "`--accept` keeps this one"),
        (Ending::Held, SnapshotState::Differs(String::new()), "`--accept` keeps the new one"),
        (Ending::DoesNotBite, SnapshotState::Same, "the attack proves nothing"),
        (Ending::Failed("no port".to_owned()), SnapshotState::Skipped, "it could not be played: no port"),
    ] {
        let told = findings(ending, state);
        assert!(matches!(told.as_slice(), [one] if one.says.contains(part)), "{told:?}");
    }
}
