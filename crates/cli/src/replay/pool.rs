//! The same work on many things at once, with the results in the order of the things.

use std::{
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
/// # Errors
/// The first of the things on which `work` panicked.
pub(crate) fn each<T: Clone + Sync, R: Send>(
    things: &[T],
    jobs: usize,
    work: impl Fn(&T) -> R + Sync,
    mut done: impl FnMut(),
) -> Result<Vec<R>, T> {
    let next = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    let mut found: Vec<Option<R>> = things.iter().map(|_| None).collect();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.min(things.len()))
            .map(|_| {
                let (sender, next, work) = (sender.clone(), &next, &work);
                scope.spawn(move || {
                    while let Some((index, thing)) = take(things, next) {
                        // The receiver lives until every worker is done.
                        let _ = sender.send((index, work(thing)));
                    }
                })
            })
            .collect();
        drop(sender);
        for (index, result) in results {
            if let Some(place) = found.get_mut(index) {
                *place = Some(result);
            }
            done();
        }
        // A worker that panicked is known by the result that is missing.
        workers.into_iter().for_each(|worker| drop(worker.join()));
    });
    let whole = things.iter().zip(found).map(|(thing, result)| result.ok_or_else(|| thing.clone()));
    whole.collect()
}

fn take<'t, T>(things: &'t [T], next: &AtomicUsize) -> Option<(usize, &'t T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    things.get(index).map(|thing| (index, thing))
}
