//! What a plain scalar means: the core schema of YAML 1.2, less what people do not agree about.

use crate::{Decimal, DecimalError, Number, Problem, Span, Value, shown};

/// The value of a plain scalar.
pub(super) fn resolve(text: &str, span: Span) -> Result<Value<'static>, Problem> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Ok(Value::Null),
        "true" | "True" | "TRUE" => Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => Ok(Value::Bool(false)),
        _ if is_number(text) => number(text, span),
        _ if is_no_json_number(text) => Err(no_json_number(text, span)),
        _ => Ok(Value::String(text.to_owned().into())),
    }
}

fn number(text: &str, span: Span) -> Result<Value<'static>, Problem> {
    match Decimal::parse(text) {
        Ok(_) => Ok(Value::Number(Number::checked(text.to_owned().into()))),
        Err(DecimalError::Grammar) => Err(no_json_number(text, span)),
        Err(error) => Err(Problem::new(span, error.to_string()).with_help("quote it if it is a string")),
    }
}

fn no_json_number(text: &str, span: Span) -> Problem {
    let says = format!("`{}` is a number to YAML, but not as JSON writes it", shown(text));
    Problem::new(span, says).with_help("quote it if it is a string; numbers are written like 0, -1, 0.5 or 1e3")
}

/// Whether the core schema sees a decimal integer or float here.
fn is_number(text: &str) -> bool {
    let (mantissa, exponent) = match unsigned(text).split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned(text), None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let only_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let some_digits = |text: &str| !text.is_empty() && only_digits(text);
    (some_digits(whole) || some_digits(fraction))
        && only_digits(whole)
        && only_digits(fraction)
        && exponent.is_none_or(|exponent| some_digits(unsigned(exponent)))
}

/// Whether the core schema sees a number here that JSON cannot say: octal, hexadecimal, infinite or none at all.
fn is_no_json_number(text: &str) -> bool {
    let digits_of = |prefix, radix| {
        let digits = text.strip_prefix(prefix).unwrap_or_default();
        !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix))
    };
    matches!(unsigned(text), ".inf" | ".Inf" | ".INF")
        || matches!(text, ".nan" | ".NaN" | ".NAN")
        || digits_of("0o", 8)
        || digits_of("0x", 16)
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}
