//! Why bytes are refused, in words for people.

use crate::{DecimalError, Problem, Span};

/// Why the bytes are not one acceptable JSON text, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {offset}")]
pub struct ScanError {
    /// Why.
    pub kind: ScanErrorKind,
    /// The first byte of what is wrong: of the escape, the number, the key; the length of the text where it stops.
    pub offset: usize,
}

/// Why the bytes are not one acceptable JSON text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScanErrorKind {
    /// The text begins with a byte order mark.
    #[error("byte order mark")]
    ByteOrderMark,
    /// The bytes are not UTF-8.
    #[error("not UTF-8")]
    Encoding,
    /// The text stops in the middle.
    #[error("unexpected end")]
    End,
    /// Something stands where something else must; comments and trailing commas end here, too.
    #[error("expected {expected}, found `{}`", found.escape_debug())]
    Unexpected {
        /// What must stand there.
        expected: &'static str,
        /// What does.
        found: char,
    },
    /// The value is complete, and something follows it.
    #[error("something follows the value")]
    Trailing,
    /// A control character in a string that is not written as an escape.
    #[error("control character U+{0:04X} in a string")]
    ControlCharacter(u8),
    /// An escape that JSON does not have.
    #[error("escape that JSON does not have")]
    Escape,
    /// Half of a surrogate pair, which is no character.
    #[error("half of a surrogate pair")]
    LoneSurrogate,
    /// Too many arrays and objects in each other.
    #[error("nesting over 128 levels")]
    Depth,
    /// A number outside the grammar or the bounds.
    #[error(transparent)]
    Number(#[from] DecimalError),
    /// The same key twice in one object.
    #[error("duplicate key `{key}`")]
    DuplicateKey {
        /// The key, made fit for a message.
        key: String,
    },
    /// A key that some readers would take for its sibling.
    #[error("key `{key}` can be taken for `{sibling}` beside it")]
    ConfusableKey {
        /// The later key, made fit for a message.
        key: String,
        /// The earlier key, made fit for a message.
        sibling: String,
    },
    /// A control character in a key, however it is written: a reader that stops there sees another key.
    #[error("control character in key `{key}`")]
    ControlInKey {
        /// The key, made fit for a message.
        key: String,
    },
    /// A key with which a widespread JSON library marks its own values.
    #[error("key `{key}` is private to a JSON library")]
    PrivateKey {
        /// The key.
        key: String,
    },
}

impl ScanError {
    /// The error as a problem of the document that holds `source`.
    pub(crate) fn problem(&self, source: &str) -> Problem {
        let width = source.get(self.offset..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let problem = Problem::new(Span::new(self.offset, self.offset + width), self.kind.to_string());
        match self.help(source) {
            Some(help) => problem.with_help(help),
            None => problem,
        }
    }

    fn help(&self, source: &str) -> Option<&'static str> {
        let before = source.get(..self.offset).unwrap_or_default().trim_end();
        Some(match self.kind {
            ScanErrorKind::ByteOrderMark => "save the file as UTF-8 without a byte order mark",
            ScanErrorKind::End => "close what was opened: a quote, a bracket or a brace",
            ScanErrorKind::Unexpected { found: '/' | '#', .. } => "JSON has no comments",
            ScanErrorKind::Unexpected { found: '\'', .. } => "JSON quotes with double quotes",
            ScanErrorKind::Unexpected { found: ']' | '}', .. } if before.ends_with(',') => {
                "take away the comma before it"
            }
            ScanErrorKind::Trailing => "a document is one value",
            ScanErrorKind::ControlCharacter(b'\n' | b'\r') => "close the string on its line, or write `\\n`",
            ScanErrorKind::ControlCharacter(b'\t') => "write `\\t`",
            ScanErrorKind::Escape => "a backslash itself is written `\\\\`",
            ScanErrorKind::Number(DecimalError::Grammar) => "numbers are written like 0, -1, 0.5 or 1e3",
            ScanErrorKind::DuplicateKey { .. } => "keep one of them",
            ScanErrorKind::ConfusableKey { .. } => "keep one of them, or rename one",
            ScanErrorKind::ControlInKey { .. } | ScanErrorKind::PrivateKey { .. } => "rename it",
            _ => return None,
        })
    }
}
