//! Texts and objects with `{{ … }}` in them, filled in for each call.
//!
//! A text that is nothing but one `{{ expression }}` keeps the type of its value, so that an amount stays a number. What is
//! not defined is an error and never an empty text: a policy that is tested against half a reply is not tested. Templates
//! cannot name other files.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use minijinja::value::ValueKind;
use minijinja::{Environment, UndefinedBehavior, Value as Filling};
use serde_json::{Map, Number, Value};

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
});

/// What a template may use.
pub(crate) const NAMES: [&str; 4] = ["arguments", "count", "token", "tool"];

/// A text, or an object or list with texts in it, whose templates were found to be well-formed.
#[derive(Clone, Debug)]
pub(crate) struct Template(Value);

/// The call that a template is filled in for.
#[derive(Clone, Copy)]
pub(crate) struct Context<'c> {
    /// The tool's name.
    pub(crate) tool: &'c str,
    /// The call's arguments.
    pub(crate) arguments: &'c Value,
    /// Which call of the tool it is, from 1.
    pub(crate) count: u64,
    /// 48 hexadecimal digits that no other call has and nobody can guess.
    pub(crate) token: &'c str,
}

impl Template {
    /// Checks every text in it.
    ///
    /// # Errors
    /// What is wrong with the first that is not well-formed.
    pub(crate) fn read(value: &Value) -> Result<Self, String> {
        check(value).map(|()| Self(value.clone()))
    }

    /// The value with everything filled in.
    pub(crate) fn fill(&self, context: &Context<'_>) -> Result<Value, String> {
        // A text as a whole is a text, whatever the type of what is filled in.
        match &self.0 {
            Value::String(text) => render(text, &context.filling()).map(Value::String),
            value => fill(value, &context.filling()),
        }
    }

    /// The value as a text with everything filled in.
    pub(crate) fn text(&self, context: &Context<'_>) -> Result<String, String> {
        self.fill(context).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }
}

impl Context<'_> {
    fn filling(&self) -> Filling {
        let values: [Filling; 4] = [to_filling(self.arguments), self.count.into(), self.token.into(), self.tool.into()];
        Filling::from_pairs(NAMES.into_iter().zip(values))
    }
}

fn check(value: &Value) -> Result<(), String> {
    match value {
        Value::String(text) => {
            let template = ENVIRONMENT.template_from_str(text).map_err(|error| error.to_string())?;
            let is_known = |name: &str| NAMES.contains(&name) || ENVIRONMENT.globals().any(|(known, _)| known == name);
            match template.undeclared_variables(false).into_iter().filter(|name| !is_known(name)).min() {
                None => Ok(()),
                Some(name) => Err(format!("nothing is called `{name}`; there is `{}`", NAMES.join("`, `"))),
            }
        }
        Value::Array(items) => items.iter().try_for_each(check),
        Value::Object(members) => members.values().try_for_each(check),
        _ => Ok(()),
    }
}

fn fill(value: &Value, filling: &Filling) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => match sole_expression(text) {
            Some(expression) => evaluate(expression, filling)?,
            None => Value::String(render(text, filling)?),
        },
        Value::Array(items) => items.iter().map(|item| fill(item, filling)).collect::<Result<_, _>>()?,
        Value::Object(members) => {
            let filled = members.iter().map(|(key, member)| Ok((key.clone(), fill(member, filling)?)));
            Value::Object(filled.collect::<Result<Map<_, _>, String>>()?)
        }
        other => other.clone(),
    })
}

fn render(text: &str, filling: &Filling) -> Result<String, String> {
    ENVIRONMENT.render_str(text, filling.clone()).map_err(|error| match error.kind() {
        minijinja::ErrorKind::UndefinedError => format!("`{}` uses a value that the call does not have", text.trim()),
        _ => format!("`{}`: {error}", text.trim()),
    })
}

/// What stands in the braces of a text that is nothing else.
fn sole_expression(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    let is_plain = !inner.contains("{{") && !inner.contains("}}") && !inner.starts_with('-') && !inner.ends_with('-');
    is_plain.then_some(inner.trim())
}

fn evaluate(expression: &str, filling: &Filling) -> Result<Value, String> {
    let compiled = ENVIRONMENT.compile_expression(expression).map_err(|error| error.to_string())?;
    let value = compiled.eval(filling.clone()).map_err(|error| format!("`{expression}`: {error}"))?;
    if value.is_undefined() {
        return Err(format!("`{expression}` is a value that the call does not have"));
    }
    to_json(&value).ok_or_else(|| format!("`{expression}` is nothing that JSON can hold"))
}

/// By hand, because a number of `serde_json` serializes into a map where its digits are kept.
fn to_filling(value: &Value) -> Filling {
    match value {
        Value::Null => ().into(),
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) => number_filling(number),
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => items.iter().map(to_filling).collect::<Vec<_>>().into(),
        Value::Object(members) => {
            let members = members.iter().map(|(key, member)| (key.clone(), to_filling(member)));
            members.collect::<BTreeMap<_, _>>().into()
        }
    }
}

fn number_filling(number: &Number) -> Filling {
    let whole = number.as_i64().map(Filling::from).or_else(|| number.as_u64().map(Filling::from));
    whole.or_else(|| number.as_f64().map(Filling::from)).unwrap_or_else(|| number.to_string().into())
}

fn to_json(value: &Filling) -> Option<Value> {
    Some(match value.kind() {
        ValueKind::None => Value::Null,
        ValueKind::Bool => Value::Bool(value.is_true()),
        ValueKind::Number => Value::Number(to_number(value)?),
        ValueKind::String => Value::String(value.as_str()?.to_owned()),
        ValueKind::Map => {
            let member = |key: Filling| Some((key.as_str()?.to_owned(), to_json(&value.get_item(&key).ok()?)?));
            Value::Object(value.try_iter().ok()?.map(member).collect::<Option<_>>()?)
        }
        _ => Value::Array(value.try_iter().ok()?.map(|item| to_json(&item)).collect::<Option<_>>()?),
    })
}

fn to_number(value: &Filling) -> Option<Number> {
    if !value.is_integer() {
        return Number::from_f64(f64::try_from(value.clone()).ok()?);
    }
    let whole = value.as_i64().map(Number::from);
    whole.or_else(|| u64::try_from(value.clone()).ok().map(Number::from))
}
