//! What a scenario needs of a gateway, computed from its steps and its policies, each with the reason.
//!
//! Nobody declares it, so nobody can forget it. Where it cannot be told, more is needed rather than less: a gateway that
//! is said to be broken must have been asked for nothing that it does not claim.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::between::outside::feature::Feature;
use crate::document::{Action, AgentSpec, ApprovalStep, Deed, Era, Patience, RawStep, Scenario, Step, WorldStep};
use crate::world::Materials;

mod calls;

use calls::Calls;

/// Two lengths of time that differ by less than this cannot be told apart by somebody with the machine's clock.
const EXACT: u128 = 50;

/// Each wait is a little too long; of so many, the small delays add up to something that shows.
const WAITS: u64 = 100;

/// What a scenario needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Each feature, and why.
    pub(crate) features: BTreeMap<Feature, String>,
    /// How long it waits, all together; nothing where no clock but the mocks' matters.
    pub(crate) time: Duration,
    /// Why its waits cannot be waited for by the machine's clock.
    pub(crate) exact_time: Option<String>,
    /// What no gateway outside can be asked to do yet, each with the step that asks for it.
    pub(crate) beyond: Vec<String>,
    waits: u64,
}

impl Needs {
    /// What that scenario needs under its policies.
    pub(crate) fn of(scenario: &Scenario, materials: &Materials) -> Self {
        let mut needs = Self::default();
        for (name, agent) in &scenario.agents {
            needs.era(name, agent);
        }
        needs.grants(scenario, materials);
        let mut calls = Calls::default();
        for step in &scenario.steps {
            needs.step(step, 1, &mut calls);
        }
        calls.needs(scenario, materials, &mut needs);
        if !calls.are_timed(scenario, materials) {
            (needs.time, needs.exact_time) = (Duration::ZERO, None);
        }
        needs
    }

    /// Needs a feature; the first reason is told.
    pub(crate) fn add(&mut self, feature: Feature, why: impl Into<String>) {
        self.features.entry(feature).or_insert_with(|| why.into());
    }

    pub(crate) fn has(&self, feature: Feature) -> bool {
        self.features.contains_key(&feature)
    }

    fn era(&mut self, name: &str, agent: &AgentSpec) {
        if let Some(token) = &agent.token {
            self.beyond.push(format!("several tokens of one grant: {name} holds `{token}`"));
        }
        match agent.era {
            Era::Legacy => self.add(Feature::LegacyEra, format!("{name} speaks MCP of 2025-11-25")),
            Era::Modern => self.add(Feature::ModernEra, format!("{name} speaks MCP of 2026-07-28")),
        }
    }

    fn grants(&mut self, scenario: &Scenario, materials: &Materials) {
        let mut grants: Vec<&String> = scenario.agents.values().map(|agent| &agent.grant).collect();
        grants.sort();
        grants.dedup();
        if grants.len() > 1 {
            self.add(Feature::Grants, format!("{} grants call", grants.len()));
        }
        let policy = |grant: &String| materials.policy_files.get(grant).map_or("none", String::as_str);
        let Some(first) = grants.first() else { return };
        if let Some(other) = grants.iter().find(|grant| policy(grant) != policy(first)) {
            let why = format!("{first} is under policy {}, {other} under {}", policy(first), policy(other));
            self.add(Feature::GrantPolicies, why);
        }
    }

    /// Looks at one step that is done so many times.
    fn step<'s>(&mut self, step: &'s Step, times: u64, calls: &mut Calls<'s>) {
        match &step.action {
            Action::Call(call) => {
                if call.patience == Patience::HangsUp {
                    self.beyond.push(format!("a client that hangs up: step {}", step.number));
                }
                calls.note(step, call, times, self.time);
            }
            Action::Raw(raw) => self.raw(step, raw),
            Action::Wait(span) => self.wait(*span, times, step),
            Action::Together(together) => {
                calls.expect(&together.outcome, &step.number);
                together.steps.iter().for_each(|inner| self.step(inner, times, calls));
            }
            Action::Repeat(repeat) => {
                calls.expect(&repeat.outcome, &step.number);
                let begun = self.time;
                repeat.steps.iter().for_each(|inner| self.step(inner, times.saturating_mul(repeat.times), calls));
                self.wait(repeat.every, times.saturating_mul(repeat.times.saturating_sub(1)), step);
                if self.time > begun {
                    calls.stretch(self.time);
                }
            }
            Action::Restart => self.add(Feature::Restart, format!("it is restarted in step {}", step.number)),
            Action::Session(agent) => {
                self.add(Feature::LegacyEra, format!("{agent} begins a new session in step {}", step.number));
            }
            Action::Approval(ApprovalStep { by, .. }) => {
                self.beyond.push(format!("people who approve: {by} comes to their door in step {}", step.number));
            }
            Action::Reload(_) => self.beyond.push(format!("a reload of policies: step {} asks for one", step.number)),
            Action::Crash => self.beyond.push(format!("a crash: step {} asks for one", step.number)),
            Action::Clock(_) => self.beyond.push(format!("another time on the wall: step {} sets it", step.number)),
            Action::World(world) => self.world(step, world),
            Action::Advance(_) => {}
        }
    }

    fn raw(&mut self, step: &Step, raw: &RawStep) {
        self.add(Feature::RawRequests, format!("step {} sends exact bytes", step.number));
        let is_forged = raw.headers.iter().any(|(name, _)| *name == http::header::AUTHORIZATION);
        if raw.agent.is_none() || is_forged {
            self.add(Feature::Authentication, format!("step {} comes without the credential of a grant", step.number));
        }
    }

    fn world(&mut self, step: &Step, world: &WorldStep) {
        let Deed::Control { control, .. } = &world.deed else { return };
        if control.written().get("then").is_some_and(|then| then == "hold_reply") {
            self.beyond.push(format!("the end of its patience with a server: step {} holds replies", step.number));
        }
    }

    fn wait(&mut self, span: Duration, times: u64, step: &Step) {
        if span.is_zero() || times == 0 {
            return;
        }
        self.waits = self.waits.saturating_add(times);
        self.time = self.time.saturating_add(span.saturating_mul(u32::try_from(times).unwrap_or(u32::MAX)));
        let (number, shown) = (&step.number, crate::duration::shown(span));
        if !span.as_millis().is_multiple_of(EXACT) {
            self.exact_time.get_or_insert_with(|| format!("step {number} waits {shown}"));
        } else if self.waits > WAITS {
            self.exact_time.get_or_insert_with(|| format!("the delays of {} waits add up", self.waits));
        }
    }
}

#[cfg(test)]
mod tests;
