//! The strict scanner: one JSON value of RFC 8259 in UTF-8, and nothing that two readers could read differently.
//!
//! It is written by hand because it is what the gateway rests on. What it accepts, every JSON library accepts and
//! understands alike; whatever a lenient one would guess about is refused here, with the byte at which it stands.
//! Values of strings never appear in its errors: they may be secrets.
//!
//! INVARIANT: the depth is counted before a bracket is entered, so the recursion is at most [`DEPTH_MAX`] levels deep.

use crate::decimal::Parts;
use crate::scan::error::{ScanError, ScanErrorKind};
use crate::scan::keys::Keys;
use crate::{DecimalError, Member, Node, Number, Object, Span, Value};

pub(crate) mod error;
pub(crate) mod keys;
mod strings;

/// How many arrays and objects may stand in each other.
pub(crate) const DEPTH_MAX: usize = 128;

/// Reads the one JSON value that `bytes` hold, strictly; white space may surround it.
///
/// # Errors
/// The first thing that is not acceptable. Keys are compared when their object ends, encoding is checked before
/// anything else.
pub fn scan(bytes: &[u8], keys: Keys) -> Result<Node<'_>, ScanError> {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return Err(ScanError { kind: ScanErrorKind::ByteOrderMark, offset: 0 });
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| ScanError { kind: ScanErrorKind::Encoding, offset: error.valid_up_to() })?;
    let mut scanner = Scanner { text, at: 0, depth: 0, keys };
    scanner.skip_whitespace();
    let node = scanner.value()?;
    scanner.skip_whitespace();
    if scanner.at < text.len() {
        return Err(scanner.error(ScanErrorKind::Trailing));
    }
    Ok(node)
}

/// Reads the JSON value with which `text` begins, as strictly as [`scan`], and gives what follows it.
///
/// # Errors
/// The first thing that is not acceptable.
pub fn scan_leading(text: &str, keys: Keys) -> Result<(Node<'_>, &str), ScanError> {
    let mut scanner = Scanner { text, at: 0, depth: 0, keys };
    let node = scanner.value()?;
    Ok((node, scanner.rest()))
}

struct Scanner<'s> {
    text: &'s str,
    at: usize,
    depth: usize,
    keys: Keys,
}

impl<'s> Scanner<'s> {
    fn value(&mut self) -> Result<Node<'s>, ScanError> {
        let start = self.at;
        let value = match self.peek() {
            Some(b'"') => Value::String(self.string()?),
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            // JSON knows no plus sign and no bare point, but what begins with them is meant as a number.
            Some(b'-' | b'0'..=b'9' | b'+' | b'.') => self.number()?,
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Node { span: Span::new(start, self.at), value })
    }

    fn nested(&mut self, inside: fn(&mut Self) -> Result<Value<'s>, ScanError>) -> Result<Value<'s>, ScanError> {
        if self.depth >= DEPTH_MAX {
            return Err(self.error(ScanErrorKind::Depth));
        }
        self.depth += 1;
        self.at += 1;
        self.skip_whitespace();
        let value = inside(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Result<Value<'s>, ScanError> {
        let mut members = Vec::new();
        if self.take(b'}') {
            return Ok(Value::Object(Object::checked(members)));
        }
        loop {
            members.push(self.member()?);
            if !self.comma_or(b'}', "`,` or `}`")? {
                break;
            }
        }
        keys::check(&members, self.keys)?;
        Ok(Value::Object(Object::checked(members)))
    }

    fn member(&mut self) -> Result<Member<'s>, ScanError> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a key in double quotes"));
        }
        let key = self.string()?;
        let key_span = Span::new(start, self.at);
        self.skip_whitespace();
        if !self.take(b':') {
            return Err(self.unexpected("`:`"));
        }
        self.skip_whitespace();
        Ok(Member { key, key_span, value: self.value()? })
    }

    fn array(&mut self) -> Result<Value<'s>, ScanError> {
        let mut elements = Vec::new();
        if self.take(b']') {
            return Ok(Value::Array(elements));
        }
        loop {
            elements.push(self.value()?);
            if !self.comma_or(b']', "`,` or `]`")? {
                return Ok(Value::Array(elements));
            }
        }
    }

    /// Takes a comma, after which more must follow, or the closing bracket, after which nothing does.
    fn comma_or(&mut self, close: u8, expected: &'static str) -> Result<bool, ScanError> {
        self.skip_whitespace();
        if self.take(close) {
            return Ok(false);
        }
        if !self.take(b',') {
            return Err(self.unexpected(expected));
        }
        self.skip_whitespace();
        Ok(true)
    }

    fn number(&mut self) -> Result<Value<'s>, ScanError> {
        let start = self.at;
        let rest = self.rest();
        let after = match Parts::leading(rest) {
            Ok((_, after)) => after,
            Err(fault) => {
                self.at = self.text.len() - fault.rest.len();
                // Bounds are the fault of the whole number, grammar that of one byte, which may be missing.
                return Err(match fault.error {
                    DecimalError::Grammar if fault.rest.is_empty() => self.error(ScanErrorKind::End),
                    error => self.error(ScanErrorKind::Number(error)),
                });
            }
        };
        self.at = self.text.len() - after.len();
        Ok(Value::Number(Number::checked(self.since(start).into())))
    }

    fn word(&mut self, word: &'static str, value: Value<'s>) -> Result<Value<'s>, ScanError> {
        for byte in word.bytes() {
            if !self.take(byte) {
                return Err(self.unexpected(word));
            }
        }
        Ok(value)
    }

    fn skip_whitespace(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The text from `start` up to here; both must be ends of characters.
    fn since(&self, start: usize) -> &'s str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn rest(&self) -> &'s str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn error(&self, kind: ScanErrorKind) -> ScanError {
        ScanError { kind, offset: self.at }
    }

    fn unexpected(&self, expected: &'static str) -> ScanError {
        self.error(match self.rest().chars().next() {
            Some(found) => ScanErrorKind::Unexpected { expected, found },
            None => ScanErrorKind::End,
        })
    }
}

#[cfg(test)]
mod tests;
