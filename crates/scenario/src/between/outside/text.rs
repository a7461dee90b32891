//! Texts of a gateway's file with `{{ places }}` in them, which a scenario fills in.
//!
//! A text is checked when the file loads: its syntax, and that every name in it is one that will be there. What it says of
//! a policy can only be found out when it is filled in.

use floorwalker_json::{Problem, Span, nearest};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};

/// What a text may name. Of the two singular names, `server` is there where a process or a request is of one server, and
/// `grant` where it is of one grant.
const NAMES: [&str; 11] = [
    "floorwalker",
    "folder",
    "here",
    "port",
    "server",
    "servers",
    "grant",
    "grants",
    "upstream_token",
    "upstream_token_file",
    "unsupported",
];

/// What a text may also name because the template language brings it.
const BUILT_IN: [&str; 3] = ["range", "dict", "namespace"];

/// Begins the message of the error by which a text says that a policy cannot be written for this gateway.
const UNSUPPORTED: &str = "unsupported: ";

/// A text with places in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text(String);

/// Why a text cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unfilled {
    /// It says itself that this gateway cannot do what the scenario needs.
    Unsupported(String),
    /// It is wrong.
    Wrong(String),
}

impl Text {
    /// Takes a text that stands at `span`.
    pub(crate) fn new(written: &str, span: Span) -> Result<Self, Problem> {
        let environment = environment();
        let template = environment.template_from_str(written).map_err(|error| {
            let line = error.line().filter(|_| written.lines().count() > 1).map(|line| format!("line {line} of it: "));
            let why = error.detail().unwrap_or("it cannot be read");
            let says = format!("this is no template: {}{why}", line.unwrap_or_default());
            Problem::new(span, says).with_help("places are written `{{ name }}`, and `{{ '{{' }}` is two braces")
        })?;
        let mut unknown: Vec<String> = template.undeclared_variables(false).into_iter().collect();
        unknown.retain(|name| !NAMES.contains(&name.as_str()) && !BUILT_IN.contains(&name.as_str()));
        unknown.sort();
        match unknown.first() {
            None => Ok(Self(written.to_owned())),
            Some(name) => Err(unknown_name(name, span)),
        }
    }

    /// Whether it puts in what has this name. One that asks whether it is defined takes care of that itself.
    pub(crate) fn puts_in(&self, name: &str) -> bool {
        let environment = environment();
        let names = environment.template_from_str(&self.0).map(|template| template.undeclared_variables(false));
        names.is_ok_and(|names| names.contains(name)) && !self.0.contains(" defined")
    }

    /// The text with every place filled in.
    pub(crate) fn fill(&self, names: &Value) -> Result<String, Unfilled> {
        environment().render_str(&self.0, names.clone()).map_err(|error| unfilled(&error))
    }

    /// As it was written.
    pub(crate) fn written(&self) -> &str {
        &self.0
    }
}

fn unknown_name(name: &str, span: Span) -> Problem {
    let help = match nearest(name, NAMES) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("there is {}", floorwalker_json::listed(NAMES)),
    };
    Problem::new(span, format!("there is nothing called `{name}` to put here")).with_help(help)
}

/// The template language as these files use it: lines that hold only a tag leave nothing behind.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    if let Ok(syntax) = syntax {
        environment.set_syntax(syntax);
    }
    environment.add_function("unsupported", |why: String| -> Result<String, Error> {
        Err(Error::new(ErrorKind::InvalidOperation, format!("{UNSUPPORTED}{why}")))
    });
    environment
}

fn unfilled(error: &Error) -> Unfilled {
    let detail = error.detail().unwrap_or("it cannot be filled in");
    match detail.strip_prefix(UNSUPPORTED) {
        Some(why) => Unfilled::Unsupported(why.to_owned()),
        None => {
            let line = error.line().map(|line| format!("line {line}: ")).unwrap_or_default();
            Unfilled::Wrong(format!("{line}{detail} ({})", error.kind()))
        }
    }
}

#[cfg(test)]
mod tests;
