//! Order and bugs, whatever the number of threads.

use super::each;

#[test]
fn results_come_in_the_order_of_the_things() {
    let things: Vec<u32> = (0..100).collect();
    let doubled: Vec<u32> = things.iter().map(|thing| thing * 2).collect();
    for jobs in [1, 2, 7, 200] {
        let mut finished = 0;
        let found = each(&things, jobs, |thing| thing * 2, || finished += 1);
        assert_eq!(found, Ok(doubled.clone()));
        assert_eq!(finished, 100);
    }
    assert_eq!(each(&[], 4, |thing: &u32| *thing, || ()), Ok(Vec::new()));
}

#[test]
fn a_panic_names_the_thing_it_came_from() {
    let found = each(&[1, 2, 3], 1, |thing| assert_ne!(*thing, 2), || ());
    assert_eq!(found, Err(2));
}
