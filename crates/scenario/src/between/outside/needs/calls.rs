//! Which calls a scenario makes, and what must become of them under its policies.
//!
//! The policy is asked itself, so that a new rule of it cannot be forgotten here: a denial by a rule that is not one of
//! the known ones must have looked at the arguments.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use floorwalker_policy::{
    Call, Change, Charge, CounterKey, Decision, Definition, Denial, GrantId, Plan, Scope, ServerName, SessionId, decide,
};

use crate::answer::Verdict;
use crate::between::outside::feature::Feature;
use crate::between::outside::needs::Needs;
use crate::document::{Amount, CallStep, Scenario, Step};
use crate::duration;
use crate::run::PROFILE_RULES;
use crate::world::Materials;

/// What stops an attack. One that needs none of these must be stopped by a checkout profile.
const STOPPING: [Feature; 6] =
    [Feature::Deny, Feature::Hide, Feature::Arguments, Feature::Limits, Feature::Authentication, Feature::RawRequests];

/// The calls of a scenario, in the order of the file.
#[derive(Debug, Default)]
pub(crate) struct Calls<'s> {
    noted: Vec<Noted<'s>>,
    /// The first step that counts on denials among the calls inside of it.
    counted_denial: Option<String>,
}

/// One call step.
#[derive(Debug)]
struct Noted<'s> {
    step: &'s Step,
    call: &'s CallStep,
    times: u64,
    /// When it is made first and last.
    from: Duration,
    until: Duration,
}

/// How often a limit is charged, and how much that takes.
#[derive(Debug)]
struct Charged {
    charge: Charge,
    tool: String,
    times: u64,
    taken: floorwalker_policy::Amount,
    from: Duration,
    until: Duration,
}

impl<'s> Calls<'s> {
    pub(crate) fn note(&mut self, step: &'s Step, call: &'s CallStep, times: u64, at: Duration) {
        self.noted.push(Noted { step, call, times, from: at, until: at });
    }

    /// The calls that repeat go on until then. Those before them are stretched too, which asks for more and not for less.
    pub(crate) fn stretch(&mut self, until: Duration) {
        self.noted.iter_mut().filter(|noted| noted.times > 1).for_each(|noted| noted.until = until);
    }

    /// Notes how the calls inside of a step must end.
    pub(crate) fn expect(&mut self, outcome: &[(Verdict, Amount)], step: &str) {
        let denies = outcome.iter().any(|(verdict, amount)| is_stopped(*verdict) && amount.least > 0);
        if denies {
            self.counted_denial.get_or_insert_with(|| step.to_owned());
        }
    }

    /// Adds what the calls need.
    pub(crate) fn needs(&self, scenario: &Scenario, materials: &Materials, needs: &mut Needs) {
        let mut charged: BTreeMap<CounterKey, Charged> = BTreeMap::new();
        let mut passing = Vec::new();
        for noted in &self.noted {
            match noted.decide(scenario, materials) {
                Some(Decision::Deny(denial)) => noted.denied(&denial, needs),
                // Deciding looks at no state, and only that can tell that nobody said yes.
                Some(Decision::Ask(_)) => {}
                Some(Decision::Allow(plan)) => {
                    if plan.changes.iter().any(|change| matches!(change, Change::Spend(_))) {
                        let why = format!("a person is asked before {} of step {}", noted.call.tool, noted.step.number);
                        needs.beyond.push(why);
                    }
                    plan.changes.iter().for_each(|change| noted.charge(change, &mut charged));
                    passing.push((noted, plan));
                }
                None => {}
            }
        }
        charged.values().filter(|charged| charged.is_exceeded()).for_each(|charged| charged.needs(needs));
        let full: BTreeSet<&CounterKey> =
            charged.iter().filter(|(_, charged)| charged.is_exceeded()).map(|(counter, _)| counter).collect();
        let is_limited = |changes: &[Change]| {
            changes.iter().any(|change| matches!(change, Change::Charge(charge) if full.contains(&charge.counter)))
        };
        let unexplained = passing.iter().find(|(noted, plan)| noted.must_stop() && !is_limited(&plan.changes));
        self.profile(scenario, materials, unexplained.map(|(noted, _)| *noted), needs);
    }

    /// Whether the gateway's own clock matters: time passes between two calls that a limit counts or a profile paces.
    /// Everything else that time does, it does to the mocks.
    pub(crate) fn are_timed(&self, scenario: &Scenario, materials: &Materials) -> bool {
        let mut spans: BTreeMap<(&str, &str), (Duration, Duration)> = BTreeMap::new();
        for noted in self.noted.iter().filter(|noted| noted.is_timed(scenario, materials)) {
            let span = spans.entry((&noted.call.server, &noted.call.tool)).or_insert((noted.from, noted.until));
            *span = (span.0.min(noted.from), span.1.max(noted.until));
        }
        spans.values().any(|(from, until)| from < until)
    }

    /// What neither the policy nor its limits stop must be stopped by a checkout profile, where there is one.
    fn profile(&self, scenario: &Scenario, materials: &Materials, unexplained: Option<&Noted<'_>>, needs: &mut Needs) {
        if materials.profiles.is_empty() {
            return;
        }
        if let Some(noted) = unexplained {
            let (tool, step) = (&noted.call.tool, &noted.step.number);
            needs.add(
                Feature::CheckoutProfiles,
                format!("the policy allows {tool} of step {step}, which must be stopped"),
            );
        }
        let is_stopped = STOPPING.iter().any(|feature| needs.has(*feature));
        match (&self.counted_denial, &scenario.harm) {
            (Some(step), _) if !is_stopped => {
                needs.add(Feature::CheckoutProfiles, format!("the policy allows every call of step {step}"));
            }
            (None, Some(_)) if !is_stopped => {
                needs.add(Feature::CheckoutProfiles, "the policy alone does not stop the attack");
            }
            _ => {}
        }
    }
}

/// Whether the rule that denied a call without arguments is about them.
fn looks_at_arguments(denial: &Denial) -> bool {
    !["(hidden)", "(no policy)", "(default deny)"].contains(&denial.rule.as_str())
}

impl Noted<'_> {
    /// What the policy alone says of the call. A profile is not asked, and neither is an argument filled in.
    fn decide(&self, scenario: &Scenario, materials: &Materials) -> Option<Decision<Plan>> {
        let grant = GrantId::new(&scenario.agents.get(&self.call.agent)?.grant).ok()?;
        let server = ServerName::new(&self.call.server).ok()?;
        let session = SessionId::new("any").ok()?;
        let policy: Option<&Arc<_>> = materials.policies.get(grant.as_str()).and_then(Option::as_ref);
        let tool = self.call.tool.as_str();
        let call = Call { grant: &grant, server: &server, session: Some(&session), tool, arguments: None };
        Some(decide(policy.map(Arc::as_ref), None, Some(&Definition::default()), &call))
    }

    /// Whether a limit counts the call, or a checkout profile paces it.
    fn is_timed(&self, scenario: &Scenario, materials: &Materials) -> bool {
        let profile = materials.profile_documents.get(&self.call.server);
        let role = profile.and_then(|profile| profile.get("tools")?.get(&self.call.tool)?.get("does")?.as_str());
        let is_counted = |plan: &Plan| plan.changes.iter().any(|change| matches!(change, Change::Charge(_)));
        let counted = match self.decide(scenario, materials) {
            Some(Decision::Allow(plan)) => is_counted(&plan),
            // With its arguments the call may pass, and be counted.
            Some(Decision::Deny(denial)) => looks_at_arguments(&denial),
            Some(Decision::Ask(_)) | None => false,
        };
        role == Some("poll") || counted
    }

    fn denied(&self, denial: &Denial, needs: &mut Needs) {
        let (tool, step) = (&self.call.tool, &self.step.number);
        match denial.rule.as_str() {
            "(hidden)" => needs.add(Feature::Hide, format!("step {step} calls {tool}, which is hidden")),
            "(no policy)" | "(default deny)" => {
                needs.add(Feature::Deny, format!("step {step} calls {tool}, which is not allowed"));
            }
            rule => needs.add(Feature::Arguments, format!("step {step} calls {tool} under {rule}")),
        }
    }

    fn charge(&self, change: &Change, charged: &mut BTreeMap<CounterKey, Charged>) {
        let Change::Charge(charge) = change else { return };
        let fresh = || Charged {
            charge: charge.clone(),
            tool: self.call.tool.clone(),
            times: 0,
            taken: floorwalker_policy::Amount::default(),
            from: self.from,
            until: self.until,
        };
        let entry = charged.entry(charge.counter.clone()).or_insert_with(fresh);
        entry.times = entry.times.saturating_add(self.times);
        entry.taken = entry.taken.saturating_add(charge.amount.saturating_mul(self.times));
        entry.until = entry.until.max(self.until);
    }

    /// Whether the scenario counts on it that this call does not get through.
    fn must_stop(&self) -> bool {
        let Some(expect) = &self.call.handling.expect else { return false };
        let by_profile = expect.rule.as_ref().is_some_and(|rule| rule.starts_with(PROFILE_RULES));
        by_profile || expect.verdict.is_some_and(is_stopped)
    }
}

impl Charged {
    fn is_exceeded(&self) -> bool {
        self.taken > self.charge.max
    }

    fn needs(&self, needs: &mut Needs) {
        let (tool, times, Charge { max, window, .. }) = (&self.tool, self.times, &self.charge);
        needs.add(Feature::Limits, format!("{tool} is called {times} times under a limit of {max} in {window}"));
        if self.until > self.from {
            let span = duration::shown(self.until.saturating_sub(self.from));
            let why = format!("{tool} is called over {span} under a limit that holds in every {window}");
            needs.add(Feature::RollingLimits, why);
        }
        if !matches!(self.charge.counter.scope, Scope::Grant(_)) {
            needs.add(Feature::LimitScopes, format!("the limit on {tool} does not count per grant"));
        }
    }
}

fn is_stopped(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Deny | Verdict::Ask | Verdict::Withheld | Verdict::Unknown)
}
