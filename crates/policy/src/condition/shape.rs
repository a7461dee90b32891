//! The shape of a condition; `load` beside it gives it its meaning.

use floorwalker_json::{MapShape, Shape};

use super::load::{OPERATORS, Operator};

/// A path into the arguments: the root, then steps in which a dot, a bracket and a backslash are escaped.
const PATH: &str = r"^args(\.([^.\[\\]|\\[.\[\\])+)+$";

/// One condition on the arguments, in a form for each sort of value.
pub(crate) fn condition() -> Shape {
    let mut sorts: Vec<(Shape, Vec<&str>)> = Vec::new();
    for (word, operator) in OPERATORS {
        let value = compared_with(operator);
        match sorts.iter_mut().find(|(sort, _)| *sort == value) {
            Some((_, words)) => words.push(word),
            None => sorts.push((value, vec![word])),
        }
    }
    Shape::Either(sorts.into_iter().map(|(value, words)| of(path(), Shape::words(words), value)).collect())
}

/// A path into the arguments.
pub(crate) fn path() -> Shape {
    Shape::matching(PATH)
}

/// A condition of which the three parts have these shapes.
pub(crate) fn of(path: Shape, operator: Shape, value: Shape) -> Shape {
    let map = MapShape::new("a condition")
        .required("path", path, "What it looks at, such as `args.amount` or `args.items.0.price`.")
        .required("op", operator, "How it compares.")
        .required("value", value, "What it compares with.");
    map.into()
}

fn compared_with(operator: Operator) -> Shape {
    match operator {
        Operator::Eq | Operator::Neq | Operator::Contains => Shape::Anything,
        Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte => Shape::Number { least: None },
        Operator::In | Operator::NotIn => Shape::list(Shape::Anything),
        Operator::Exists => Shape::Flag,
        Operator::Regex => Shape::any_text(),
    }
}
