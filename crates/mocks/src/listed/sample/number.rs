//! The number nearest to zero that a schema's bounds allow.

use serde_json::{Map, Number, Value};

/// A whole one.
pub(crate) fn whole(schema: &Map<String, Value>) -> Option<i64> {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let least = bound("minimum").map(f64::ceil).into_iter().chain(bound("exclusiveMinimum").map(|at| at.floor() + 1.0));
    let most = bound("maximum").map(f64::floor).into_iter().chain(bound("exclusiveMaximum").map(|at| at.ceil() - 1.0));
    to_whole(nearest(least.reduce(f64::max), most.reduce(f64::min), bound("multipleOf")))
}

/// Any one; whole if that is possible.
pub(crate) fn any(schema: &Map<String, Value>) -> Option<Value> {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let step = bound("multipleOf");
    if let (Some(above), None) = (bound("exclusiveMinimum"), step)
        && let Some(below) = bound("exclusiveMaximum").or_else(|| bound("maximum"))
        && above >= 0.0
    {
        return Number::from_f64(f64::midpoint(above, below)).map(Value::Number);
    }
    let least = bound("minimum").into_iter().chain(bound("exclusiveMinimum").map(|at| at + step.unwrap_or(1.0)));
    let most = bound("maximum").into_iter().chain(bound("exclusiveMaximum").map(|at| at - step.unwrap_or(1.0)));
    let found = nearest(least.reduce(f64::max), most.reduce(f64::min), step);
    if found.fract() == 0.0 { to_whole(found).map(Value::from) } else { Number::from_f64(found).map(Value::Number) }
}

fn nearest(least: Option<f64>, most: Option<f64>, step: Option<f64>) -> f64 {
    let at = 0.0_f64.max(least.unwrap_or(f64::MIN)).min(most.unwrap_or(f64::MAX));
    match step.filter(|step| *step > 0.0) {
        Some(step) if at >= 0.0 => (at / step).ceil() * step,
        Some(step) => (at / step).floor() * step,
        None => at,
    }
}

/// By way of the text, because a cast would bend what does not fit.
fn to_whole(number: f64) -> Option<i64> {
    format!("{number:.0}").parse().ok()
}
