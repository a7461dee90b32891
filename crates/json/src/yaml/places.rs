//! Where YAML stood: the parser counts characters and lets some spans run on, ours are bytes and end with the value.

use saphyr_parser::Marker;

use crate::Span;

/// Turns the parser's places into ours.
pub(super) struct Places<'s> {
    source: &'s str,
    /// The byte at which each character starts; nothing where every character is one byte.
    starts: Option<Vec<usize>>,
}

impl<'s> Places<'s> {
    pub(super) fn of(source: &'s str) -> Self {
        let starts = (!source.is_ascii()).then(|| source.char_indices().map(|(at, _)| at).collect());
        Self { source, starts }
    }

    /// The byte offset of a character.
    pub(super) fn byte(&self, character: usize) -> usize {
        let at = match &self.starts {
            Some(starts) => starts.get(character).copied().unwrap_or(self.source.len()),
            None => character,
        };
        at.min(self.source.len())
    }

    pub(super) fn span(&self, span: saphyr_parser::Span) -> Span {
        let byte = |marker: Marker| self.byte(marker.index());
        Span::new(byte(span.start), byte(span.end))
    }

    /// The span of a scalar: without what follows a missing one, without the line ends behind a block.
    pub(super) fn scalar(&self, span: Span, text: &str) -> Span {
        let written = span.text(self.source).trim_end();
        if text.is_empty() && !written.starts_with(['"', '\'']) {
            return Span::new(span.start, span.start);
        }
        Span::new(span.start, span.start + written.len())
    }

    /// The span of a collection: up to its bracket, or up to its last value where it has none.
    pub(super) fn collection(&self, start: Span, last: usize, close: Span) -> Span {
        let bracket = match start.text(self.source).chars().next() {
            Some('[') => ']',
            Some('{') => '}',
            _ => return Span::new(start.start, last),
        };
        let rest = self.source.get(close.start..).unwrap_or_default();
        let end = rest.find(bracket).map_or(close.end, |found| close.start + found + 1);
        Span::new(start.start, end)
    }

    /// The span of a list that is a map's value. Where it stands no deeper than its key, the parser begins it behind
    /// the first dash; that dash is always the first thing on its line.
    pub(super) fn sequence_of_member(&self, span: Span) -> Span {
        let before = self.source.get(..span.start).unwrap_or_default();
        let line_start = before.rfind(['\n', '\r']).map_or(0, |line_end| line_end + 1);
        let line = before.get(line_start..).unwrap_or_default();
        let indent = line.len() - line.trim_start().len();
        if line.trim_start().starts_with('-') && span.start == span.end {
            return Span::new(line_start + indent, line_start + indent);
        }
        span
    }
}
