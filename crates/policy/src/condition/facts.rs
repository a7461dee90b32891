//! What is known of a call's arguments once some conditions hold and others do not, and whether any call can be so.
//!
//! It is asked by those who look for rules that can never matter. Where a few values are all that is left, each is put to
//! the conditions themselves; where there are endlessly many, the conditions are weighed kind by kind.
//!
//! INVARIANT: what is called impossible is; what is called possible may not be. Relations between two paths are not seen.

use std::collections::BTreeMap;

use floorwalker_json::{Decimal, Node, Span, Value};

use super::{
    Condition, Path, Test,
    allowed::{Allowed, Kind},
    operand::{Number, Operand},
};

mod kinds;
mod range;

use range::Range;

/// Conditions, and whether each holds, by the path that they are about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts<'c> {
    at: BTreeMap<String, AtPath<'c>>,
}

/// Everything that is known of what stands at one path.
#[derive(Clone, Debug, Default)]
struct AtPath<'c> {
    asked: Vec<(&'c Condition, bool)>,
    allowed: Vec<Allowed>,
}

/// The values of which there are few of their kind.
const FEW: [Value<'static>; 3] = [Value::Null, Value::Bool(false), Value::Bool(true)];

impl<'c> Facts<'c> {
    /// The same, and the condition holds, or does not.
    pub(crate) fn and(&self, condition: &'c Condition, holds: bool) -> Self {
        let mut facts = self.clone();
        facts.at.entry(condition.path().to_owned()).or_default().asked.push((condition, holds));
        facts
    }

    /// The same, and all of the conditions hold.
    pub(crate) fn and_all(&self, conditions: &'c [Condition]) -> Self {
        let mut facts = self.clone();
        for condition in conditions {
            facts.at.entry(condition.path().to_owned()).or_default().asked.push((condition, true));
        }
        facts
    }

    /// The same, and what stands at the path is allowed.
    pub(crate) fn and_fits(&self, path: &Path, allowed: Allowed) -> Self {
        let mut facts = self.clone();
        facts.at.entry(path.as_str().to_owned()).or_default().allowed.push(allowed);
        facts
    }

    /// Whether no arguments are like that.
    pub(crate) fn are_impossible(&self) -> bool {
        self.at.values().any(|at| !at.is_possible())
    }

    /// Whether all of these conditions must hold.
    pub(crate) fn imply_all(&self, conditions: &[Condition]) -> bool {
        conditions.iter().all(|condition| self.imply(condition))
    }

    /// Whether the condition must hold.
    pub(crate) fn imply(&self, condition: &Condition) -> bool {
        // Nothing is known to hold of what nothing is known of.
        let Some(known) = self.at.get(condition.path()) else { return false };
        let mut at: AtPath<'_> = known.clone();
        at.asked.push((condition, false));
        !at.is_possible()
    }

    /// The paths of which something is known.
    pub(crate) fn paths(&self) -> impl Iterator<Item = Path> {
        self.at.keys().filter_map(|text| Path::parse(text).ok())
    }

    /// Whether what stands at the path is a number that is not above some bound, one of a few values, or a text that was
    /// looked at.
    pub(crate) fn bound(&self, path: &Path) -> bool {
        let Some(at) = self.at.get(path.as_str()) else { return false };
        let is_open_number = at.can_be(Kind::Number) && at.range().high.is_none();
        let is_open_text = at.can_be(Kind::Text) && !at.is_looked_at();
        at.candidates().is_some() || !(is_open_number || is_open_text)
    }
}

impl<'c> AtPath<'c> {
    fn is_possible(&self) -> bool {
        if let Some(candidates) = self.candidates() {
            return candidates.iter().any(|candidate| self.takes(candidate.as_ref()));
        }
        let few = FEW.map(|value| Node { span: Span::default(), value });
        self.takes(None)
            || few.iter().any(|node| self.takes(Some(node)))
            || [Kind::Number, Kind::Text, Kind::List, Kind::Map].into_iter().any(|kind| self.can_be(kind))
    }

    /// Everything that can stand here, where that is little; nothing stands for an argument that is not there.
    fn candidates(&self) -> Option<Vec<Option<Node<'static>>>> {
        let null = Node { span: Span::default(), value: Value::Null };
        let of_test = |(condition, holds): &(&Condition, bool)| {
            let elements = || condition.value.as_array().unwrap_or_default().iter().cloned().map(Some).collect();
            let one = || vec![Some(condition.value.clone())];
            match (&condition.test, holds) {
                (Test::Is(_), true) => Some(one()),
                (Test::IsNot(_), false) => Some([vec![None], one()].concat()),
                (Test::OneOf(_), true) => Some(elements()),
                (Test::NoneOf(_), false) => Some([vec![None], elements()].concat()),
                (Test::Exists(wanted), holds) if wanted != holds => Some(vec![None, Some(null.clone())]),
                _ => None,
            }
        };
        let of_schema = |allowed: &Allowed| {
            let only = allowed.only.as_ref()?.iter().cloned().map(Some);
            Some(only.chain([None]).collect())
        };
        self.asked.iter().find_map(of_test).or_else(|| self.allowed.iter().find_map(of_schema))
    }

    /// Whether exactly this can stand here.
    fn takes(&self, candidate: Option<&Node<'_>>) -> bool {
        let holds = |test: &Test| match candidate {
            Some(node) => test.holds(node),
            None => matches!(test, Test::Exists(false)),
        };
        self.asked.iter().all(|(condition, wanted)| holds(&condition.test) == *wanted)
            && self.allowed.iter().all(|allowed| allowed.fits(candidate))
    }

    /// Whether some value of a kind of which there are endlessly many can.
    fn can_be(&self, kind: Kind) -> bool {
        let is_allowed = self.allowed.iter().all(|allowed| allowed.kinds.contains(&kind));
        let is_asked = |(condition, holds): &(&Condition, bool)| !*holds || condition.test.can_hold_of(kind);
        is_allowed && self.asked.iter().all(is_asked) && !self.clashes(kind)
    }

    /// Whether the conditions contradict each other for values of that kind.
    fn clashes(&self, kind: Kind) -> bool {
        let of =
            |wanted| self.asked.iter().filter(move |(_, holds)| *holds == wanted).map(|(condition, _)| &condition.test);
        match kind {
            Kind::Number => self.range().is_empty(),
            Kind::Text | Kind::List => {
                of(false).any(|no| no.holds_of_all(kind) || of(true).any(|yes| yes.entails(no, kind)))
            }
            Kind::Null | Kind::Flag | Kind::Map => false,
        }
    }

    /// Whether something is asked of texts.
    fn is_looked_at(&self) -> bool {
        let is_asked = |test: &Test| matches!(test, Test::Matches(_) | Test::Contains(_));
        self.asked.iter().any(|(condition, holds)| *holds && is_asked(&condition.test))
    }

    fn range(&self) -> Range<'c> {
        let mut range = Range::default();
        for (condition, holds) in &self.asked {
            match (&condition.test, holds) {
                (Test::Less(number), true) => range.stay_below(&number.exact, false),
                (Test::LessOrEqual(number), true) => range.stay_below(&number.exact, true),
                (Test::Greater(number), true) => range.stay_above(&number.exact, false),
                (Test::GreaterOrEqual(number), true) => range.stay_above(&number.exact, true),
                (Test::Less(number), false) => range.stay_above(&number.exact, true),
                (Test::LessOrEqual(number), false) => range.stay_above(&number.exact, false),
                (Test::Greater(number), false) => range.stay_below(&number.exact, true),
                (Test::GreaterOrEqual(number), false) => range.stay_below(&number.exact, false),
                (Test::Is(operand), false) | (Test::IsNot(operand), true) => range.not.push(operand),
                (Test::OneOf(operands), false) | (Test::NoneOf(operands), true) => range.not.extend(operands),
                _ => {}
            }
        }
        range
    }
}

impl Allowed {
    /// Whether a schema lets this stand here, as far as can be told.
    fn fits(&self, candidate: Option<&Node<'_>>) -> bool {
        let Some(node) = candidate else { return self.may_be_absent };
        let is_listed = |only: &Vec<Node<'_>>| only.iter().any(|listed| Operand::of(listed).is(node));
        self.kinds.contains(&Kind::of(node)) && self.only.as_ref().is_none_or(is_listed)
    }
}

impl Condition {
    /// Whether it asks only whether the argument is there.
    pub(crate) fn asks_for_presence(&self) -> bool {
        matches!(self.test, Test::Exists(_))
    }

    /// Whether it holds of everything that is not equal to what it names.
    pub(crate) fn is_negative(&self) -> bool {
        matches!(self.test, Test::IsNot(_) | Test::NoneOf(_))
    }

    /// That the argument is there and at most this.
    pub(crate) fn at_most(path: &Path, number: Decimal) -> Self {
        let value = Node { span: Span::default(), value: Value::Null };
        let test = Test::LessOrEqual(Number::of(number));
        Self { path: path.clone(), operator: "lte", test, span: Span::default(), value, stands: super::Stands::Require }
    }
}

#[cfg(test)]
mod tests;
