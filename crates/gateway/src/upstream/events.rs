//! The messages of an event stream, as its bytes arrive.
//!
//! Only `data:` counts, and only in events of the type `message`. Ids and retry times are for clients that resume;
//! the gateway does not.
//!
//! INVARIANT: what is kept of an unfinished event never grows beyond the bound, whatever is sent.

use std::collections::VecDeque;

use bytes::Bytes;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads an event stream chunk by chunk.
#[derive(Debug)]
pub(crate) struct EventReader {
    event_bytes_max: usize,
    /// The line that is still being read.
    line: Vec<u8>,
    /// The data of the event that is still being read, if it had any.
    data: Option<Vec<u8>>,
    /// Whether that event has another type than `message`.
    other_type: bool,
    /// Whether the last byte ended a line that a line feed may still belong to.
    after_return: bool,
    /// Whether no line was read yet.
    at_start: bool,
}

/// An event is larger than it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EventTooLarge;

impl EventReader {
    pub(crate) fn new(event_bytes_max: usize) -> Self {
        Self { event_bytes_max, line: Vec::new(), data: None, other_type: false, after_return: false, at_start: true }
    }

    /// Reads one chunk and adds the messages that it completes.
    pub(crate) fn read(&mut self, chunk: &[u8], messages: &mut VecDeque<Bytes>) -> Result<(), EventTooLarge> {
        let mut rest = chunk;
        while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
            let (text, from_end) = rest.split_at(end);
            let feed_of_return = self.after_return && text.is_empty() && from_end.starts_with(b"\n");
            self.after_return = from_end.starts_with(b"\r");
            rest = from_end.get(1..).unwrap_or_default();
            if !feed_of_return {
                self.extend_line(text)?;
                messages.extend(self.end_line());
            }
        }
        self.after_return &= rest.is_empty();
        self.extend_line(rest)
    }

    fn extend_line(&mut self, text: &[u8]) -> Result<(), EventTooLarge> {
        let kept = self.line.len().saturating_add(self.data.as_ref().map_or(0, Vec::len));
        if kept.saturating_add(text.len()) > self.event_bytes_max {
            return Err(EventTooLarge);
        }
        self.line.extend_from_slice(text);
        Ok(())
    }

    /// Takes the line in; an empty one ends the event.
    fn end_line(&mut self) -> Option<Bytes> {
        let line = std::mem::take(&mut self.line);
        let line = match std::mem::replace(&mut self.at_start, false) {
            true => line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&line),
            false => &line,
        };
        if line.is_empty() {
            return self.end_event();
        }
        let (field, value) = field_and_value(line);
        match field {
            b"data" => self.add_data(value),
            b"event" => self.other_type = !matches!(value, b"" | b"message"),
            _ => {}
        }
        None
    }

    fn add_data(&mut self, value: &[u8]) {
        match &mut self.data {
            Some(data) => {
                data.push(b'\n');
                data.extend_from_slice(value);
            }
            None => self.data = Some(value.to_vec()),
        }
    }

    fn end_event(&mut self) -> Option<Bytes> {
        let other_type = std::mem::replace(&mut self.other_type, false);
        let data = self.data.take().filter(|data| !data.is_empty() && !other_type)?;
        Some(Bytes::from(data))
    }
}

/// A comment is a line whose field has no name.
fn field_and_value(line: &[u8]) -> (&[u8], &[u8]) {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else { return (line, b"") };
    let (field, value) = line.split_at(colon);
    let value = value.strip_prefix(b":").unwrap_or(value);
    (field, value.strip_prefix(b" ").unwrap_or(value))
}

#[cfg(test)]
mod tests;
