//! What a condition says of the values of a kind of which there are endlessly many.

use crate::condition::{Test, allowed::Kind, operand::Operand};

impl Test {
    /// Whether it can hold of a value of that kind.
    pub(super) fn can_hold_of(&self, kind: Kind) -> bool {
        match self {
            Self::Less(_) | Self::LessOrEqual(_) | Self::Greater(_) | Self::GreaterOrEqual(_) => kind == Kind::Number,
            Self::Matches(_) => kind == Kind::Text,
            Self::Contains(Operand::Text(_)) => matches!(kind, Kind::Text | Kind::List),
            Self::Contains(_) => kind == Kind::List,
            Self::Exists(wanted) => *wanted,
            Self::Is(_) | Self::IsNot(_) | Self::OneOf(_) | Self::NoneOf(_) => true,
        }
    }

    /// Whether it holds of every value of that kind, as far as can be told.
    pub(super) fn holds_of_all(&self, kind: Kind) -> bool {
        match self {
            Self::Contains(Operand::Text(part)) => kind == Kind::Text && part.is_empty(),
            Self::NoneOf(operands) => operands.is_empty(),
            _ => false,
        }
    }

    /// Whether the other must hold of a value of that kind of which this one does, as far as can be told.
    pub(super) fn entails(&self, other: &Self, kind: Kind) -> bool {
        match (self, other) {
            (Self::Matches(own), Self::Matches(other)) => own.as_str() == other.as_str(),
            (Self::Contains(Operand::Text(own)), Self::Contains(Operand::Text(other))) if kind == Kind::Text => {
                own.contains(other.as_str())
            }
            (Self::Contains(own), Self::Contains(other)) => own == other,
            _ => false,
        }
    }
}
