//! Order and bugs, whatever the number of threads.

use super::each;

#[test]
fn results_come_in_the_order_of_the_things() {
    let things: Vec<u32> = (0..100).collect();
    let doubled: Vec<Option<u32>> = things.iter().map(|thing| Some(thing * 2)).collect();
    for jobs in [1, 2, 7, 200] {
        let mut finished = 0;
        let found = each(&things, jobs, |thing| thing * 2, || finished += 1);
        assert_eq!(found, doubled);
        assert_eq!(finished, 100);
    }
    assert_eq!(each(&[], 4, |thing: &u32| *thing, || ()), Vec::new());
}

#[test]
fn a_panic_loses_the_result_of_its_own_thing_alone() {
    for jobs in [1, 2] {
        let mut finished = 0;
        let work = |thing: &u32| {
            assert_ne!(*thing, 2);
            *thing
        };
        assert_eq!(each(&[1, 2, 3], jobs, work, || finished += 1), [Some(1), None, Some(3)]);
        assert_eq!(finished, 3);
    }
}
