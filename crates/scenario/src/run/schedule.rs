//! Schedules: in which order calls that happen at once go from port to port, and which schedule comes next.
//!
//! Nothing is stored but the choices: a schedule is walked by playing the scenario from the start. The walk is depth first
//! over the choices; beyond its bound it samples.
//!
//! Two moves that touch different things commute, so of the orders that differ only in such moves one is enough. The walk
//! leaves the others out with sleep sets (Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems",
//! 1996): a move that was tried at a node sleeps below its later siblings until a move comes with which it does not
//! commute; where everything sleeps, the run is cut, because its outcome was seen.
//!
//! INVARIANT: for every order there is a walked one in which each thing was touched by the same calls in the same order.

use crate::world::entropy::Dice;
use crate::world::parking::Place;

/// One choice that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// Which.
    pub(crate) chosen: usize,
    /// The next one that is worth choosing here, if there is one.
    pub(crate) next: Option<usize>,
}

/// A call that could go on, and what it touches when it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    /// Its place among the calls that happen at once.
    pub(crate) worker: usize,
    pub(crate) touches: Touches,
}

/// What a move touches that others touch as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touches {
    /// Sessions, catalogues and whatever else a gateway or an agent keeps in memory, between one port and the next.
    Memory,
    Store,
    Log,
    Mocks,
    /// Nobody can tell.
    Anything,
}

/// Everything that could go on was tried in an order that leads to the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen;

/// How one run chooses.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    prefix: Vec<usize>,
    dice: Option<Dice>,
    /// Moves that were tried in an order which leads to the same.
    asleep: Vec<Move>,
    orders: Orders,
    pub(crate) taken: Vec<Choice>,
}

/// Which orders are played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Orders {
    /// One of those that differ only in moves that commute.
    Distinct,
    /// All of them, so that a test can tell whether the others would have shown anything else.
    #[cfg(test)]
    All,
}

impl Touches {
    /// Of a call that stops at that place; of one that has not begun when absent.
    pub(crate) fn at(place: Option<Place>) -> Self {
        match place {
            None | Some(Place::Reply | Place::Outlet | Place::Terms) => Self::Memory,
            Some(Place::Store) => Self::Store,
            Some(Place::Log) => Self::Log,
            Some(Place::Upstream | Place::World) => Self::Mocks,
            Some(Place::Gateway) => Self::Anything,
        }
    }
}

impl Move {
    /// Whether it comes to the same whichever of the two is first.
    fn commutes(self, other: Self) -> bool {
        self.worker != other.worker
            && match (self.touches, other.touches) {
                (Touches::Anything, _) | (_, Touches::Anything) => false,
                // After the last record of a call its session may end.
                (Touches::Memory, Touches::Log) | (Touches::Log, Touches::Memory) => false,
                (one, another) => one != another,
            }
    }
}

impl Schedule {
    fn new(prefix: Vec<usize>, dice: Option<Dice>, orders: Orders) -> Self {
        Self { prefix, dice, asleep: Vec::new(), orders, taken: Vec::new() }
    }

    /// Whether it took the first of everything: the order in which the file has it.
    pub(crate) fn is_written(&self) -> bool {
        self.taken.iter().all(|choice| choice.chosen == 0)
    }

    /// Forgets the moves of calls that have all ended.
    pub(crate) fn begin(&mut self) {
        self.asleep.clear();
    }

    /// Chooses which of several calls goes on; there is at least one. A single possibility is no choice.
    pub(crate) fn choose(&mut self, ready: &[Move]) -> Result<usize, Seen> {
        if let Some(rolled) = self.dice.as_mut().filter(|_| ready.len() > 1).map(|dice| dice.roll(ready.len())) {
            return Ok(self.taken_by(rolled, None));
        }
        let awake = |from: usize| (from..ready.len()).find(|index| !self.sleeps(ready, *index));
        let first = if ready.len() < 2 { None } else { self.prefix.get(self.taken.len()).copied() };
        let chosen = awake(first.unwrap_or(0)).ok_or(Seen)?;
        let next = awake(chosen + 1);
        self.fall_asleep(ready, chosen);
        Ok(if ready.len() < 2 { chosen } else { self.taken_by(chosen, next) })
    }

    fn taken_by(&mut self, chosen: usize, next: Option<usize>) -> usize {
        self.taken.push(Choice { chosen, next });
        chosen
    }

    fn sleeps(&self, ready: &[Move], index: usize) -> bool {
        ready.get(index).is_some_and(|candidate| self.asleep.contains(candidate))
    }

    /// What was tried here before sleeps from now on, as long as only moves come with which it commutes.
    fn fall_asleep(&mut self, ready: &[Move], chosen: usize) {
        let Some(going) = ready.get(chosen).copied() else { return };
        for tried in ready.iter().take(chosen) {
            if !self.asleep.contains(tried) {
                self.asleep.push(*tried);
            }
        }
        match self.orders {
            Orders::Distinct => self.asleep.retain(|sleeper| sleeper.commutes(going)),
            #[cfg(test)]
            Orders::All => self.asleep.clear(),
        }
    }
}

/// Which schedules to play: all of them, up to a bound, and as many samples beyond it.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    next: Option<Vec<usize>>,
    bound: u64,
    seed: u64,
    orders: Orders,
    pub(crate) walked: u64,
    pub(crate) sampled: u64,
    /// How many runs were given up because they would have shown what another did.
    cut: u64,
}

impl Walk {
    pub(crate) fn new(bound: u64, seed: u64, orders: Orders) -> Self {
        Self { next: Some(Vec::new()), bound: bound.max(1), seed, orders, walked: 0, sampled: 0, cut: 0 }
    }

    /// The next schedule, until there is none.
    pub(crate) fn schedule(&mut self) -> Option<Schedule> {
        let prefix = self.next.clone()?;
        if self.walked + self.cut < self.bound {
            self.walked += 1;
            return Some(Schedule::new(prefix, None, self.orders));
        }
        if self.sampled < self.bound {
            self.sampled += 1;
            let dice = Dice::new(self.seed.wrapping_mul(0x1_0000_0001).wrapping_add(self.sampled));
            return Some(Schedule::new(Vec::new(), Some(dice), self.orders));
        }
        None
    }

    /// Goes on from the choices that the last schedule made.
    pub(crate) fn played(&mut self, taken: &[Choice]) {
        if self.sampled == 0 {
            self.next = after(taken);
        }
    }

    /// Goes on from the choices of a schedule that was given up.
    pub(crate) fn cut(&mut self, taken: &[Choice]) {
        self.walked -= 1;
        self.cut += 1;
        self.next = after(taken);
    }

    /// Whether every schedule was played.
    pub(crate) fn is_whole(&self) -> bool {
        self.next.is_none()
    }
}

/// The choices up to the last one that could have been another, and that other one.
fn after(taken: &[Choice]) -> Option<Vec<usize>> {
    let (last, next) = taken.iter().enumerate().rev().find_map(|(place, choice)| Some((place, choice.next?)))?;
    Some(taken.iter().take(last).map(|choice| choice.chosen).chain([next]).collect())
}

#[cfg(test)]
mod tests;
