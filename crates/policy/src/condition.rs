//! Conditions on a call's arguments: a path, one of eleven operators, and a value, compiled when the policy loads.
//!
//! Types are exact: a number is never compared with a text, nothing is true but `true`, and numbers are compared digit by
//! digit. What a path does not lead to fails every operator but `exists`; what it leads to only for a careless reader of
//! keys fails the call.
//!
//! INVARIANT: a condition reads nothing but the arguments, so the same call always meets the same conditions.

use floorwalker_json::{Node, Span};
use regex::Regex;

use crate::{
    condition::operand::{Number, Operand},
    explain::{Look, written},
    onlooker::Onlooker,
};

pub(crate) mod allowed;
pub(crate) mod facts;
mod load;
mod operand;
mod path;
mod pattern;
pub(crate) mod shape;

pub(crate) use load::{argument_path, conditions};
pub(crate) use path::{Found, Path};

/// One condition.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    path: Path,
    operator: &'static str,
    test: Test,
    /// Where it stood.
    span: Span,
    /// What it compares with, as it was written.
    value: Node<'static>,
    /// How far a pattern reaches depends on it.
    stands: Stands,
}

/// Where a condition stands, which decides what its pattern must match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stands {
    /// In a `require`: a pattern matches whole texts.
    Require,
    /// In a `deny_if`: it is enough that it matches somewhere.
    DenyIf,
    /// In a rule of Intercept, which guards but documents that a match anywhere will do.
    Evaluate,
}

/// A key in the arguments is not the one that a rule looks at, but some reader may take it for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Confusable;

/// What is asked of the value that the path leads to.
#[derive(Clone, Debug)]
enum Test {
    Is(Operand),
    IsNot(Operand),
    Less(Number),
    LessOrEqual(Number),
    Greater(Number),
    GreaterOrEqual(Number),
    OneOf(Vec<Operand>),
    NoneOf(Vec<Operand>),
    Exists(bool),
    Matches(Regex),
    Contains(Operand),
}

impl Condition {
    /// Whether the arguments meet it.
    pub(crate) fn holds(&self, arguments: Option<&Node<'_>>, eyes: &mut impl Onlooker) -> Result<bool, Confusable> {
        self.look(arguments, eyes, Test::holds)
    }

    /// Whether the arguments meet it, or have something there that cannot be compared, so that nobody can tell what a server
    /// takes it for.
    pub(crate) fn may_hold(&self, arguments: Option<&Node<'_>>, eyes: &mut impl Onlooker) -> Result<bool, Confusable> {
        self.look(arguments, eyes, |test, node| test.holds(node) || !test.can_read(node))
    }

    fn look(
        &self,
        arguments: Option<&Node<'_>>,
        eyes: &mut impl Onlooker,
        is_met: impl Fn(&Test, &Node<'_>) -> bool,
    ) -> Result<bool, Confusable> {
        let found = self.path.find(arguments);
        let holds = match (found, &self.test) {
            (Found::Confusable, _) => Err(Confusable),
            (Found::Absent, test) => Ok(matches!(test, Test::Exists(false))),
            (Found::Value(node), test) => Ok(is_met(test, node)),
        };
        eyes.looks(|| Look::at(self.wants(), found, holds == Ok(true)));
        holds
    }

    /// What is known of it where another condition has decided before.
    pub(crate) fn not_asked(&self) -> Look {
        Look { wants: self.wants(), saw: String::new(), holds: None }
    }

    fn wants(&self) -> String {
        let reach = match (&self.test, self.stands) {
            (Test::Matches(_), Stands::Require) => " for the whole text",
            _ => "",
        };
        format!("{} {} {}{reach}", self.path(), self.operator, written(Some(&self.value)))
    }

    /// The path as it was written.
    pub(crate) fn path(&self) -> &str {
        self.path.as_str()
    }

    /// The path, step by step.
    pub(crate) fn steps(&self) -> &Path {
        &self.path
    }

    /// Where it stood.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// The operator as it was written.
    pub(crate) fn operator(&self) -> &'static str {
        self.operator
    }

    /// What the rule is called after: the path, a dash and the operator.
    pub(crate) fn name(&self) -> String {
        format!("{}-{}", self.path(), self.operator)
    }
}

impl Test {
    fn holds(&self, node: &Node<'_>) -> bool {
        match self {
            Self::Is(operand) => operand.is(node),
            Self::IsNot(operand) => !operand.is(node),
            Self::Less(number) => number.order_of(node).is_some_and(|order| order.is_lt()),
            Self::LessOrEqual(number) => number.order_of(node).is_some_and(|order| order.is_le()),
            Self::Greater(number) => number.order_of(node).is_some_and(|order| order.is_gt()),
            Self::GreaterOrEqual(number) => number.order_of(node).is_some_and(|order| order.is_ge()),
            Self::OneOf(operands) => operands.iter().any(|operand| operand.is(node)),
            Self::NoneOf(operands) => !operands.iter().any(|operand| operand.is(node)),
            Self::Exists(wanted) => operand::is_there(node) == *wanted,
            Self::Matches(pattern) => node.as_str().is_some_and(|text| pattern.is_match(text)),
            Self::Contains(operand) => operand.is_in(node),
        }
    }

    /// Whether it can compare with values of this kind at all.
    fn can_read(&self, node: &Node<'_>) -> bool {
        match self {
            Self::Less(_) | Self::LessOrEqual(_) | Self::Greater(_) | Self::GreaterOrEqual(_) => {
                node.as_number().is_some()
            }
            Self::Matches(_) => node.as_str().is_some(),
            Self::Contains(_) => node.as_str().is_some() || node.as_array().is_some(),
            Self::Is(_) | Self::IsNot(_) | Self::OneOf(_) | Self::NoneOf(_) | Self::Exists(_) => true,
        }
    }
}

#[cfg(test)]
mod tests;
