//! The main job: a scenario through every schedule, and its harm through no gateway at all.

use crate::between::Trouble;
use crate::document::{Scenario, Witnesses};
use crate::report::Unguarded;
use crate::run::schedule::{Orders, Schedule, Walk};
use crate::run::{Expectations, Played, Ran, judge, play};
use crate::world::{Materials, Middleman, World};

/// How far to go.
#[derive(Clone, Debug)]
pub(crate) struct Extent {
    pub(crate) middleman: Middleman,
    pub(crate) expectations: Expectations,
    /// How many interleavings are walked, and how many sampled beyond.
    pub(crate) bound: u64,
}

/// What came of every schedule that was played.
#[derive(Debug)]
pub(crate) struct Replayed {
    /// The run in written order.
    pub(crate) first: Played,
    /// The first run with a violation, when it is another.
    pub(crate) worse: Option<Played>,
    pub(crate) walk: WalkSummary,
    pub(crate) calls: u64,
}

/// How many interleavings were looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WalkSummary {
    /// Walked one after the other.
    pub walked: u64,
    /// Sampled beyond the bound.
    pub sampled: u64,
    /// Whether those were all there are.
    pub whole: bool,
}

/// Why a scenario was not played to its end.
#[derive(Clone, Debug)]
pub(crate) enum Unplayed {
    /// What stands between does not claim this, so nobody tried.
    Missing(Vec<String>),
    /// The harness failed.
    Failed(String),
    /// What stands between did.
    Trouble(Trouble),
}

/// Plays a scenario through every schedule until one shows a violation.
pub(crate) fn replay(scenario: &Scenario, materials: &Materials, extent: &Extent) -> Result<Replayed, Unplayed> {
    let mut walk = Walk::new(if extent.middleman.parks() { extent.bound } else { 1 }, scenario.seed, Orders::Distinct);
    let (mut first, mut worse, mut calls) = (None, None, 0);
    while let Some(schedule) = walk.schedule() {
        let played = match once(scenario, materials, extent, schedule)? {
            Ran::Whole(played) => *played,
            Ran::Cut(taken) => {
                walk.cut(&taken);
                continue;
            }
        };
        calls += played.calls;
        walk.played(&played.taken);
        let is_violated = !played.violations.is_empty();
        match (&first, is_violated) {
            (None, _) => first = Some(played),
            (Some(_), true) => worse = Some(played),
            (Some(_), false) => {}
        }
        if is_violated || !extent.middleman.parks() {
            break;
        }
    }
    let first = first.ok_or_else(|| Unplayed::Failed("no schedule was played".to_owned()))?;
    let walk = WalkSummary { walked: walk.walked, sampled: walk.sampled, whole: walk.is_whole() };
    Ok(Replayed { first, worse, walk, calls })
}

/// Whether the harm happens in some interleaving when nobody stands between, and what does.
pub(crate) fn unguarded(
    scenario: &Scenario,
    materials: &Materials,
    harm: &Witnesses,
    bound: u64,
) -> Result<Unguarded, Unplayed> {
    let extent = Extent { middleman: Middleman::Nobody, expectations: Expectations::Ignore, bound };
    let (mut walk, mut written) = (Walk::new(bound, scenario.seed, Orders::Distinct), None);
    while let Some(schedule) = walk.schedule() {
        let played = match once(scenario, materials, &extent, schedule)? {
            Ran::Whole(played) => *played,
            Ran::Cut(taken) => {
                walk.cut(&taken);
                continue;
            }
        };
        walk.played(&played.taken);
        let seen = judge::seen(harm, &played.evidence);
        if judge::witnesses(harm, &played.evidence).is_empty() {
            return Ok(Unguarded { bites: true, seen });
        }
        written.get_or_insert(seen);
    }
    Ok(Unguarded { bites: false, seen: written.unwrap_or_default() })
}

/// Whether the harm happens in the written order when nobody stands between.
pub(crate) fn bites_as_written(scenario: &Scenario, materials: &Materials, harm: &Witnesses) -> Result<bool, Unplayed> {
    let extent = Extent { middleman: Middleman::Nobody, expectations: Expectations::Ignore, bound: 1 };
    let Some(written) = Walk::new(1, scenario.seed, Orders::Distinct).schedule() else { return Ok(false) };
    match once(scenario, materials, &extent, written)? {
        Ran::Whole(played) => Ok(judge::witnesses(harm, &played.evidence).is_empty()),
        Ran::Cut(_) => Ok(false),
    }
}

fn once(scenario: &Scenario, materials: &Materials, extent: &Extent, schedule: Schedule) -> Result<Ran, Unplayed> {
    let world = World::new(scenario, materials, &extent.middleman).map_err(Unplayed::Failed)?;
    let played = play(scenario, materials, &world, extent.expectations, schedule);
    match world.between.trouble() {
        Some(trouble) => Err(Unplayed::Trouble(trouble)),
        None => played.map_err(Unplayed::Failed),
    }
}

#[cfg(test)]
mod tests;
