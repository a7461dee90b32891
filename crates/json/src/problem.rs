//! What is wrong with a document, where, and the way out.
//!
//! Loaders collect every problem of a document before they give up; the edges decide how to print them.

use crate::{Place, Span};

/// One thing that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub span: Span,
    /// What is wrong: lower-case, no full stop, what was written in backticks.
    pub says: String,
    /// What would be right, when that is known.
    pub help: Option<String>,
}

impl Problem {
    /// A problem without a known way out.
    #[must_use]
    pub fn new(span: Span, says: impl Into<String>) -> Self {
        Self { span, says: says.into(), help: None }
    }

    /// The same problem with its way out.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// `file:line:column: what is wrong; the way out`, on one line.
    #[must_use]
    pub fn line(&self, file: &str, source: &str) -> String {
        let Place { line, column } = self.span.place(source);
        match &self.help {
            Some(help) => format!("{file}:{line}:{column}: {}; {help}", self.says),
            None => format!("{file}:{line}:{column}: {}", self.says),
        }
    }
}

/// The known word that is closest to what was written, if one is close enough to be meant.
#[must_use]
pub fn nearest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let close_enough = written.chars().count().div_ceil(3).max(1);
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&written.to_lowercase(), &word.to_lowercase()), word))
        .filter(|(distance, _)| *distance <= close_enough)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Words in backticks, as a sentence lists them: `a`, `b` or `c`.
#[must_use]
pub fn listed<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let mut quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.pop() {
        Some(last) if !quoted.is_empty() => format!("{} or {last}", quoted.join(", ")),
        last => last.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
