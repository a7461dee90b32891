//! Schedules: in which order calls that happen at once go from port to port, and which schedule comes next.
//!
//! Nothing is stored but the choices: a schedule is walked by playing the scenario from the start. The walk is depth first
//! over the choices; beyond its bound it samples.

use crate::world::entropy::Dice;

/// One choice that was made: which of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) chosen: usize,
    pub(crate) among: usize,
}

/// How one run chooses.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    prefix: Vec<usize>,
    dice: Option<Dice>,
    pub(crate) taken: Vec<Choice>,
}

impl Schedule {
    /// Whether it took the first of everything: the order in which the file has it.
    pub(crate) fn is_written(&self) -> bool {
        self.taken.iter().all(|choice| choice.chosen == 0)
    }

    /// Chooses one of `among`, which is at least one. A single possibility is no choice.
    pub(crate) fn choose(&mut self, among: usize) -> usize {
        if among < 2 {
            return 0;
        }
        let chosen = match (self.prefix.get(self.taken.len()), &mut self.dice) {
            (Some(chosen), _) => (*chosen).min(among - 1),
            (None, Some(dice)) => dice.roll(among),
            (None, None) => 0,
        };
        self.taken.push(Choice { chosen, among });
        chosen
    }
}

/// Which schedules to play: all of them, up to a bound, and as many samples beyond it.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    next: Option<Vec<usize>>,
    bound: u64,
    seed: u64,
    pub(crate) walked: u64,
    pub(crate) sampled: u64,
}

impl Walk {
    pub(crate) fn new(bound: u64, seed: u64) -> Self {
        Self { next: Some(Vec::new()), bound: bound.max(1), seed, walked: 0, sampled: 0 }
    }

    /// The next schedule, until there is none.
    pub(crate) fn schedule(&mut self) -> Option<Schedule> {
        let prefix = self.next.clone()?;
        if self.walked < self.bound {
            self.walked += 1;
            return Some(Schedule { prefix, dice: None, taken: Vec::new() });
        }
        if self.sampled < self.bound {
            self.sampled += 1;
            let dice = Dice::new(self.seed.wrapping_mul(0x1_0000_0001).wrapping_add(self.sampled));
            return Some(Schedule { prefix: Vec::new(), dice: Some(dice), taken: Vec::new() });
        }
        None
    }

    /// Goes on from the choices that the last schedule made.
    pub(crate) fn played(&mut self, taken: &[Choice]) {
        if self.sampled == 0 {
            self.next = after(taken);
        }
    }

    /// Whether every schedule was played.
    pub(crate) fn is_whole(&self) -> bool {
        self.next.is_none()
    }
}

/// The choices up to the last one that could have been another, and that other one.
fn after(taken: &[Choice]) -> Option<Vec<usize>> {
    let last = taken.iter().rposition(|choice| choice.chosen + 1 < choice.among)?;
    let mut prefix: Vec<usize> = taken.iter().take(last + 1).map(|choice| choice.chosen).collect();
    if let Some(choice) = prefix.last_mut() {
        *choice += 1;
    }
    Some(prefix)
}

#[cfg(test)]
mod tests;
