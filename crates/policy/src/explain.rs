//! Explanations: every rule that was looked at, what it wanted and saw, and which one decided.
//!
//! [`explain`] and [`State::commit_explained`] decide by the very functions that [`decide`](crate::decide) and
//! [`State::commit`] decide by, before an onlooker who takes notes. What was not reached, because something decided
//! earlier, is told from the policy and from what the plan would have been.
//!
//! INVARIANT: of the findings about one call at most one denies or asks a person, it is the last that was asked, and it is
//! called after the rule of that answer.

use floorwalker_json::{Node, Value, canonical};

use crate::{
    Call, Decision, Definition, Moment, Plan, Policy, Profile, RuleName, State,
    condition::Found,
    decide::{checkout_changes, decide_before},
    onlooker::{Nobody, Onlooker, Stops},
};

#[cfg(test)]
pub(crate) mod tests;

/// A rule that was asked, or was not because another had decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: RuleName,
    /// What it answered.
    pub answer: Answer,
    /// What it looked at, in that order.
    pub looks: Vec<Look>,
}

/// What a rule answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It lets the call pass.
    Passes,
    /// It denies; nothing after it was asked.
    Denies,
    /// It asks a person; nothing after it was asked.
    Asks,
    /// Another had decided.
    NotAsked,
}

/// One thing that a rule looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What it wants.
    pub wants: String,
    /// What it saw: a value as JSON, or something about the state in words; `nothing` where there is none.
    pub saw: String,
    /// Whether that is what it wants. Nothing when it was not looked at, because that could change nothing any more.
    pub holds: Option<bool>,
}

/// Decides as [`decide`](crate::decide) does, and tells what was looked at.
pub fn explain(
    policy: Option<&Policy>,
    profile: Option<&Profile>,
    definition: Option<&Definition>,
    call: &Call<'_>,
) -> (Decision<Plan>, Vec<Finding>) {
    let mut notes = Notes::default();
    let decision = decide_before(policy, profile, definition, call, &mut notes);
    if let (Decision::Deny(_), Some(policy), Some(_)) = (&decision, policy, definition) {
        notes.not_asked(policy.conditions_on(call.tool));
        notes.not_asked(profile.into_iter().flat_map(|profile| checkout_rules(profile, call)));
        notes.not_asked(policy.limits_and_asks_on(call.tool));
    }
    (decision, notes.findings)
}

/// What the profile asks of such a call, as far as the call can be read.
fn checkout_rules(profile: &Profile, call: &Call<'_>) -> Vec<RuleName> {
    let mut changes = Vec::new();
    // Whether it can be read to the end was decided elsewhere.
    let _ = checkout_changes(profile, call, &mut changes, &mut Nobody);
    changes.iter().flat_map(|change| change.asks()).collect()
}

impl State {
    /// Does a plan as [`State::commit`] does, and tells what was looked at.
    pub fn commit_explained(&mut self, now: Moment, plan: &Plan) -> (Decision<()>, Vec<Finding>) {
        let mut notes = Notes::default();
        let decision = self.commit_before(now, plan, &mut notes);
        if !matches!(decision, Decision::Allow(())) {
            notes.not_asked(plan.changes.iter().flat_map(|change| change.asks()));
        }
        (decision, notes.findings)
    }
}

impl Look {
    /// Something that was looked for in the arguments.
    pub(crate) fn at(wants: String, found: Found<'_, '_>, holds: bool) -> Self {
        Self { wants, saw: found.to_string(), holds: Some(holds) }
    }
}

/// A value as an explanation shows it: as JSON, a number as it was written.
pub(crate) fn written(node: Option<&Node<'_>>) -> String {
    match node.map(|node| (node, &node.value)) {
        None => "nothing".to_owned(),
        Some((_, Value::Number(number))) => number.text().to_owned(),
        Some((node, _)) => canonical(node),
    }
}

/// What an onlooker has noted.
#[derive(Debug, Default)]
struct Notes {
    findings: Vec<Finding>,
    /// What the rule that has not answered yet has looked at.
    looks: Vec<Look>,
}

impl Notes {
    /// Notes those that were not asked, each once.
    fn not_asked(&mut self, rules: impl IntoIterator<Item = RuleName>) {
        for rule in rules {
            if !self.findings.iter().any(|finding| finding.rule == rule) {
                self.findings.push(Finding { rule, answer: Answer::NotAsked, looks: Vec::new() });
            }
        }
    }
}

impl Onlooker for Notes {
    fn looks(&mut self, at: impl FnOnce() -> Look) {
        self.looks.push(at());
    }

    fn hears<T, D: Stops>(&mut self, rule: &RuleName, answer: Result<T, D>) -> Result<T, D> {
        let (rule, says) = match &answer {
            Ok(_) => (rule.clone(), Answer::Passes),
            Err(stop) => {
                let (rule, says) = stop.says();
                (rule.clone(), says)
            }
        };
        self.findings.push(Finding { rule, answer: says, looks: std::mem::take(&mut self.looks) });
        answer
    }
}
