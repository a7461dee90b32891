//! The small questions that every part of the loader asks of a node; a wrong answer is a problem, and then there is none.

use std::time::Duration;

use floorwalker_json::{Node, Problem, Span, nearest, shown};
use floorwalker_policy::duration;

use crate::document::Amount;
use crate::template;

/// The problems found so far, and the text they are in.
#[derive(Debug)]
pub(crate) struct Reader<'d> {
    pub(crate) source: &'d str,
    pub(crate) problems: Vec<Problem>,
}

impl<'d> Reader<'d> {
    pub(crate) fn new(source: &'d str) -> Self {
        Self { source, problems: Vec::new() }
    }

    pub(crate) fn line(&self, span: Span) -> usize {
        span.place(self.source).line
    }

    pub(crate) fn complain(&mut self, span: Span, says: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::new(span, says).with_help(help));
    }

    /// A word that is none of the known ones: names the nearest, or all of them.
    pub(crate) fn unknown(&mut self, span: Span, what: &str, written: &str, known: &[&str]) {
        self.absent(span, format!("{what} `{}` is not known", shown(written)), written, known);
    }

    /// The same in other words.
    pub(crate) fn absent(&mut self, span: Span, says: String, written: &str, known: &[&str]) {
        let help = match nearest(written, known.iter().copied()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("it may be {}", listed(known)),
        };
        self.complain(span, says, help);
    }

    pub(crate) fn text(&mut self, node: &Node<'_>, what: &str) -> Option<String> {
        let text = node.as_str().filter(|text| !text.is_empty());
        if text.is_none() {
            self.complain(node.span, format!("{what} is {}", node.kind()), "write a text that is not empty");
        }
        text.map(str::to_owned)
    }

    pub(crate) fn number(&mut self, node: &Node<'_>, what: &str) -> Option<u64> {
        let number = node.as_u64();
        if number.is_none() {
            self.complain(
                node.span,
                format!("{what} is {}", written(node, self.source)),
                "write a whole number from 0 up",
            );
        }
        number
    }

    pub(crate) fn flag(&mut self, node: &Node<'_>, what: &str) -> Option<bool> {
        let flag = node.as_bool();
        if flag.is_none() {
            self.complain(node.span, format!("{what} is {}", node.kind()), "write `true` or `false`");
        }
        flag
    }

    pub(crate) fn duration(&mut self, node: &Node<'_>, what: &str) -> Option<Duration> {
        let span = node.as_str().and_then(|text| duration(text).ok());
        if span.is_none() {
            let help = "write a length of time in whole milliseconds, such as `5s`, `59.9s`, `1m30s` or `30d`";
            self.complain(node.span, format!("{what} is {}", written(node, self.source)), help);
        }
        span
    }

    /// A number, or a map with `at_least` and `at_most`.
    pub(crate) fn amount(&mut self, node: &Node<'_>, what: &str) -> Option<Amount> {
        if node.as_object().is_none() {
            return self.number(node, what).map(Amount::exactly);
        }
        let mut fields = floorwalker_json::Fields::of(node, "an amount", &mut self.problems);
        let (least, most) = (fields.optional("at_least"), fields.optional("at_most"));
        fields.finish(&mut self.problems);
        if least.is_none() && most.is_none() {
            self.complain(node.span, format!("{what} says nothing"), "write a number, `at_least` or `at_most`");
        }
        Some(Amount {
            least: least.map_or(Some(0), |node| self.number(node, "`at_least`"))?,
            most: most.map_or(Some(u64::MAX), |node| self.number(node, "`at_most`"))?,
        })
    }

    /// A name that `keep:` may define.
    pub(crate) fn name(&mut self, written: &str, span: Span) -> Option<String> {
        if template::is_name(written) {
            return Some(written.to_owned());
        }
        self.complain(span, format!("`{}` is no name", shown(written)), "write lower-case letters, digits and `_`");
        None
    }

    /// The members of a map, with the places of their keys.
    pub(crate) fn members<'n, 's>(&mut self, node: &'n Node<'s>, what: &str) -> Vec<(&'n str, Span, &'n Node<'s>)> {
        let Some(object) = node.as_object() else {
            self.complain(node.span, format!("{what} is {}", node.kind()), "write a map");
            return Vec::new();
        };
        object.iter().map(|member| (&*member.key, member.key_span, &member.value)).collect()
    }

    /// The same of a map that must not be empty.
    pub(crate) fn members_of_some<'n, 's>(
        &mut self,
        node: &'n Node<'s>,
        what: &str,
        help: &str,
    ) -> Vec<(&'n str, Span, &'n Node<'s>)> {
        if node.as_object().is_some_and(|object| object.iter().next().is_none()) {
            self.complain(node.span, format!("{what} is empty"), help);
            return Vec::new();
        }
        self.members(node, what)
    }

    /// The elements of a list.
    pub(crate) fn elements<'n, 's>(&mut self, node: &'n Node<'s>, what: &str) -> &'n [Node<'s>] {
        let elements = node.as_array().unwrap_or_default();
        if elements.is_empty() {
            self.complain(node.span, format!("{what} is {}", empty_or(node)), "write a list with at least one entry");
        }
        elements
    }
}

/// Whether nothing is written there but maps.
pub(crate) fn is_blank(node: &Node<'_>) -> bool {
    node.as_object().is_some_and(|object| object.iter().all(|member| is_blank(&member.value)))
}

/// What stood there, for an error about it.
pub(crate) fn written(node: &Node<'_>, source: &str) -> String {
    let text = node.span.text(source);
    match text.lines().count() {
        0 => node.kind().to_owned(),
        1 => format!("`{}`", shown(text)),
        _ => node.kind().to_owned(),
    }
}

pub(crate) fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn empty_or(node: &Node<'_>) -> &'static str {
    match node.as_array() {
        Some(_) => "empty",
        None => node.kind(),
    }
}
