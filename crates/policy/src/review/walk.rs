//! A tool's checks in the order in which they are asked: what gets past each, and which can never matter.

use crate::{
    RuleName,
    condition::{Condition, facts::Facts},
    policy::{Check, Demand},
};

/// What got past some checks.
#[derive(Clone, Debug, Default)]
pub(super) struct Walk<'p> {
    /// What is known of the arguments.
    pub(super) facts: Facts<'p>,
    /// The checks that would have denied them, had all of their conditions held.
    past: Vec<&'p Check>,
    /// The check that nothing gets past.
    pub(super) closed_by: Option<&'p RuleName>,
}

/// What a check denies of the calls that come to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Denies {
    /// Some, as far as can be told.
    Part,
    Nothing,
    Everything,
}

impl<'p> Walk<'p> {
    /// What gets past these checks.
    pub(super) fn past(checks: impl IntoIterator<Item = &'p Check>) -> Self {
        let mut walk = Self::default();
        checks.into_iter().for_each(|check| walk.pass(check));
        walk
    }

    pub(super) fn effect(&self, check: &'p Check) -> Denies {
        let conditions = &check.conditions;
        let when_all_hold = self.facts.and_all(conditions);
        let (denies_none, denies_all) = match check.demand {
            Demand::DenyIf => (self.lets_none_be(&when_all_hold), self.facts.imply_all(conditions)),
            Demand::Require => (self.must_all_hold(conditions), self.lets_none_be(&when_all_hold)),
        };
        match (denies_none, denies_all) {
            _ if self.closed_by.is_some() => Denies::Nothing,
            (_, true) => Denies::Everything,
            (true, false) => Denies::Nothing,
            (false, false) => Denies::Part,
        }
    }

    /// Goes past one more.
    pub(super) fn pass(&mut self, check: &'p Check) {
        if self.closed_by.is_none() && self.effect(check) == Denies::Everything {
            self.closed_by = Some(&check.rule);
        }
        match check.demand {
            Demand::Require => self.facts = self.facts.and_all(&check.conditions),
            Demand::DenyIf => {
                self.past.push(check);
                let mut open = check.conditions.iter().filter(|condition| !self.facts.imply(condition));
                // Where one of several did not hold, it is not known which.
                if let (Some(only), None) = (open.next(), open.next()) {
                    self.facts = self.facts.and(only, false);
                }
            }
        }
    }

    /// Whether each condition holds of whatever comes here, once those before it do.
    fn must_all_hold(&self, conditions: &'p [Condition]) -> bool {
        let mut facts = self.facts.clone();
        conditions.iter().all(|condition| {
            let must_hold = self.lets_none_be(&facts.and(condition, false));
            facts = facts.and(condition, true);
            must_hold
        })
    }

    /// Whether nothing like that comes here: there is no such thing, or a check before denies it.
    pub(super) fn lets_none_be(&self, facts: &Facts<'p>) -> bool {
        facts.are_impossible() || self.past.iter().any(|check| facts.imply_all(&check.conditions))
    }
}
