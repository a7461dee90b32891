//! The calls one after the other, decided, committed and observed as a gateway would, each with what was looked at.
//!
//! INVARIANT: what happens to the state happens in [`State::commit_explained`]; here is only the order of things.

use std::collections::HashMap;

use floorwalker_json::DigestKey;
use floorwalker_policy::{
    Answer, Ask, Call, Change, Charge, Decision, Definition, Denial, Finding, Moment, Plan, Policy, Profile, Row,
    RowKey, State, Timestamp, explain, observe,
};

use super::sequence::{Asked, Ends, Sequence, Verdict};

/// Secrets are remembered by digests, which are shown to nobody here.
const KEY: [u8; 32] = [0; 32];

/// What calls are held to.
#[derive(Debug)]
pub(super) struct Known<'k> {
    pub(super) policy: &'k Policy,
    pub(super) profile: Option<&'k Profile>,
    /// Without them every tool counts as published, with no parameter and no schema.
    pub(super) tools: Option<&'k HashMap<String, Definition>>,
}

/// A call, what was decided on it and why.
#[derive(Debug)]
pub(super) struct Explained<'c> {
    pub(super) asked: &'c Asked,
    pub(super) denial: Option<Denial>,
    /// The person's yes that it waits for.
    pub(super) ask: Option<Box<Ask>>,
    pub(super) findings: Vec<Finding>,
    pub(super) effects: Vec<Effect>,
    /// What its end told; nothing for a call that was denied, or of whose end nothing is said.
    pub(super) ending: Option<Ending>,
}

/// The end of a call that was let through.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) kind: EndingKind,
    pub(super) findings: Vec<Finding>,
    pub(super) effects: Vec<Effect>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum EndingKind {
    /// The agent gets the reply.
    Replied,
    /// Nobody reads the reply, as there is no profile.
    Unread,
    /// The agent does not get it, by a rule or because it cannot be read.
    Withheld {
        rule: Option<String>,
        reason: String,
    },
    Lost,
    NotSent,
}

/// What a change did.
#[derive(Debug, PartialEq)]
pub(super) enum Effect {
    /// In words.
    Done(String),
    /// A counter holds so much now.
    Counted(Counted),
}

/// A counter after a charge, or after one was given back.
#[derive(Debug, PartialEq)]
pub(super) struct Counted {
    pub(super) charge: Charge,
    pub(super) holds: String,
    /// When such a charge fits again; nothing where it never does.
    pub(super) fits: Option<Timestamp>,
    pub(super) now: Timestamp,
}

impl Explained<'_> {
    pub(super) fn verdict(&self) -> Verdict {
        match (&self.denial, &self.ending) {
            (Some(_), _) => Verdict::Deny,
            (None, _) if self.ask.is_some() => Verdict::Ask,
            (None, Some(Ending { kind: EndingKind::Withheld { .. }, .. })) => Verdict::Withheld,
            (None, _) => Verdict::Allow,
        }
    }

    /// The rule that decided against the call or its reply.
    pub(super) fn rule(&self) -> Option<&str> {
        let withheld = match &self.ending {
            Some(Ending { kind: EndingKind::Withheld { rule, .. }, .. }) => rule.as_deref(),
            _ => None,
        };
        let ask = self.ask.as_ref().map(|ask| ask.wanted.terms.rule.as_str());
        self.denial.as_ref().map(|denial| denial.rule.as_str()).or(ask).or(withheld)
    }

    pub(super) fn is_as_expected(&self) -> bool {
        let expect = &self.asked.expect;
        expect.verdict.is_none_or(|verdict| verdict == self.verdict())
            && expect.rule.as_deref().is_none_or(|rule| Some(rule) == self.rule())
    }
}

/// Goes through the calls from an empty state.
pub(super) fn walk<'c>(known: &Known<'_>, sequence: &'c Sequence) -> Vec<Explained<'c>> {
    let mut walk = Walk { known, state: State::default(), turn: 0 };
    sequence.calls.iter().map(|asked| walk.call(asked)).collect()
}

struct Walk<'k> {
    known: &'k Known<'k>,
    state: State,
    turn: u64,
}

impl Walk<'_> {
    fn call<'c>(&mut self, asked: &'c Asked) -> Explained<'c> {
        let Known { policy, profile, tools } = self.known;
        let unknown = Definition::default();
        let definition = tools.map_or(Some(&unknown), |tools| tools.get(&asked.tool));
        let call = asked.call();
        let (decision, mut findings) = explain(Some(policy), *profile, definition, &call);
        let now = self.now(asked);
        let decision = match decision {
            Decision::Allow(plan) => {
                let (decision, more) = self.state.commit_explained(now, &plan);
                findings.extend(more);
                decision.map(|()| plan)
            }
            other => other,
        };
        let mut explained = Explained { asked, denial: None, ask: None, findings, effects: Vec::new(), ending: None };
        match decision {
            Decision::Deny(denial) => explained.denial = Some(denial),
            Decision::Ask(ask) => {
                // Nothing refuses to open an ask that was not open a moment ago.
                let now = self.now(asked);
                let _ = self.state.commit_explained(now, &ask.plan);
                explained.effects = self.effects(asked.at, &ask.plan);
                explained.ask = Some(ask);
            }
            Decision::Allow(plan) => {
                explained.effects = self.effects(asked.at, &plan);
                explained.ending = self.ending(asked, &call, now, plan);
            }
        }
        explained
    }

    fn ending(&mut self, asked: &Asked, call: &Call<'_>, then: Moment, plan: Plan) -> Option<Ending> {
        let (kind, after) = match &asked.ends {
            Ends::Unsaid => return None,
            Ends::Lost => (EndingKind::Lost, plan.unanswered()),
            Ends::NotSent => (EndingKind::NotSent, Plan { changes: vec![Change::TakeBack { at: then.at, plan }] }),
            Ends::Replied(result) => match self.known.profile {
                None => (EndingKind::Unread, Plan::default()),
                Some(profile) => match observe(profile, &DigestKey::new(KEY), call, result, then.turn) {
                    Ok(seen) => return Some(self.observed(asked, &seen.plan, &plan)),
                    Err(error) => (EndingKind::Withheld { rule: None, reason: error.to_string() }, plan.unanswered()),
                },
            },
        };
        Some(self.done(asked, kind, &after))
    }

    /// What a reply tells is done whole; or it is withheld, and then only that the call is over is done.
    fn observed(&mut self, asked: &Asked, seen: &Plan, plan: &Plan) -> Ending {
        let now = self.now(asked);
        let (decision, findings) = self.state.commit_explained(now, seen);
        match decision {
            Decision::Allow(()) => {
                Ending { kind: EndingKind::Replied, findings, effects: self.effects(asked.at, seen) }
            }
            // A reply asks nobody, so what is left is a denial.
            Decision::Ask(_) => self.done(asked, EndingKind::Replied, &plan.unanswered()),
            Decision::Deny(denial) => {
                let (rule, reason) = (Some(denial.rule.to_string()), denial.reason.into_owned());
                let ending = self.done(asked, EndingKind::Withheld { rule, reason }, &plan.unanswered());
                Ending { findings, ..ending }
            }
        }
    }

    /// Of these changes none is refused.
    fn done(&mut self, asked: &Asked, kind: EndingKind, plan: &Plan) -> Ending {
        let now = self.now(asked);
        let (_, findings) = self.state.commit_explained(now, plan);
        Ending { kind, findings, effects: self.effects(asked.at, plan) }
    }

    fn now(&mut self, asked: &Asked) -> Moment {
        self.turn = self.turn.saturating_add(1);
        Moment { at: asked.at, turn: self.turn }
    }

    fn effects(&self, now: Timestamp, plan: &Plan) -> Vec<Effect> {
        plan.changes.iter().flat_map(|change| self.effects_of(now, change)).collect()
    }

    fn effects_of(&self, now: Timestamp, change: &Change) -> Vec<Effect> {
        match change {
            Change::Charge(charge) => self.counted(now, charge).into_iter().collect(),
            // They only require something.
            Change::Own { .. } | Change::Within { .. } => Vec::new(),
            Change::TakeBack { plan, .. } => {
                let counted = plan.changes.iter().filter_map(|change| match change {
                    Change::Charge(charge) => self.counted(now, charge),
                    Change::Poll { .. } | Change::Begin { .. } => Some(Effect::Done(format!("take back: {change}"))),
                    _ => None,
                });
                counted.collect()
            }
            // Its digest would tell a secret that can be guessed.
            Change::Deliver { grant, .. } => vec![Effect::Done(format!("deliver a one-time secret to {grant}"))],
            change => vec![Effect::Done(change.to_string())],
        }
    }

    fn counted(&self, now: Timestamp, charge: &Charge) -> Option<Effect> {
        let Some(Row::Counter(row)) = self.state.row(&RowKey::Counter(charge.counter.clone())) else { return None };
        let holds = row.held(now, charge.window).to_string();
        Some(Effect::Counted(Counted { charge: charge.clone(), holds, fits: row.fits(now, charge), now }))
    }
}

impl Asked {
    fn call(&self) -> Call<'_> {
        Call {
            grant: &self.grant,
            server: &self.server,
            session: self.session.as_ref(),
            tool: &self.tool,
            arguments: self.arguments.as_ref(),
        }
    }
}

/// The word for an answer.
pub(super) fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Passes => "passes",
        Answer::Denies => "denies",
        Answer::Asks => "asks",
        Answer::NotAsked => "not asked",
    }
}
