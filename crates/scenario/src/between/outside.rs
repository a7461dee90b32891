//! Somebody else's gateway: a process that a file describes, between the runner's agents and the mocks as real servers.
//!
//! Nothing is known of it but what its file says, so nothing it says is believed: no shape of a denial counts, only what
//! the mocks did and what the agents received. It has the machine's clock, so waits are really waited.
//!
//! Reading order: `feature`, `file`, `text`, `needs`, then one run: `names`, `live`, `line`, `process`, `start`, `stdio`,
//! `outsider`; and `program`, for a server instead of a gateway.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::between::http::Hosts;
use crate::document::{Era, Scenario};
use crate::duration;
use crate::world::Materials;

pub(crate) mod feature;
pub(crate) mod file;
mod line;
mod live;
mod names;
mod needs;
mod outsider;
pub(crate) mod process;
pub(crate) mod program;
mod start;
mod stdio;
mod text;

use feature::Feature;
use file::GatewayFile;
use needs::Needs;
pub(crate) use outsider::Outsider;

/// Another gateway, and how it is tried.
#[derive(Clone)]
pub struct Outside {
    /// What its file says.
    pub gateway: GatewayFile,
    /// Serves the mocks behind it.
    pub hosts: Arc<dyn Hosts>,
    /// How long one scenario may really wait.
    pub patience: Duration,
    /// Our own program, for files that start it.
    pub floorwalker: PathBuf,
}

impl Outside {
    /// The scenario as this gateway can be asked: agents speak the era that it claims, where it claims only one and the
    /// scenario sends no exact bytes, which are of one era.
    pub(crate) fn adapted(&self, scenario: &Scenario) -> Scenario {
        let claims = |feature| self.gateway.features.contains(&feature);
        let only = match (claims(Feature::LegacyEra), claims(Feature::ModernEra)) {
            (true, false) => Era::Legacy,
            (false, true) => Era::Modern,
            _ => return scenario.clone(),
        };
        let mut adapted = scenario.clone();
        adapted.agents.values_mut().for_each(|agent| agent.era = only);
        adapted
    }

    /// What the scenario needs and this gateway does not claim, or this run does not allow; each with the reason.
    pub(crate) fn missing(&self, scenario: &Scenario, materials: &Materials) -> Vec<String> {
        let needs = Needs::of(scenario, materials);
        let unclaimed = needs.features.iter().filter(|(feature, _)| !self.gateway.features.contains(feature));
        let mut missing: Vec<String> = unclaimed.map(|(feature, why)| format!("{feature}: {why}")).collect();
        missing.extend(needs.beyond);
        if let Some(why) = needs.exact_time {
            missing.push(format!("time to the millisecond, which the machine's clock is not: {why}"));
        }
        if needs.time > self.patience {
            let (needed, allowed) = (duration::shown(needs.time), duration::shown(self.patience));
            missing.push(format!("{needed} of real time: `--patience` allows {allowed}"));
        }
        missing
    }
}

impl fmt::Debug for Outside {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let patience = &self.patience;
        out.debug_struct("Outside")
            .field("gateway", &self.gateway.name)
            .field("patience", patience)
            .finish_non_exhaustive()
    }
}
