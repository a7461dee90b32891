//! Polling by hand: one call to its end, or several from port to port in the order that a schedule chooses.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use floorwalker_gateway::Clock as _;
use floorwalker_policy::Timestamp;

use crate::document::Step;
use crate::run::doing::{Doing, Done};
use crate::run::schedule::{Move, Schedule, Seen, Touches};
use crate::world::Wiring;

/// How often time may jump for one step; whoever needs more waits for something that never comes.
const JUMPS_MAX: usize = 10_000;

/// Why a step cannot end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stuck {
    /// It waits, but not for time.
    #[error("it waits for something that is neither a port nor time")]
    Deaf,
    /// It sleeps on and on.
    #[error("it still sleeps after {JUMPS_MAX} jumps of the clock")]
    Asleep,
    /// What it would come to was seen in another order of the same calls.
    #[error("another order has shown what this one would")]
    Seen,
}

impl From<Seen> for Stuck {
    fn from(_: Seen) -> Self {
        Self::Seen
    }
}

/// Plays one future to its end. Where it sleeps, time jumps.
pub(crate) fn alone<T>(wiring: &Wiring, future: impl Future<Output = T>) -> Result<T, Stuck> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    let mut jumps = 0;
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return Ok(done);
        }
        if wiring.parking.take().is_none() {
            jump(wiring, &mut jumps)?;
        }
    }
}

/// What came of several steps, in the order in which they ended.
pub(crate) type Ended<'r> = Vec<(&'r Step, Timestamp, Done<'r>)>;

/// Plays several at once; each poll takes one of them to its next port.
pub(crate) fn together<'r>(
    wiring: &Wiring,
    doings: Vec<Doing<'r>>,
    schedule: &mut Schedule,
) -> Result<Ended<'r>, Stuck> {
    wiring.parking.open(true);
    schedule.begin();
    let ended = interleave(wiring, doings, schedule);
    wiring.parking.open(false);
    ended
}

/// One of several, what it does next, and whether it waits for something other than its turn.
struct Worker<'r> {
    doing: Doing<'r>,
    next: Move,
    waits: bool,
}

fn interleave<'r>(wiring: &Wiring, doings: Vec<Doing<'r>>, schedule: &mut Schedule) -> Result<Ended<'r>, Stuck> {
    let begin = |(worker, doing)| Worker { doing, next: Move { worker, touches: Touches::at(None) }, waits: false };
    let mut workers: Vec<Worker<'r>> = doings.into_iter().enumerate().map(begin).collect();
    let mut ended = Ended::new();
    let mut jumps = 0;
    while !workers.is_empty() {
        let ready: Vec<(usize, Move)> = workers
            .iter()
            .enumerate()
            .filter(|(_, worker)| !worker.waits)
            .map(|(index, worker)| (index, worker.next))
            .collect();
        if ready.is_empty() {
            jump(wiring, &mut jumps)?;
            workers.iter_mut().for_each(|worker| worker.waits = false);
            continue;
        }
        let moves: Vec<Move> = ready.iter().map(|(_, next)| *next).collect();
        let Some((index, _)) = ready.get(schedule.choose(&moves)?).copied() else { return Err(Stuck::Deaf) };
        if let Some((step, done)) = advance(wiring, &mut workers, index) {
            ended.push((step, wiring.clock.now(), done));
        }
    }
    Ok(ended)
}

/// Polls one worker once.
fn advance<'r>(wiring: &Wiring, workers: &mut Vec<Worker<'r>>, index: usize) -> Option<(&'r Step, Done<'r>)> {
    let worker = workers.get_mut(index)?;
    let polled = worker.doing.future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    let parked = wiring.parking.take();
    match polled {
        Poll::Ready(done) => {
            let step = workers.remove(index).doing.step;
            rouse(workers);
            Some((step, done))
        }
        Poll::Pending if parked.is_some() => {
            worker.next.touches = Touches::at(parked);
            rouse(workers);
            None
        }
        Poll::Pending => {
            worker.next.touches = Touches::Anything;
            worker.waits = true;
            None
        }
    }
}

/// Somebody went on, so whoever waited for that may be able to go on too.
fn rouse(workers: &mut [Worker<'_>]) {
    workers.iter_mut().for_each(|worker| worker.waits = false);
}

fn jump(wiring: &Wiring, jumps: &mut usize) -> Result<(), Stuck> {
    *jumps += 1;
    match (*jumps > JUMPS_MAX, wiring.clock.jump()) {
        (true, _) => Err(Stuck::Asleep),
        (false, true) => Ok(()),
        (false, false) => Err(Stuck::Deaf),
    }
}

#[cfg(test)]
mod tests;
