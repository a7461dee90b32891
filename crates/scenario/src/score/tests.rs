//! Half of the job is not half of the points.

use super::Score;

fn points(attacks: u64, stopped: u64, honest: u64, served: u64) -> Option<u64> {
    Score { attacks, stopped, honest, served }.points()
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
