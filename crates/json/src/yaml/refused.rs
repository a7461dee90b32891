//! What YAML has and we refuse, in words for people.

use saphyr_parser::Event;

use crate::{Problem, Span};

const WRITE_OUT: &str = "write the value out where it is needed";

/// Refuses anchors, aliases and tags.
pub(super) fn decoration(event: &Event<'_>, span: Span) -> Result<(), Problem> {
    let (anchor, tag) = match event {
        Event::Alias(_) => return Err(alias(span)),
        Event::Scalar(_, _, anchor, tag) | Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
            (*anchor, tag)
        }
        _ => return Ok(()),
    };
    if anchor != 0 {
        return Err(Problem::new(span, "anchors are not accepted").with_help(WRITE_OUT));
    }
    if tag.is_some() {
        let help = "take the tag away, and quote the value if it is a string";
        return Err(Problem::new(span, "tags are not accepted").with_help(help));
    }
    Ok(())
}

pub(super) fn alias(span: Span) -> Problem {
    Problem::new(span, "aliases are not accepted").with_help("write the value out; quote text that begins with `*`")
}

pub(super) fn merge(span: Span) -> Problem {
    Problem::new(span, "merge keys are not accepted").with_help(WRITE_OUT)
}

pub(super) fn directive(span: Span) -> Problem {
    Problem::new(span, "directives are not accepted").with_help("take the line away; YAML 1.2 is meant")
}

pub(super) fn second_document(span: Span) -> Problem {
    Problem::new(span, "a second document begins here").with_help("put it into a file of its own")
}

pub(super) fn empty(span: Span) -> Problem {
    Problem::new(span, "the document is empty")
}

pub(super) fn unexpected(span: Span) -> Problem {
    Problem::new(span, "expected a value")
}

pub(super) fn key(span: Span, kind: &str) -> Problem {
    Problem::new(span, format!("a key is {kind}, not a string"))
}

pub(super) fn unquoted_key(span: Span, text: &str, kind: &str) -> Problem {
    Problem::new(span, format!("key `{text}` is {kind}, not a string")).with_help(format!("quote it: \"{text}\""))
}

pub(super) fn character(span: Span, character: char) -> Problem {
    let says = format!("character U+{:04X} is not accepted", u32::from(character));
    let problem = Problem::new(span, says);
    match character {
        '\u{FEFF}' => problem.with_help("save the file as UTF-8 without a byte order mark"),
        _ => problem.with_help("in double quotes it can be written as an escape"),
    }
}

/// What the parser complains about; `next` is the character at its place.
pub(super) fn syntax(span: Span, next: Option<char>, info: &str) -> Problem {
    if next == Some('*') {
        return alias(span);
    }
    let problem = Problem::new(span, format!("not YAML: {}", info.trim_end_matches('.')));
    let help = match next {
        _ if info.starts_with("tab") || info.contains(" tab") => "indent with spaces",
        Some(':') => "quote text that holds a colon and a space",
        Some('@' | '`' | '%' | '{' | '}' | '[' | ']' | '|' | '>') => "quote text that begins with a sign of YAML",
        _ => return problem,
    };
    problem.with_help(help)
}
