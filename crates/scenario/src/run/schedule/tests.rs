//! Every order is walked once, and sampling repeats itself.

use std::collections::BTreeSet;

use super::{Schedule, Walk};

/// Two workers that each need so many polls; returns the order in which they went.
fn toy(schedule: &mut Schedule, needs: &[usize]) -> Vec<usize> {
    let mut left = needs.to_vec();
    let mut order = Vec::new();
    loop {
        let ready: Vec<usize> = (0..left.len()).filter(|worker| left[*worker] > 0).collect();
        if ready.is_empty() {
            return order;
        }
        let worker = ready[schedule.choose(ready.len())];
        left[worker] -= 1;
        order.push(worker);
    }
}

fn walk(bound: u64, needs: &[usize]) -> (Vec<Vec<usize>>, Walk) {
    let mut walk = Walk::new(bound, 1);
    let mut orders = Vec::new();
    while let Some(mut schedule) = walk.schedule() {
        orders.push(toy(&mut schedule, needs));
        walk.played(&schedule.taken);
    }
    (orders, walk)
}

#[test]
fn every_interleaving_is_walked_once() {
    for (needs, count) in [(vec![1, 1], 2), (vec![3, 3], 20), (vec![2, 2, 2], 90), (vec![7, 3], 120), (vec![4], 1)] {
        let (orders, walk) = walk(1_000, &needs);
        assert_eq!(orders.len(), count, "{needs:?}");
        assert_eq!(orders.iter().collect::<BTreeSet<_>>().len(), count, "{needs:?}");
        assert!(walk.is_whole() && walk.sampled == 0);
    }
}

#[test]
fn the_first_is_the_written_order() {
    assert_eq!(walk(1_000, &[2, 2]).0[0], [0, 0, 1, 1]);
    assert_eq!(walk(1_000, &[1, 2, 1]).0[0], [0, 1, 1, 2]);
}

#[test]
fn beyond_the_bound_as_many_are_sampled_and_always_the_same() {
    let (orders, walked) = walk(50, &[7, 7]);
    assert_eq!((orders.len(), walked.walked, walked.sampled, walked.is_whole()), (100, 50, 50, false));
    assert_eq!(orders, walk(50, &[7, 7]).0);
    assert!(orders[50..].iter().collect::<BTreeSet<_>>().len() > 40);
}
