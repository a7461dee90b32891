//! Half of the job is not half of the points.

use super::Score;
use crate::report::{Ending, Report};

fn points(attacks: u64, stopped: u64, honest: u64, served: u64) -> Option<u64> {
    Score { attacks, stopped, honest, served, unreadable: 0 }.points()
}

#[test]
fn both_halves_are_needed() {
    assert_eq!(points(36, 36, 11, 11), Some(100));
    assert_eq!(points(36, 36, 11, 0), Some(0));
    assert_eq!(points(36, 0, 11, 11), Some(0));
    assert_eq!(points(10, 5, 10, 5), Some(25));
}

#[test]
fn a_selection_without_one_of_the_two_has_no_score() {
    assert_eq!(points(0, 0, 3, 3), None);
    assert_eq!(points(3, 3, 0, 0), None);
}

#[test]
fn an_attack_that_could_not_be_played_is_no_honest_scenario() {
    let failed = |is_attack| Report { is_attack, ..Report::failed("scenarios/a.yaml", String::new()) };
    let held = |is_attack| Report { ending: Ending::Held, ..failed(is_attack) };
    let readable = [held(Some(true)), failed(Some(true)), held(Some(false))];
    let score = Score::of(&readable);
    assert_eq!(score, Score { attacks: 2, stopped: 1, honest: 1, served: 1, unreadable: 0 });
    assert_eq!(score.points(), Some(50));
    let score = Score::of(&[readable.as_slice(), &[failed(None)]].concat());
    assert_eq!(score, Score { attacks: 2, stopped: 1, honest: 1, served: 1, unreadable: 1 });
    assert_eq!(score.points(), None, "nobody knows which of the two it is");
}
