//! Virtual time: it stands still until the runner moves it.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

use floorwalker_gateway::{Clock, Port};
use floorwalker_policy::Timestamp;

use crate::document::WallShift;

/// The one clock of a scenario; its copies are the same clock.
#[derive(Clone, Debug)]
pub struct VirtualClock(Arc<Mutex<Dial>>);

#[derive(Debug)]
struct Dial {
    now: Timestamp,
    /// Whether sleepers must wait, whoever would let time pass for them.
    stands: bool,
    /// What the clock on the wall shows now, as far as it is not the time that passed.
    wall: Wall,
    /// Who sleeps, until when, by the number of the sleep.
    sleepers: BTreeMap<u64, (Timestamp, Waker)>,
    slept: u64,
}

/// How far the clock on the wall was set ahead and back, all together.
#[derive(Clone, Copy, Debug, Default)]
struct Wall {
    ahead: Duration,
    back: Duration,
}

/// The clock of one process, which is all that its gateway knows of time: it read the wall when it started, and counts
/// from there what passes.
#[derive(Debug)]
pub(crate) struct ProcessClock {
    clock: VirtualClock,
    /// What the wall showed at the start.
    started: Timestamp,
    /// The time of the start.
    since: Timestamp,
}

/// One sleep; dropping it takes it off the dial.
#[derive(Debug)]
struct Sleep<'c> {
    clock: &'c VirtualClock,
    until: Timestamp,
    number: u64,
}

impl VirtualClock {
    /// A clock that stands at `start`.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Dial {
            now: start,
            stands: false,
            wall: Wall::default(),
            sleepers: BTreeMap::new(),
            slept: 0,
        })))
    }

    /// Lets time pass, and wakes whose time has come.
    pub fn advance(&self, span: Duration) {
        let target = self.now().after(span);
        self.advance_to(target);
    }

    /// From now on time does not jump, or it may again.
    pub(crate) fn stand(&self, stands: bool) {
        self.lock().stands = stands;
    }

    /// Lets time pass until the first sleeper wakes; says whether there was one, and time may pass.
    pub fn jump(&self) -> bool {
        if self.lock().stands {
            return false;
        }
        let first = self.lock().sleepers.values().map(|(until, _)| *until).min();
        first.is_some_and(|until| {
            self.advance_to(until);
            true
        })
    }

    /// Sets the clock on the wall; no time passes.
    pub(crate) fn set_wall(&self, shift: WallShift) {
        let wall = &mut self.lock().wall;
        match shift {
            WallShift::Ahead(span) => wall.ahead = wall.ahead.saturating_add(span),
            WallShift::Back(span) => wall.back = wall.back.saturating_add(span),
        }
    }

    fn advance_to(&self, target: Timestamp) {
        let mut dial = self.lock();
        dial.now = dial.now.max(target);
        let now = dial.now;
        let due: Vec<Waker> =
            dial.sleepers.values().filter(|(until, _)| *until <= now).map(|(_, waker)| waker.clone()).collect();
        drop(dial);
        due.into_iter().for_each(Waker::wake);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Dial> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.lock().now
    }

    fn wall(&self) -> Timestamp {
        let dial = self.lock();
        let ahead = dial.now.after(dial.wall.ahead);
        Timestamp::default().after(ahead.since(Timestamp::default().after(dial.wall.back)))
    }

    fn sleep(&self, span: Duration) -> Port<'_, ()> {
        let mut dial = self.lock();
        dial.slept += 1;
        Box::pin(Sleep { clock: self, until: dial.now.after(span), number: dial.slept })
    }
}

impl ProcessClock {
    /// Of a process that starts now.
    pub(crate) fn started(clock: VirtualClock) -> Self {
        let (started, since) = (clock.wall(), clock.now());
        Self { clock, started, since }
    }
}

impl Clock for ProcessClock {
    fn now(&self) -> Timestamp {
        self.started.after(self.clock.now().since(self.since))
    }

    fn wall(&self) -> Timestamp {
        self.clock.wall()
    }

    fn sleep(&self, span: Duration) -> Port<'_, ()> {
        self.clock.sleep(span)
    }
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut dial = self.clock.lock();
        if dial.now >= self.until {
            return Poll::Ready(());
        }
        dial.sleepers.insert(self.number, (self.until, context.waker().clone()));
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        self.clock.lock().sleepers.remove(&self.number);
    }
}
