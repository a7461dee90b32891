//! Strings: borrowed where they hold no escape, built where they do.

use std::borrow::Cow;

use crate::scan::Scanner;
use crate::scan::error::{ScanError, ScanErrorKind};

impl<'s> Scanner<'s> {
    /// Reads a string from its opening to its closing quote.
    pub(super) fn string(&mut self) -> Result<Cow<'s, str>, ScanError> {
        self.at += 1;
        let start = self.at;
        self.skip_unescaped();
        let unescaped = self.since(start);
        if self.take(b'"') {
            return Ok(Cow::Borrowed(unescaped));
        }
        self.escaped_string(unescaped.to_owned()).map(Cow::Owned)
    }

    fn escaped_string(&mut self, mut text: String) -> Result<String, ScanError> {
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(byte) => return Err(self.error(ScanErrorKind::ControlCharacter(byte))),
                None => return Err(self.error(ScanErrorKind::End)),
            }
            let start = self.at;
            self.skip_unescaped();
            text.push_str(self.since(start));
        }
    }

    fn skip_unescaped(&mut self) {
        let rest = self.rest();
        let special = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | ..=0x1F));
        self.at += special.unwrap_or(rest.len());
    }

    fn escape(&mut self) -> Result<char, ScanError> {
        let start = self.at;
        self.at += 1;
        let escaped = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(start),
            Some(_) => {
                return Err(ScanError { kind: ScanErrorKind::Escape, offset: start });
            }
            None => return Err(self.error(ScanErrorKind::End)),
        };
        self.at += 1;
        Ok(escaped)
    }

    /// One character, written as `\uXXXX` or as the `\uXXXX\uXXXX` of a surrogate pair; `start` is its backslash.
    fn unicode_escape(&mut self, start: usize) -> Result<char, ScanError> {
        let lone = ScanError { kind: ScanErrorKind::LoneSurrogate, offset: start };
        let first = self.code_unit(start)?;
        if let Some(character) = char::from_u32(u32::from(first)) {
            return Ok(character);
        }
        if !self.rest().starts_with("\\u") {
            return Err(lone);
        }
        let second_start = self.at;
        self.at += 1;
        let second = self.code_unit(second_start)?;
        match char::decode_utf16([first, second]).next() {
            Some(Ok(character)) => Ok(character),
            _ => Err(lone),
        }
    }

    /// The four digits after the `u` that stands here; `start` is the escape's backslash.
    fn code_unit(&mut self, start: usize) -> Result<u16, ScanError> {
        self.at += 1;
        let mut unit = 0;
        for _ in 0..4 {
            let byte = self.peek().ok_or_else(|| self.error(ScanErrorKind::End))?;
            let bad = ScanError { kind: ScanErrorKind::Escape, offset: start };
            unit = unit * 16 + char::from(byte).to_digit(16).ok_or(bad)?;
            self.at += 1;
        }
        Ok(u16::try_from(unit).unwrap_or(u16::MAX))
    }
}
