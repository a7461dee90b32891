//! An engine, as the properties ask for it: nine functions, which are the real ones unless somebody breaks one.
//!
//! Whoever has another engine gives these nine, and the properties judge it.

use std::{collections::BTreeSet, fmt, sync::Arc};

use floorwalker_json::{DigestKey, Document, Format, Node};
use floorwalker_policy::{
    Call, Change, Decision, Definition, Moment, Plan, Policy, Profile, RowKey, State, Unreadable, decide, observe,
};

use crate::written::Ended;

/// What is judged.
pub(crate) trait Engine: fmt::Debug + Sync {
    /// A document becomes a policy.
    fn load(&self, source: &str) -> Policy {
        let document = Document::parse("policy", source, Format::Json)
            .unwrap_or_else(|problem| panic!("{}", problem.line("policy", source)));
        Policy::load(&document).unwrap_or_else(|problems| panic!("{source}: {problems:?}"))
    }

    /// Another policy is to hold from now on: which one does, and what becomes of the state.
    fn reload(&self, _state: &mut State, _before: &Arc<Policy>, after: &Arc<Policy>) -> Arc<Policy> {
        Arc::clone(after)
    }

    /// Whether a tool shows in no list.
    fn hides(&self, policy: &Policy, tool: &str) -> bool {
        policy.hides(tool)
    }

    /// What the policy says of a call.
    fn decide(&self, policy: &Policy, seen: Seen<'_>, call: &Call<'_>) -> Decision<Plan> {
        decide(Some(policy), seen.profile, seen.definition, call)
    }

    /// A plan is done, or it is not.
    fn commit(&self, state: &mut State, now: Moment, plan: &Plan) -> Decision<()> {
        state.commit(now, plan)
    }

    /// A plan is done again, as it was written down.
    fn redo(&self, state: &mut State, then: Moment, plan: &Plan) {
        state.redo(then, plan);
    }

    /// What follows from how a call ended that was committed `then`: it is taken back when not a byte of it was sent.
    fn end(&self, ended: Ended, then: Moment, _now: Moment, plan: &Plan) -> Plan {
        match ended {
            Ended::NotSent => taken_back(then, plan),
            Ended::Lost => plan.unanswered(),
            Ended::Answered | Ended::Failed => Plan::default(),
        }
    }

    /// What the reply to a call tells, whose plan was committed in the turn `asked`.
    fn observe(&self, profile: &Profile, call: &Call<'_>, result: &Node<'_>, asked: u64) -> Result<Plan, Unreadable> {
        let key = DigestKey::new([7; 32]);
        observe(profile, &key, call, result, asked).map(|seen| seen.plan)
    }

    /// The rows that a store has to load for a plan.
    fn keys(&self, plan: &Plan) -> BTreeSet<RowKey> {
        plan.keys()
    }
}

/// What is known of a tool, apart from any policy.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen<'s> {
    /// What moves a checkout of its server, if anything does.
    pub(crate) profile: Option<&'s Profile>,
    /// What its server publishes, if there is such a tool.
    pub(crate) definition: Option<&'s Definition>,
}

/// The engine of this crate.
#[derive(Debug)]
pub(crate) struct Real;

impl Engine for Real {}

/// The plan that takes a plan back.
pub(crate) fn taken_back(then: Moment, plan: &Plan) -> Plan {
    Plan { changes: vec![Change::TakeBack { at: then.at, plan: plan.clone() }] }
}
