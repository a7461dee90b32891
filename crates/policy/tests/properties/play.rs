//! Plays a history, on the engine or on the model: who is asked what, and when.
//!
//! Between the decision on a call and its commit other calls can overtake it, and between its commit and its end, too. So
//! every order in which calls of several agents can meet is the order of some history.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use floorwalker_json::{Keys, Node, scan};
use floorwalker_policy::{
    ArgumentSchema, Call, Decision, Definition, GrantId, Moment, Plan, Policy, ServerName, SessionId, State, Timestamp,
};

use crate::{
    engine::{Engine, Seen},
    generate::words::{CATALOGUE, PUBLISHED},
    written::{Asked, Case, Deed, Ended, PARAMETERS, Written},
};

/// A full hour, from which histories begin.
pub(crate) const BEGIN: u64 = 1_768_471_200_000;

/// Who plays: it answers, and keeps what it has to remember.
pub(crate) trait Side {
    type Plan;

    /// What the policy of that number says of a call: nothing, or what it takes.
    fn decide(&mut self, policy: usize, asked: &Asked) -> Option<Self::Plan>;
    /// Whether there was room, and then it is taken.
    fn commit(&mut self, now: Moment, plan: &Self::Plan) -> bool;
    /// A call that was committed `then` is over.
    fn end(&mut self, ended: Ended, then: Moment, now: Moment, plan: &Self::Plan);
    /// The policy of `before` makes way for that of `after`; which one holds from now on.
    fn reload(&mut self, before: usize, after: usize) -> usize;
    /// All that is not written down is gone.
    fn restart(&mut self);
    /// What was said last, where somebody wants to know.
    fn words(&mut self) -> Option<String> {
        None
    }
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verdict {
    /// The step that asked.
    pub(crate) step: usize,
    /// The policy it was decided under.
    pub(crate) policy: usize,
    /// When that was known.
    pub(crate) at: u64,
    pub(crate) is_allowed: bool,
    /// The plan, or why there is none.
    pub(crate) words: Option<String>,
}

enum Waiting<P> {
    Commit { step: usize, policy: usize, plan: P },
    End { step: usize, then: Moment, plan: P },
}

struct Play<'c, S: Side> {
    case: &'c Case,
    side: &'c mut S,
    now: Moment,
    /// Which policy holds for whom.
    holds: BTreeMap<&'static str, usize>,
    holds_for_others: usize,
    waiting: Vec<(usize, Waiting<S::Plan>)>,
    verdicts: Vec<Verdict>,
}

/// Plays the whole history; what came of each call, in the order in which that was known.
pub(crate) fn play<S: Side>(case: &Case, side: &mut S) -> Vec<Verdict> {
    let now = Moment { at: Timestamp::from_millis(BEGIN), turn: 0 };
    let (holds, waiting, verdicts) = (BTreeMap::new(), Vec::new(), Vec::new());
    let mut play = Play { case, side, now, holds, holds_for_others: 0, waiting, verdicts };
    for index in 0..case.steps.len() {
        play.step(index);
    }
    while let Some(next) = play.waiting.iter().map(|(due, _)| *due).min() {
        play.settle(next);
    }
    play.verdicts
}

impl<S: Side> Play<'_, S> {
    fn step(&mut self, index: usize) {
        let step = &self.case.steps[index];
        self.now.at = Timestamp::from_millis(self.now.at.as_millis().saturating_add_signed(step.pause));
        self.settle(index);
        match &step.deed {
            Deed::Ask { asked, stall, .. } => {
                let policy = self.holds.get(asked.grant).copied().unwrap_or(self.holds_for_others);
                match self.side.decide(policy, asked) {
                    None => self.verdict(index, policy, false),
                    Some(plan) => self.waiting.push((index + stall, Waiting::Commit { step: index, policy, plan })),
                }
                self.settle(index);
            }
            Deed::Reload { grant: Some(grant), policy } => {
                let before = self.holds.get(grant).copied().unwrap_or(self.holds_for_others);
                let holds = self.side.reload(before, *policy);
                self.holds.insert(grant, holds);
            }
            Deed::Reload { grant: None, policy } => {
                self.holds_for_others = self.side.reload(self.holds_for_others, *policy);
                self.holds.clear();
            }
            Deed::Restart => {
                self.waiting.clear();
                self.side.restart();
            }
            Deed::Rest => {}
        }
    }

    /// Does what is due.
    fn settle(&mut self, index: usize) {
        while let Some(place) = self.waiting.iter().position(|(due, _)| *due <= index) {
            let (_, waiting) = self.waiting.remove(place);
            self.now.turn += 1;
            match waiting {
                Waiting::Commit { step, policy, plan } => {
                    let is_allowed = self.side.commit(self.now, &plan);
                    self.verdict(step, policy, is_allowed);
                    if let (true, Deed::Ask { lag, .. }) = (is_allowed, &self.case.steps[step].deed) {
                        self.waiting.push((index + lag, Waiting::End { step, then: self.now, plan }));
                    }
                }
                Waiting::End { step, then, plan } => {
                    if let Deed::Ask { ended, .. } = &self.case.steps[step].deed {
                        self.side.end(*ended, then, self.now, &plan);
                    }
                }
            }
        }
    }

    fn verdict(&mut self, step: usize, policy: usize, is_allowed: bool) {
        let (at, words) = (self.now.at.as_millis(), self.side.words());
        self.verdicts.push(Verdict { step, policy, at, is_allowed, words });
    }
}

/// An engine that plays: its policies, its state, and what it has written down.
pub(crate) struct Player<'e> {
    engine: &'e dyn Engine,
    pub(crate) policies: Vec<Arc<Policy>>,
    pub(crate) state: State,
    pub(crate) log: Vec<(Moment, Plan)>,
    keeps_words: bool,
    words: Option<String>,
}

impl<'e> Player<'e> {
    pub(crate) fn new(engine: &'e dyn Engine, policies: &[Written]) -> Self {
        let policies = policies.iter().map(|written| Arc::new(engine.load(&written.source()))).collect();
        Self { engine, policies, state: State::default(), log: Vec::new(), keeps_words: false, words: None }
    }

    /// The same, but every verdict comes with the words for it.
    pub(crate) fn with_words(self) -> Self {
        Self { keeps_words: true, ..self }
    }

    /// What the engine says of a call, without any state.
    pub(crate) fn decision(&self, policy: usize, asked: &Asked) -> Decision<Plan> {
        decision(self.engine, &self.policies[policy], definition(asked.tool), asked)
    }

    fn note(&mut self, words: impl FnOnce() -> String) {
        if self.keeps_words {
            self.words = Some(words());
        }
    }

    fn commit_and_log(&mut self, now: Moment, plan: Plan) -> bool {
        match self.engine.commit(&mut self.state, now, &plan) {
            Decision::Allow(()) => {
                self.note(|| plan.to_string());
                self.log.push((now, plan));
                true
            }
            refused => {
                self.note(|| format!("{refused:?}"));
                false
            }
        }
    }
}

impl Side for Player<'_> {
    type Plan = Plan;

    fn decide(&mut self, policy: usize, asked: &Asked) -> Option<Plan> {
        match self.decision(policy, asked) {
            Decision::Allow(plan) => Some(plan),
            refused => {
                self.note(|| format!("{refused:?}"));
                None
            }
        }
    }

    fn commit(&mut self, now: Moment, plan: &Plan) -> bool {
        self.commit_and_log(now, plan.clone())
    }

    fn end(&mut self, ended: Ended, then: Moment, now: Moment, plan: &Plan) {
        let follows = self.engine.end(ended, then, now, plan);
        if !follows.is_empty() {
            self.commit_and_log(now, follows);
        }
    }

    fn reload(&mut self, before: usize, after: usize) -> usize {
        let (before, after) = (&self.policies[before], &self.policies[after]);
        let holds = self.engine.reload(&mut self.state, before, after);
        self.policies.iter().position(|policy| Arc::ptr_eq(policy, &holds)).expect("it is one of the two")
    }

    fn restart(&mut self) {
        self.state = self.fold();
    }

    fn words(&mut self) -> Option<String> {
        self.words.take()
    }
}

impl Player<'_> {
    /// The state that the log tells.
    pub(crate) fn fold(&self) -> State {
        let mut state = State::default();
        self.log.iter().for_each(|(then, plan)| self.engine.redo(&mut state, *then, plan));
        state
    }
}

/// What an engine says of a call.
pub(crate) fn decision(
    engine: &dyn Engine,
    policy: &Policy,
    definition: Option<&Definition>,
    asked: &Asked,
) -> Decision<Plan> {
    let (grant, server) = (GrantId::new(asked.grant).unwrap(), ServerName::new(asked.server).unwrap());
    let session = asked.session.map(|session| SessionId::new(session).unwrap());
    let arguments = asked.arguments.as_ref().map(ToString::to_string);
    let who = (&grant, session.as_ref(), &server);
    decision_of(engine, policy, Seen { profile: None, definition }, who, asked.tool, arguments.as_deref())
}

/// The same of arguments as they are sent.
pub(crate) fn decision_of(
    engine: &dyn Engine,
    policy: &Policy,
    seen: Seen<'_>,
    (grant, session, server): (&GrantId, Option<&SessionId>, &ServerName),
    tool: &str,
    arguments: Option<&str>,
) -> Decision<Plan> {
    let scanned = |source: &str| -> Node<'static> {
        let node = scan(source.as_bytes(), Keys::Unconfusable);
        node.unwrap_or_else(|error| panic!("{source}: {error}")).into_owned()
    };
    let arguments = arguments.map(scanned);
    engine.decide(policy, seen, &Call { grant, server, session, tool, arguments: arguments.as_ref() })
}

/// What the catalogue says of a tool, if there is one.
pub(crate) fn definition(tool: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|(name, _)| *name == tool).map(|(_, found)| found)
}

/// The tools that there are; one of them publishes a schema.
static DEFINITIONS: LazyLock<Vec<(&'static str, Definition)>> = LazyLock::new(definitions);

fn definitions() -> Vec<(&'static str, Definition)> {
    let parameters: Vec<String> = PARAMETERS.iter().map(|name| (*name).to_owned()).collect();
    let schema = scan(PUBLISHED.as_bytes(), Keys::Unconfusable).unwrap();
    let of = |name: &&'static str| {
        let mut definition = Definition { parameters: parameters.clone(), ..Definition::default() };
        definition.schema = (*name == CATALOGUE[0]).then(|| ArgumentSchema::new(&schema));
        (*name, definition)
    };
    CATALOGUE.iter().map(of).collect()
}
