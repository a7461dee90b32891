//! Everything one run of a scenario needs, wired: clock, mocks, what stands between, agents and their inboxes.
//!
//! A world is made anew for every run and shares nothing with others, so runs may happen on any number of threads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use floorwalker_policy::{Policy, Profile};
use http::StatusCode;
use serde_json::Value;

use crate::agent::Agent;
use crate::between::Between;
use crate::between::bare::Bare;
use crate::between::http::{Hosts, OverHttp};
use crate::between::ours::Ours;
use crate::between::outside::{Outside, Outsider};
use crate::between::standin::{AllowAll, AnswersAll, DenyAll, ForwardsDenied};
use crate::document::Scenario;
use crate::inbox::Inbox;

pub(crate) mod clock;
pub(crate) mod entropy;
pub(crate) mod mocks;
pub(crate) mod parking;
pub(crate) mod ports;

use clock::VirtualClock;
use mocks::SharedMock;
use parking::Parking;

/// The files that a scenario names, read.
#[derive(Clone, Debug, Default)]
pub struct Materials {
    /// The policy of each grant, absent where the grant has none.
    pub policies: BTreeMap<String, Option<Arc<Policy>>>,
    /// Where each grant's policy was read, for messages.
    pub policy_files: BTreeMap<String, String>,
    /// The same as documents, of grants that have one.
    pub policy_documents: BTreeMap<String, Value>,
    /// The policies that `reload` steps name, by the names of their files.
    pub reloads: BTreeMap<String, ReadPolicy>,
    /// The checkout profile of each mock that has one.
    pub profiles: BTreeMap<String, Arc<Profile>>,
    /// Where each mock's profile was read, for messages.
    pub profile_files: BTreeMap<String, String>,
    /// The same profiles as documents.
    pub profile_documents: BTreeMap<String, Value>,
}

/// A policy that was read.
#[derive(Clone, Debug)]
pub struct ReadPolicy {
    /// Where, for messages.
    pub path: String,
    /// The policy.
    pub policy: Arc<Policy>,
}

/// Who stands between the agents and the mocks.
#[derive(Clone)]
#[non_exhaustive]
pub enum Middleman {
    /// Our gateway, in process.
    Ours,
    /// Our gateway and the mocks as real servers on loopback ports.
    OverHttp(Arc<dyn Hosts>),
    /// Nobody: requests go up as they are.
    Nobody,
    /// A stand-in that denies everything.
    DenyAll,
    /// A stand-in that allows everything.
    AllowAll,
    /// A stand-in that answers everything with this HTTP status.
    AnswersAll(StatusCode),
    /// A stand-in that forwards what our gateway denied.
    ForwardsDenied,
    /// Somebody else's gateway, as its file describes it.
    Outside(Arc<Outside>),
    /// Somebody else's, made for each run.
    Other(Arc<MakeBetween>),
}

/// Makes what stands between for one run.
pub type MakeBetween = dyn Fn(&Wiring) -> Result<Box<dyn Between>, String> + Send + Sync;

/// What everything in one run is connected to.
#[derive(Clone, Debug)]
pub struct Wiring {
    /// The one clock.
    pub clock: VirtualClock,
    /// The mocks, by name.
    pub mocks: BTreeMap<String, SharedMock>,
    /// Their checkout profiles.
    pub profiles: BTreeMap<String, Arc<Profile>>,
    /// The grants that agents prove with the token `token-<grant>`, and their policies.
    pub grants: BTreeMap<String, Option<Arc<Policy>>>,
    /// Those who approve, each with the token `approver-token-<name>`.
    pub approvers: BTreeSet<String>,
    /// The tokens of each grant.
    pub(crate) tokens: BTreeMap<String, BTreeSet<String>>,
    pub(crate) parking: Parking,
    lives: Arc<AtomicU64>,
    seed: u64,
}

/// One run's world.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) wiring: Wiring,
    pub(crate) between: Box<dyn Between>,
    pub(crate) agents: BTreeMap<String, Agent>,
    /// Sends requests that are nobody's.
    pub(crate) nobody: Agent,
    /// Whether anybody stands between.
    pub(crate) is_guarded: bool,
}

impl Wiring {
    /// How many requests came to all mocks together that were more than getting ready.
    pub(crate) fn received(&self) -> u64 {
        self.mocks.values().map(SharedMock::received).sum()
    }

    fn new(scenario: &Scenario, materials: &Materials) -> Result<Self, String> {
        let clock = VirtualClock::new(scenario.start);
        let mut mocks = BTreeMap::new();
        for (name, spec) in &scenario.mocks {
            let mock = spec.make(name).map_err(|error| error.to_string())?;
            mocks.insert(name.clone(), SharedMock::new(mock, clock.clone()));
        }
        let grants = scenario
            .agents
            .values()
            .map(|agent| (agent.grant.clone(), materials.policies.get(&agent.grant).cloned().flatten()));
        let mut tokens: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for agent in scenario.agents.values() {
            tokens.entry(agent.grant.clone()).or_default().insert(agent.bearer_token());
        }
        Ok(Self {
            clock,
            mocks,
            profiles: materials.profiles.clone(),
            grants: grants.collect(),
            approvers: scenario.approvers.clone(),
            tokens,
            parking: Parking::default(),
            lives: Arc::default(),
            seed: scenario.seed,
        })
    }

    /// A seed for the entropy of a gateway that was just started: no two lives of it make the same ids.
    pub(crate) fn next_life(&self) -> u64 {
        self.seed.wrapping_mul(1_000).wrapping_add(self.lives.fetch_add(1, Ordering::Relaxed))
    }
}

impl World {
    pub(crate) fn new(scenario: &Scenario, materials: &Materials, middleman: &Middleman) -> Result<Self, String> {
        let wiring = Wiring::new(scenario, materials)?;
        let between = middleman.between(&wiring, scenario, materials)?;
        let parking = || Inbox::new(wiring.parking.clone());
        let agents = scenario.agents.iter().map(|(name, spec)| (name.clone(), Agent::new(name, spec, parking())));
        let is_guarded = !matches!(middleman, Middleman::Nobody);
        Ok(Self { agents: agents.collect(), nobody: Agent::nobody(parking()), between, wiring, is_guarded })
    }
}

impl Middleman {
    fn between(&self, wiring: &Wiring, scenario: &Scenario, materials: &Materials) -> Result<Box<dyn Between>, String> {
        let wiring = wiring.clone();
        Ok(match self {
            Self::Ours => Box::new(Ours::in_process(wiring)),
            Self::OverHttp(hosts) => Box::new(OverHttp::new(wiring, hosts)?),
            Self::Nobody => Box::new(Bare::new(wiring)),
            Self::DenyAll => Box::new(DenyAll::default()),
            Self::AllowAll => Box::new(AllowAll::new(wiring)),
            Self::AnswersAll(status) => Box::new(AnswersAll(*status)),
            Self::ForwardsDenied => Box::new(ForwardsDenied::new(wiring)),
            Self::Outside(outside) => Box::new(Outsider::new(outside, wiring, scenario, materials)?),
            Self::Other(make) => make(&wiring)?,
        })
    }

    /// The scenario as whoever stands between can be asked.
    pub(crate) fn adapted(&self, scenario: &Scenario) -> Scenario {
        match self {
            Self::Outside(outside) => outside.adapted(scenario),
            _ => scenario.clone(),
        }
    }

    /// What the scenario needs and whoever stands between does not claim.
    pub(crate) fn missing(&self, scenario: &Scenario, materials: &Materials) -> Vec<String> {
        match self {
            Self::Outside(outside) => outside.missing(scenario, materials),
            _ => Vec::new(),
        }
    }

    /// Whether calls stop at ports here, so that their interleavings can be walked.
    pub(crate) fn parks(&self) -> bool {
        !matches!(self, Self::OverHttp(_) | Self::Outside(_))
    }
}

impl std::fmt::Debug for Middleman {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Ours => "Ours",
            Self::OverHttp(_) => "OverHttp",
            Self::Nobody => "Nobody",
            Self::DenyAll => "DenyAll",
            Self::AllowAll => "AllowAll",
            Self::AnswersAll(status) => return write!(out, "AnswersAll({})", status.as_u16()),
            Self::ForwardsDenied => "ForwardsDenied",
            Self::Outside(_) => "Outside",
            Self::Other(_) => "Other",
        })
    }
}
