//! A tool's schemas as validators. Nothing is fetched: a reference to somewhere else is a problem of the list.

use jsonschema::Validator;
use serde_json::Value;

use super::problem::ListingProblem;
use super::tools::Definition;

/// The schema under that key, if the tool has one that can be used.
pub(crate) fn compiled(definition: &Definition, key: &str, problems: &mut Vec<ListingProblem>) -> Option<Validator> {
    let schema = definition.value.get(key)?;
    match jsonschema::validator_for(schema) {
        Ok(validator) => Some(validator),
        Err(error) => {
            let says = format!("tool `{}`: `{key}` cannot be used: {error}", definition.name);
            let help = "mend the schema, or write `validate: off` in the mock's settings";
            problems.push(ListingProblem::of_tools(says, help));
            None
        }
    }
}

/// Why a value does not fit, if it does not: the first reason, without the value itself, which may be a secret.
pub(crate) fn trouble(validator: &Validator, value: &Value) -> Option<String> {
    let error = validator.iter_errors(value).next()?;
    let at = error.instance_path().to_string();
    let place = if at.is_empty() { String::new() } else { format!("`{at}`: ") };
    Some(format!("{place}{}", error.masked()))
}
