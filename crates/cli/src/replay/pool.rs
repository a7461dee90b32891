//! The same work on many things at once, with the results in the order of the things.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

#[cfg(test)]
mod tests;

/// Does `work` on each of `things` on so many threads. `done` is called here whenever one is finished.
///
/// Nothing is found for a thing on which `work` panicked; the others are done all the same.
pub(crate) fn each<T: Sync, R: Send>(
    things: &[T],
    jobs: usize,
    work: impl Fn(&T) -> R + Sync,
    mut done: impl FnMut(),
) -> Vec<Option<R>> {
    let next = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    let mut found: Vec<Option<R>> = things.iter().map(|_| None).collect();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.min(things.len()))
            .map(|_| {
                let (sender, next, work) = (sender.clone(), &next, &work);
                scope.spawn(move || {
                    while let Some((index, thing)) = take(things, next) {
                        // A panic leaves nothing behind that another thing is worked on with.
                        let result = panic::catch_unwind(AssertUnwindSafe(|| work(thing))).ok();
                        // The receiver lives until every worker is done.
                        let _ = sender.send((index, result));
                    }
                })
            })
            .collect();
        drop(sender);
        for (index, result) in results {
            if let Some(place) = found.get_mut(index) {
                *place = result;
            }
            done();
        }
        workers.into_iter().for_each(|worker| drop(worker.join()));
    });
    found
}

fn take<'t, T>(things: &'t [T], next: &AtomicUsize) -> Option<(usize, &'t T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    things.get(index).map(|thing| (index, thing))
}
