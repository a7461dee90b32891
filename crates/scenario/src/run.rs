//! One run of a scenario under one schedule: the steps in order, what came of each, and the evidence at the end.
//!
//! The runner polls the calls by hand. There is no runtime and no timer: a call that is pending stands at a port, or
//! waits for virtual time.

use std::collections::BTreeMap;
use std::time::Duration;

use floorwalker_gateway::Clock as _;
use floorwalker_policy::Timestamp;

use crate::answer::{Answer, Verdict};
use crate::document::{Action, Amount, RepeatStep, Scenario, Step, TogetherStep};
use crate::duration;
use crate::evidence::Evidence;
use crate::template::Names;
use crate::world::{Materials, World};

mod approval;
pub(crate) mod doing;
pub(crate) mod drive;
mod gateway;
pub(crate) mod judge;
pub(crate) mod schedule;
mod tally;

use doing::{Doing, Done};
use drive::Stuck;
use schedule::{Choice, Schedule};
use tally::Tally;

/// What the rules begin with that a checkout profile makes.
pub(crate) const PROFILE_RULES: &str = "/checkout/";

/// Which judges are heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectations {
    /// Expectations and witnesses.
    Honour,
    /// The two witnesses alone; what cannot be done is passed over.
    Ignore,
}

/// What one run left behind.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) lines: Vec<Line>,
    pub(crate) violations: Vec<Violation>,
    pub(crate) evidence: Evidence,
    /// The decision log for people; only of runs that somebody will look at.
    pub(crate) log: Vec<String>,
    pub(crate) taken: Vec<Choice>,
    pub(crate) calls: u64,
}

/// How far a run came.
#[derive(Debug)]
pub(crate) enum Ran {
    /// To its end.
    Whole(Box<Played>),
    /// To where it began to repeat what another run had shown, after these choices.
    Cut(Vec<Choice>),
}

/// One line of the transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) at: Duration,
    pub(crate) who: String,
    pub(crate) what: String,
    pub(crate) verdict: String,
    pub(crate) detail: String,
    /// What a tool told, piece by piece. Secrets are in it; the transcript takes them out.
    pub(crate) told: Vec<String>,
}

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The step's number and its line in the file; absent for the witnesses.
    pub step: Option<(String, usize)>,
    /// What must be.
    pub expected: String,
    /// What is.
    pub happened: String,
    /// The line of the transcript that shows it.
    pub(crate) shown_at: Option<usize>,
}

/// A run on its way.
pub(crate) struct Run<'r> {
    scenario: &'r Scenario,
    materials: &'r Materials,
    world: &'r World,
    expectations: Expectations,
    schedule: Schedule,
    names: Names,
    faces: BTreeMap<String, String>,
    /// Where each grant's policy was read that is in force.
    policy_files: BTreeMap<String, String>,
    /// The file of each grant for which what lies there cannot be read.
    broken_files: BTreeMap<String, String>,
    /// How the calls inside of each step that counts them ended, innermost last.
    tallies: Vec<Tally>,
    lines: Vec<Line>,
    violations: Vec<Violation>,
    calls: u64,
    is_cut: bool,
}

/// Plays a scenario once.
pub(crate) fn play(
    scenario: &Scenario,
    materials: &Materials,
    world: &World,
    expectations: Expectations,
    schedule: Schedule,
) -> Result<Ran, String> {
    let started = drive::alone(&world.wiring, world.between.start());
    started.map_err(|stuck| stuck.to_string())??;
    let mut run = Run {
        scenario,
        materials,
        world,
        expectations,
        schedule,
        names: Names::new(),
        faces: BTreeMap::new(),
        policy_files: materials.policy_files.clone(),
        broken_files: BTreeMap::new(),
        tallies: Vec::new(),
        lines: Vec::new(),
        violations: Vec::new(),
        calls: 0,
        is_cut: false,
    };
    scenario.steps.iter().for_each(|step| run.step(step));
    if run.is_cut {
        return Ok(Ran::Cut(run.schedule.taken));
    }
    let evidence = Evidence::collect(world);
    run.violations.extend(judge::witnesses(&scenario.witnesses, &evidence));
    run.violations.extend(evidence.leaks.iter().map(judge::leak));
    run.violations.extend(evidence.breaches.iter().map(judge::breach));
    let Run { lines, violations, schedule, calls, .. } = run;
    let is_shown = schedule.is_written() || !violations.is_empty();
    let log = if is_shown { world.between.log_lines() } else { Vec::new() };
    Ok(Ran::Whole(Box::new(Played { lines, violations, evidence, log, taken: schedule.taken, calls })))
}

impl<'r> Run<'r> {
    fn step(&mut self, step: &'r Step) {
        if self.is_cut {
            return;
        }
        match &step.action {
            Action::Call(_)
            | Action::Raw(_)
            | Action::World(_)
            | Action::Approval(_)
            | Action::Reload(_)
            | Action::Crash => self.one(step),
            Action::Wait(span) => {
                self.wait(*span);
                self.note("world", "wait", &duration::shown(*span));
            }
            Action::Advance(lengths) => lengths.iter().for_each(|(server, span)| self.advance(server, *span)),
            Action::Together(together) => self.together(step, together),
            Action::Repeat(repeat) => self.repeat(step, repeat),
            Action::Restart => self.restart(step),
            Action::Clock(shift) => self.set_wall(*shift),
            Action::Session(agent) => {
                if let Some(agent) = self.world.agents.get(agent) {
                    agent.forget_sessions();
                }
                self.note(agent, "session", "a new one begins");
            }
        }
    }

    /// A step with nothing beside it.
    fn one(&mut self, step: &'r Step) {
        let Some(doing) = self.prepare(step) else { return };
        let Doing { future, .. } = doing;
        match drive::alone(&self.world.wiring, future) {
            Ok(done) => self.settle(step, done),
            Err(stuck) => self.violate(step, "this to end".to_owned(), stuck.to_string()),
        }
    }

    fn together(&mut self, step: &'r Step, together: &'r TogetherStep) {
        let steps: Vec<&'r Step> = together.steps.iter().flat_map(flattened).collect();
        let doings: Vec<Doing<'r>> = steps.into_iter().filter_map(|step| self.prepare(step)).collect();
        self.tallies.push(Tally::default());
        match drive::together(&self.world.wiring, doings, &mut self.schedule) {
            Ok(done) => done.into_iter().for_each(|(step, at, done)| self.settle_at(step, at, done)),
            Err(Stuck::Seen) => {
                self.is_cut = true;
                return;
            }
            Err(stuck) => self.violate(step, "everything to end".to_owned(), stuck.to_string()),
        }
        self.tally(step, &together.outcome);
    }

    fn repeat(&mut self, step: &'r Step, repeat: &'r RepeatStep) {
        self.tallies.push(Tally::default());
        for round in 0..repeat.times {
            let begun = self.now();
            repeat.steps.iter().for_each(|step| self.step(step));
            if round + 1 < repeat.times {
                let next = begun.after(repeat.every);
                self.wait(next.since(self.now()));
            }
        }
        self.tally(step, &repeat.outcome);
    }

    /// Real time first, for whoever has another clock than the scenario's.
    fn wait(&self, span: Duration) {
        // It ends without virtual time, so there is nothing at which it could be stuck.
        let _ = drive::alone(&self.world.wiring, self.world.between.wait(span));
        self.world.wiring.clock.advance(span);
    }

    fn restart(&mut self, step: &Step) {
        let restarted = drive::alone(&self.world.wiring, self.world.between.restart());
        match restarted.map_err(|stuck| stuck.to_string()) {
            Ok(Ok(())) => self.note("world", "restart", "the gateway stopped and folded its log again"),
            Ok(Err(why)) | Err(why) => self.violate(step, "the gateway to start again".to_owned(), why),
        }
    }

    fn advance(&mut self, server: &str, span: Duration) {
        let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        if let Some(mock) = self.world.wiring.mocks.get(server) {
            // Advancing a clock has no state that could forbid it.
            let _ = mock.control(&floorwalker_mocks::Control::Advance { ms: millis });
        }
        self.note("world", &format!("advance {server}"), &duration::shown(span));
    }

    fn settle(&mut self, step: &Step, done: Done<'_>) {
        self.settle_at(step, self.now(), done);
    }

    /// Writes down what came of a step, judges it, and keeps what later steps need.
    fn settle_at(&mut self, step: &Step, at: Timestamp, done: Done<'_>) {
        let at = at.since(self.scenario.start);
        match done {
            Done::Answer(answer) => self.settle_answer(step, at, &answer),
            Done::Reload(reload, reloaded) => self.settle_reload(step, at, reload, reloaded),
            Done::Deed(line, Ok(found)) => {
                self.lines.push(Line { at, ..line });
                self.names.extend(found);
            }
            Done::Deed(line, Err(why)) => {
                self.lines.push(Line { at, verdict: "failed".to_owned(), detail: why.clone(), ..line });
                self.violate(step, format!("this to happen: {}", step.action.named()), why);
            }
        }
    }

    fn settle_answer(&mut self, step: &Step, at: Duration, answer: &Answer) {
        let shown_at = self.lines.len();
        if !matches!(step.action, Action::Approval(_)) {
            self.calls += 1;
            self.tallies.iter_mut().for_each(|tally| tally.count(answer, shown_at));
        }
        self.lines.push(judge::line(step, at, answer));
        let before = self.violations.len();
        if let Some(handling) = step.action.handling() {
            let source = || self.source_of(step, answer.rule.as_deref());
            for (expected, happened) in judge::expectation(handling.expect.as_ref(), answer, source) {
                self.violate(step, expected, happened);
            }
            self.compare(step, handling, answer);
            let failed = self.violations.len() > before;
            self.keep(step, handling, answer, failed);
        }
    }

    /// Whether the answer has the face of an earlier one.
    fn compare(&mut self, step: &Step, handling: &crate::document::Handling, answer: &Answer) {
        if let Some(label) = &handling.label {
            self.faces.insert(label.clone(), answer.face.clone());
        }
        let Some(label) = &handling.like else { return };
        let earlier = self.faces.get(label).cloned().unwrap_or_default();
        if earlier != answer.face {
            let happened = format!("the two differ: `{earlier}` and `{}`", answer.face);
            self.violate(step, format!("an answer that cannot be told from `{label}`"), happened);
        }
    }

    fn keep(&mut self, step: &Step, handling: &crate::document::Handling, answer: &Answer, failed: bool) {
        for (name, path) in &handling.keep {
            match answer.at(path) {
                Some(value) => {
                    self.names.insert(name.clone(), value.clone());
                }
                None if failed => {}
                None => {
                    let happened = answer.happened();
                    self.violate(step, format!("something at `{path}` in the answer, to keep as `${name}`"), happened);
                }
            }
        }
    }

    /// Compares how the calls inside of a step ended with how they must.
    fn tally(&mut self, step: &Step, outcome: &[(Verdict, Amount)]) {
        let tally = self.tallies.pop().unwrap_or_default();
        if tally.holds(outcome) {
            return;
        }
        let must = outcome.iter().map(|(verdict, amount)| format!("{} {amount}", verdict.word()));
        let expected = format!("{} among the calls", must.collect::<Vec<_>>().join(", "));
        let beyond = tally.first_beyond(outcome);
        let source = self.source_of(step, beyond.and_then(|call| call.rule.as_deref()));
        let shown_at = beyond.map(|call| call.shown_at).or_else(|| self.lines.len().checked_sub(1));
        self.violate_at(step, expected, format!("there was {tally}{source}"), shown_at);
    }

    fn note(&mut self, who: &str, what: &str, detail: &str) {
        let at = self.now().since(self.scenario.start);
        let (who, what, detail) = (who.to_owned(), what.to_owned(), detail.to_owned());
        self.lines.push(Line { at, who, what, verdict: String::new(), detail, told: Vec::new() });
    }

    fn violate(&mut self, step: &Step, expected: String, happened: String) {
        self.violate_at(step, expected, happened, self.lines.len().checked_sub(1));
    }

    fn violate_at(&mut self, step: &Step, expected: String, happened: String, shown_at: Option<usize>) {
        if self.expectations == Expectations::Ignore {
            return;
        }
        let step = Some((step.number.clone(), step.line));
        self.violations.push(Violation { step, expected, happened, shown_at });
    }

    /// The end of a sentence that names the document a decision came from: the checkout profile of the step's first
    /// server for its rules, else the policy of the step's first agent.
    fn source_of(&self, step: &Step, rule: Option<&str>) -> String {
        let (what, file) = match rule {
            Some(rule) if rule.starts_with(PROFILE_RULES) => ("profile", self.profile_of(step)),
            _ => ("policy", self.policy_of(step)),
        };
        file.map(|file| format!("; {what} {file}")).unwrap_or_default()
    }

    fn policy_of(&self, step: &Step) -> Option<&String> {
        let agent = flattened(step).into_iter().find_map(|step| step.action.agent())?;
        let agent = self.world.agents.get(agent)?;
        self.policy_files.get(agent.grant.as_ref()?)
    }

    fn profile_of(&self, step: &Step) -> Option<&String> {
        let server = flattened(step).into_iter().find_map(|step| step.action.server())?;
        self.materials.profile_files.get(server)
    }

    fn now(&self) -> Timestamp {
        self.world.wiring.clock.now()
    }
}

/// A step, or what is inside of it; inside of a `together` the rounds of a `repeat` happen at once.
fn flattened(step: &Step) -> Vec<&Step> {
    match &step.action {
        Action::Repeat(repeat) => {
            let round = repeat.steps.iter().flat_map(flattened).collect::<Vec<_>>();
            (0..repeat.times).flat_map(|_| round.clone()).collect()
        }
        Action::Together(together) => together.steps.iter().flat_map(flattened).collect(),
        _ => vec![step],
    }
}
