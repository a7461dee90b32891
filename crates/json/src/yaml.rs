//! YAML into the same tree as JSON, with the same rules for keys and depth.
//!
//! Only what means the same to every reader is accepted: one document, strings as keys, no anchors, aliases, tags,
//! merge keys or directives. Whoever reviews a policy sees all of it where it stands.

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, StrInput};

use crate::scan::DEPTH_MAX;
use crate::scan::error::ScanErrorKind;
use crate::scan::keys::{self, Keys};
use crate::yaml::places::Places;
use crate::yaml::scalar::resolve;
use crate::{Member, Node, Object, Problem, Span, Value, shown};

mod places;
mod refused;
mod scalar;

/// Reads the one document that `source` holds.
pub(crate) fn parse(source: &str) -> Result<Node<'static>, Problem> {
    refuse_unprintable(source)?;
    let mut reader = Reader { source, parser: Parser::new_from_str(source), places: Places::of(source) };
    reader.start()?;
    let (event, span) = reader.next()?;
    let root = reader.node(event, span, 0)?;
    reader.finish()?;
    Ok(root)
}

/// The parser takes some control characters for the end of the text, so they must not reach it.
fn refuse_unprintable(source: &str) -> Result<(), Problem> {
    let is_refused = |character: char| match character {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => true,
        _ => character.is_control(),
    };
    match source.char_indices().find(|(_, character)| is_refused(*character)) {
        Some((at, character)) => Err(refused::character(Span::new(at, at + character.len_utf8()), character)),
        None => Ok(()),
    }
}

struct Reader<'s> {
    source: &'s str,
    parser: Parser<'s, StrInput<'s>>,
    places: Places<'s>,
}

impl<'s> Reader<'s> {
    fn start(&mut self) -> Result<(), Problem> {
        loop {
            match self.next()? {
                (Event::DocumentStart(_), span) => return self.refuse_directives(span),
                (Event::StreamEnd, span) => return Err(refused::empty(span)),
                _ => {}
            }
        }
    }

    fn refuse_directives(&self, start: Span) -> Result<(), Problem> {
        let mut line_start = 0;
        for line in self.source.get(..start.start).unwrap_or_default().split_inclusive('\n') {
            let span = Span::new(line_start, line_start + line.trim_end().len());
            if line.starts_with('%') {
                return Err(refused::directive(span));
            }
            line_start += line.len();
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Problem> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentStart(_), span) => return Err(refused::second_document(span)),
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'s>, Span), Problem> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, self.places.span(span))),
            Some(Err(error)) => Err(self.syntax(&error)),
            None => Err(refused::empty(Span::new(self.source.len(), self.source.len()))),
        }
    }

    fn syntax(&self, error: &ScanError) -> Problem {
        let at = self.places.byte(error.marker().index());
        let next = self.source.get(at..).and_then(|rest| rest.chars().next());
        refused::syntax(Span::new(at, at + next.map_or(0, char::len_utf8)), next, error.info())
    }

    fn node(&mut self, event: Event<'s>, span: Span, depth: usize) -> Result<Node<'static>, Problem> {
        refused::decoration(&event, span)?;
        match event {
            Event::Scalar(text, style, ..) => self.scalar(&text, style, span),
            Event::SequenceStart(..) => self.sequence(span, enter(depth, span)?),
            Event::MappingStart(..) => self.mapping(span, enter(depth, span)?),
            _ => Err(refused::unexpected(span)),
        }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, span: Span) -> Result<Node<'static>, Problem> {
        let span = self.places.scalar(span, text);
        let value = match style {
            ScalarStyle::Plain => resolve(text, span)?,
            _ => Value::String(text.to_owned().into()),
        };
        Ok(Node { span, value })
    }

    fn sequence(&mut self, start: Span, depth: usize) -> Result<Node<'static>, Problem> {
        let mut elements: Vec<Node<'static>> = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, close) => {
                    let last = elements.last().map_or(start.end, |element| element.span.end);
                    let span = self.places.collection(start, last, close);
                    return Ok(Node { span, value: Value::Array(elements) });
                }
                (event, span) => elements.push(self.node(event, span, depth)?),
            }
        }
    }

    fn mapping(&mut self, start: Span, depth: usize) -> Result<Node<'static>, Problem> {
        let mut members: Vec<Member<'static>> = Vec::new();
        loop {
            match self.next()? {
                (Event::MappingEnd, close) => {
                    keys::check(&members, Keys::Unconfusable).map_err(|error| error.problem(self.source))?;
                    let last = members.last().map_or(start.end, |member| member.value.span.end);
                    let span = self.places.collection(start, last, close);
                    return Ok(Node { span, value: Value::Object(Object::checked(members)) });
                }
                (event, span) => members.push(self.member(event, span, depth)?),
            }
        }
    }

    fn member(&mut self, event: Event<'s>, key_span: Span, depth: usize) -> Result<Member<'static>, Problem> {
        let key = key(event, key_span)?;
        let (event, span) = self.next()?;
        let span = match event {
            Event::SequenceStart(..) => self.places.sequence_of_member(span),
            _ => span,
        };
        Ok(Member { key: key.into(), key_span, value: self.node(event, span, depth)? })
    }
}

fn key(event: Event<'_>, span: Span) -> Result<String, Problem> {
    refused::decoration(&event, span)?;
    let (text, style) = match event {
        Event::Scalar(text, style, ..) => (text.into_owned(), style),
        Event::SequenceStart(..) => return Err(refused::key(span, "a list")),
        _ => return Err(refused::key(span, "a map")),
    };
    if style != ScalarStyle::Plain {
        return Ok(text);
    }
    if text == "<<" {
        return Err(refused::merge(span));
    }
    let node = Node { span, value: resolve(&text, span)? };
    match node.value {
        Value::String(_) => Ok(text),
        Value::Null if text.is_empty() => Err(refused::key(span, "nothing")),
        _ => Err(refused::unquoted_key(span, &shown(&text), node.kind())),
    }
}

fn enter(depth: usize, span: Span) -> Result<usize, Problem> {
    if depth >= DEPTH_MAX {
        return Err(Problem::new(span, ScanErrorKind::Depth.to_string()));
    }
    Ok(depth + 1)
}

#[cfg(test)]
mod tests;
