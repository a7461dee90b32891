//! Where calls stop so that others can go on: every port, once, while several calls happen at once.
//!
//! A parked call is pending, but it does not wait for anything: the next poll takes it to its next port. A call that is
//! pending without being parked waits for time to pass, or for another call.

use std::{
    future::poll_fn,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
};

/// Which port a call stops at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Store,
    Log,
    Upstream,
    Reply,
    Outlet,
    World,
    /// Where a gateway exchanges what it judges calls by.
    Terms,
    /// Where a gateway ends and begins anew.
    Gateway,
}

/// Whether calls stop at ports, and where the one that was polled last did.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parking(Arc<Lot>);

#[derive(Debug, Default)]
struct Lot {
    closed_for_good: AtomicBool,
    open: AtomicBool,
    parked: Mutex<Option<Place>>,
}

impl Parking {
    /// From now on calls stop at ports, or do not.
    pub(crate) fn open(&self, open: bool) {
        self.0.open.store(open && !self.0.closed_for_good.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// From now on calls do not stop; says whether they did.
    pub(crate) fn pause(&self) -> bool {
        self.0.open.swap(false, Ordering::Relaxed)
    }

    /// Calls never stop again: where a runtime polls them, nobody would let them go on.
    pub(crate) fn close_for_good(&self) {
        self.0.closed_for_good.store(true, Ordering::Relaxed);
    }

    /// Where a call stopped since this was asked last, if one did.
    pub(crate) fn take(&self) -> Option<Place> {
        self.parked().take()
    }

    /// Stops once, if calls stop at all.
    pub(crate) async fn park(&self, place: Place) {
        let mut stopped = !self.0.open.load(Ordering::Relaxed);
        poll_fn(|_| {
            if stopped {
                return Poll::Ready(());
            }
            stopped = true;
            *self.parked() = Some(place);
            Poll::Pending
        })
        .await;
    }

    fn parked(&self) -> std::sync::MutexGuard<'_, Option<Place>> {
        self.0.parked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
