//! Every order is walked once, one of those that come to the same is enough, and sampling repeats itself.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{Move, Orders, Schedule, Seen, Touches, Walk};

const EVERYTHING: [Touches; 5] = [Touches::Memory, Touches::Store, Touches::Log, Touches::Mocks, Touches::Anything];

/// Workers that each make these moves; returns the order in which they went, as (worker, what it touched).
fn toy(schedule: &mut Schedule, workers: &[Vec<Touches>]) -> Result<Vec<(usize, Touches)>, Seen> {
    let mut done = vec![0; workers.len()];
    let mut order = Vec::new();
    loop {
        let left = |worker: usize| workers[worker].get(done[worker]).copied();
        let ready: Vec<Move> =
            (0..workers.len()).filter_map(|worker| Some(Move { worker, touches: left(worker)? })).collect();
        if ready.is_empty() {
            return Ok(order);
        }
        let Move { worker, touches } = ready[schedule.choose(&ready)?];
        done[worker] += 1;
        order.push((worker, touches));
    }
}

fn walk(bound: u64, workers: &[Vec<Touches>], orders: Orders) -> (Vec<Vec<(usize, Touches)>>, Walk) {
    let mut walk = Walk::new(bound, 1, orders);
    let mut found = Vec::new();
    while let Some(mut schedule) = walk.schedule() {
        match toy(&mut schedule, workers) {
            Ok(order) => {
                found.push(order);
                walk.played(&schedule.taken);
            }
            Err(Seen) => walk.cut(&schedule.taken),
        }
    }
    (found, walk)
}

/// Workers that make so many moves, all of which touch the same.
fn alike(needs: &[usize]) -> Vec<Vec<Touches>> {
    needs.iter().map(|moves| vec![Touches::Store; *moves]).collect()
}

fn who(order: &[(usize, Touches)]) -> Vec<usize> {
    order.iter().map(|(worker, _)| *worker).collect()
}

/// What an order comes to: who touched each thing in which order. A move that touches anything touches everything.
fn outcome(order: &[(usize, Touches)]) -> BTreeMap<String, Vec<usize>> {
    let mut outcome: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (worker, touches) in order {
        // Memory and log do not commute, so an order says who came first at either.
        let things = match touches {
            Touches::Anything => vec!["store", "memory and log", "mocks"],
            Touches::Store => vec!["store"],
            Touches::Memory | Touches::Log => vec!["memory and log"],
            Touches::Mocks => vec!["mocks"],
        };
        things.iter().for_each(|thing| outcome.entry((*thing).to_owned()).or_default().push(*worker));
    }
    outcome
}

#[test]
fn every_interleaving_of_moves_that_do_not_commute_is_walked_once() {
    for (needs, count) in [(vec![1, 1], 2), (vec![3, 3], 20), (vec![2, 2, 2], 90), (vec![7, 3], 120), (vec![4], 1)] {
        let (orders, walk) = walk(1_000, &alike(&needs), Orders::Distinct);
        assert_eq!(orders.len(), count, "{needs:?}");
        assert_eq!(orders.iter().map(|order| who(order)).collect::<BTreeSet<_>>().len(), count, "{needs:?}");
        assert!(walk.is_whole() && walk.sampled == 0);
    }
}

#[test]
fn moves_that_commute_need_one_order() {
    let workers = [vec![Touches::Store; 2], vec![Touches::Log; 2], vec![Touches::Mocks]];
    assert_eq!(walk(1_000, &workers, Orders::Distinct).0.len(), 1);
    assert_eq!(walk(1_000, &workers, Orders::All).0.len(), 30);
}

#[test]
fn the_first_is_the_written_order() {
    assert_eq!(who(&walk(1_000, &alike(&[2, 2]), Orders::Distinct).0[0]), [0, 0, 1, 1]);
    assert_eq!(who(&walk(1_000, &alike(&[1, 2, 1]), Orders::Distinct).0[0]), [0, 1, 1, 2]);
}

#[test]
fn beyond_the_bound_as_many_are_sampled_and_always_the_same() {
    let (orders, walked) = walk(50, &alike(&[7, 7]), Orders::Distinct);
    assert_eq!((orders.len(), walked.walked, walked.sampled, walked.is_whole()), (100, 50, 50, false));
    assert_eq!(orders, walk(50, &alike(&[7, 7]), Orders::Distinct).0);
    assert!(orders[50..].iter().map(|order| who(order)).collect::<BTreeSet<_>>().len() > 40);
}

proptest! {
    /// For all workers and whatever they touch: the distinct orders come to exactly what all orders come to.
    #[test]
    fn nothing_that_an_order_comes_to_is_left_out(
        workers in prop::collection::vec(prop::collection::vec(prop::sample::select(&EVERYTHING[..]), 0..4), 1..4)
    ) {
        let outcomes = |orders| {
            let (found, walk) = walk(u64::MAX, &workers, orders);
            assert!(walk.is_whole());
            (found.iter().map(|order| outcome(order)).collect::<BTreeSet<_>>(), found.len())
        };
        let ((distinct, walked), (all, possible)) = (outcomes(Orders::Distinct), outcomes(Orders::All));
        prop_assert_eq!(distinct, all);
        prop_assert!(walked <= possible);
    }
}
