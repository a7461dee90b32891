//! Polling by hand: one call to its end, or several from port to port in the order that a schedule chooses.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use floorwalker_gateway::Clock as _;
use floorwalker_policy::Timestamp;

use crate::document::Step;
use crate::run::doing::{Doing, Done};
use crate::run::schedule::Schedule;
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
        if !wiring.parking.take() {
            jump(wiring, &mut jumps)?;
        }
    }
}

/// What came of several steps, in the order in which they ended.
pub(crate) type Ended<'r> = Vec<(&'r Step, Timestamp, Done)>;

/// Plays several at once; each poll takes one of them to its next port.
pub(crate) fn together<'r>(
    wiring: &Wiring,
    doings: Vec<Doing<'r>>,
    schedule: &mut Schedule,
) -> Result<Ended<'r>, Stuck> {
    wiring.parking.open(true);
    let ended = interleave(wiring, doings, schedule);
    wiring.parking.open(false);
    ended
}

/// One of several, and whether it waits for something other than its turn.
struct Worker<'r> {
    doing: Doing<'r>,
    waits: bool,
}

fn interleave<'r>(wiring: &Wiring, doings: Vec<Doing<'r>>, schedule: &mut Schedule) -> Result<Ended<'r>, Stuck> {
    let mut workers: Vec<Worker<'r>> = doings.into_iter().map(|doing| Worker { doing, waits: false }).collect();
    let mut ended = Ended::new();
    let mut jumps = 0;
    while !workers.is_empty() {
        let ready: Vec<usize> =
            workers.iter().enumerate().filter(|(_, worker)| !worker.waits).map(|(index, _)| index).collect();
        if ready.is_empty() {
            jump(wiring, &mut jumps)?;
            workers.iter_mut().for_each(|worker| worker.waits = false);
            continue;
        }
        let Some(index) = ready.get(schedule.choose(ready.len())).copied() else { return Err(Stuck::Deaf) };
        if let Some((step, done)) = advance(wiring, &mut workers, index) {
            ended.push((step, wiring.clock.now(), done));
        }
    }
    Ok(ended)
}

/// Polls one worker once.
fn advance<'r>(wiring: &Wiring, workers: &mut Vec<Worker<'r>>, index: usize) -> Option<(&'r Step, Done)> {
    let worker = workers.get_mut(index)?;
    let polled = worker.doing.future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    let parked = wiring.parking.take();
    match polled {
        Poll::Ready(done) => {
            let step = workers.remove(index).doing.step;
            rouse(workers);
            Some((step, done))
        }
        Poll::Pending if parked => {
            rouse(workers);
            None
        }
        Poll::Pending => {
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
