//! Conditions as policies write them: `{ path: args.amount, op: lte, value: 100 }`.

use floorwalker_json::{Fields, Node};

use super::{
    Condition, Path, Stands, Test,
    operand::{Number, Operand},
    pattern,
};
use crate::{WarningCode, reading::Reading};

/// The operators, in the order in which errors list them.
pub(super) const OPERATORS: [(&str, Operator); 11] = [
    ("eq", Operator::Eq),
    ("neq", Operator::Neq),
    ("lt", Operator::Lt),
    ("lte", Operator::Lte),
    ("gt", Operator::Gt),
    ("gte", Operator::Gte),
    ("in", Operator::In),
    ("not_in", Operator::NotIn),
    ("exists", Operator::Exists),
    ("regex", Operator::Regex),
    ("contains", Operator::Contains),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Eq,
    Neq,
    Lt,
    Lte,
    Gt,
    Gte,
    In,
    NotIn,
    Exists,
    Regex,
    Contains,
}

/// All conditions of a list, or nothing if one of them is none.
pub(crate) fn conditions(reading: &mut Reading<'_>, nodes: &[&Node<'_>], stands: Stands) -> Option<Vec<Condition>> {
    let conditions: Vec<Condition> = nodes.iter().filter_map(|node| condition(reading, node, stands)).collect();
    (conditions.len() == nodes.len()).then_some(conditions)
}

/// A path into the arguments.
pub(crate) fn argument_path(reading: &mut Reading<'_>, node: &Node<'_>, what: &str) -> Option<Path> {
    let says = format!("{what} is {}", reading.written(node));
    match node.as_str().map(Path::parse) {
        Some(Ok(path)) => return Some(path),
        Some(Err(error)) => reading.complain(node.span, says, error.to_string()),
        None => reading.complain(node.span, says, "write a path such as `args.amount`, in quotes"),
    }
    None
}

fn condition(reading: &mut Reading<'_>, node: &Node<'_>, stands: Stands) -> Option<Condition> {
    let mut fields = Fields::of(node, "a condition", &mut reading.problems);
    let path = reading.required(&mut fields, "path", "add the argument it looks at, such as `args.amount`");
    let path = path.and_then(|node| argument_path(reading, node, "`path`"));
    let operator = reading.required(&mut fields, "op", "add an operator, such as `eq`");
    let operator = operator.and_then(|node| reading.one_of(node, "`op`", &OPERATORS));
    let value = reading.required(&mut fields, "value", "add what is compared with; for `exists`, `true` or `false`");
    reading.finish(fields, node, &[]);
    let (operator, value) = (operator?, value?);
    let test = test(reading, operator, value, stands)?;
    let (word, _) = OPERATORS.iter().find(|(_, known)| *known == operator)?;
    let value = value.clone().into_owned();
    Some(Condition { path: path?, operator: word, test, span: node.span, value, stands })
}

fn test(reading: &mut Reading<'_>, operator: Operator, value: &Node<'_>, stands: Stands) -> Option<Test> {
    Some(match operator {
        Operator::Eq => Test::Is(Operand::of(value)),
        Operator::Neq => Test::IsNot(Operand::of(value)),
        Operator::Lt => Test::Less(number(reading, value)?),
        Operator::Lte => Test::LessOrEqual(number(reading, value)?),
        Operator::Gt => Test::Greater(number(reading, value)?),
        Operator::Gte => Test::GreaterOrEqual(number(reading, value)?),
        Operator::In => Test::OneOf(operands(reading, value)?),
        Operator::NotIn => Test::NoneOf(operands(reading, value)?),
        Operator::Exists => Test::Exists(flag(reading, value)?),
        Operator::Regex => Test::Matches(regex(reading, value, stands)?),
        Operator::Contains => Test::Contains(Operand::of(value)),
    })
}

fn number(reading: &mut Reading<'_>, value: &Node<'_>) -> Option<Number> {
    if let Some(number) = value.as_number() {
        return Some(Number::of(number.decimal()));
    }
    let says = format!("`value` is {}, and this operator compares numbers", reading.written(value));
    reading.complain(value.span, says, "write a number, without quotes");
    None
}

fn operands(reading: &mut Reading<'_>, value: &Node<'_>) -> Option<Vec<Operand>> {
    let elements = reading.list(value, "`value` of `in` or `not_in`");
    value.as_array().map(|_| elements.iter().map(Operand::of).collect())
}

fn flag(reading: &mut Reading<'_>, value: &Node<'_>) -> Option<bool> {
    let flag = value.as_bool();
    if flag.is_none() {
        let says = format!("`value` of `exists` is {}", reading.written(value));
        reading.complain(value.span, says, "write `true` or `false`, without quotes");
    }
    flag
}

fn regex(reading: &mut Reading<'_>, value: &Node<'_>, stands: Stands) -> Option<regex::Regex> {
    let says = format!("`value` of `regex` is {}", reading.written(value));
    let Some(text) = value.as_str() else {
        reading.complain(value.span, says, "write a regular expression in quotes");
        return None;
    };
    match pattern::compile(text, stands) {
        Ok(regex) => {
            warn_of_reach(reading, value, text, stands);
            Some(regex)
        }
        Err(error) => {
            reading.complain(value.span, says, error);
            None
        }
    }
}

/// Whoever reads an unanchored pattern cannot see how far it reaches.
fn warn_of_reach(reading: &mut Reading<'_>, value: &Node<'_>, pattern: &str, stands: Stands) {
    let reach = match stands {
        Stands::Require => "must match the whole text here, though it does not say so",
        Stands::Evaluate => "may match anywhere in the text, so text around it passes",
        Stands::DenyIf => return,
    };
    if !pattern::is_anchored(pattern) {
        let says = format!("the pattern {} {reach}", reading.written(value));
        reading.warn(WarningCode::UnanchoredPattern, value.span, says, "begin it with `^` and end it with `$`");
    }
}
