//! What reached a mock: every request, verbatim, apart from the calls that were executed.
//!
//! The two are kept apart because an attack may reach the server without running anything, and may run something
//! although the gateway believed that it had refused.
//! Headers, bytes and arguments can hold secrets, so `Debug` prints sizes and counts alone.

use std::fmt::{self, Write as _};

use serde_json::{Map, Value};

use crate::face::FaceRequest;
use crate::mock::Caller;

#[cfg(test)]
mod tests;

/// Everything that reached one mock, in order.
#[derive(Default)]
pub struct Journal {
    received: Vec<Received>,
    executed: Vec<Executed>,
}

/// One request, verbatim.
pub struct Received {
    /// When, on the mock's clock.
    pub at: u64,
    /// The HTTP method, in capitals.
    pub method: String,
    /// The path below the server's root, with its query.
    pub path: String,
    /// Every header, name and value, in order; where it came over a socket, names are in lower case and what is no
    /// UTF-8 is replaced.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

/// One call that a tool played.
pub struct Executed {
    /// When, on the mock's clock.
    pub at: u64,
    /// The tool's name, as the server understood it.
    pub tool: String,
    /// The arguments as the server understood them: one line of JSON with sorted keys.
    pub arguments: String,
    /// Who called.
    pub caller: Caller,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a call ended for the server, whatever became of the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The tool did what it was asked.
    Ok,
    /// The tool refused.
    Error,
}

impl Journal {
    /// The requests that reached the mock.
    #[must_use]
    pub fn received(&self) -> &[Received] {
        &self.received
    }

    /// The calls that reached a tool.
    #[must_use]
    pub fn calls(&self) -> &[Executed] {
        &self.executed
    }

    /// How often `tool` was executed, refusals by the tool included.
    #[must_use]
    pub fn executed(&self, tool: &str) -> usize {
        self.executed.iter().filter(|call| call.tool == tool).count()
    }

    pub(crate) fn note_received(&mut self, at: u64, request: &FaceRequest) {
        let FaceRequest { method, path, headers, body } = request.clone();
        self.received.push(Received { at, method, path, headers, bytes: body });
    }

    pub(crate) fn note_executed(&mut self, call: Executed) {
        self.executed.push(call);
    }
}

/// One line of JSON with the keys sorted at every depth.
pub(crate) fn canonical(arguments: &Map<String, Value>) -> String {
    let mut line = String::new();
    write_members(arguments, &mut line);
    line
}

fn write_members(members: &Map<String, Value>, line: &mut String) {
    let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
    sorted.sort_by_key(|(key, _)| *key);
    line.push('{');
    for (position, (key, value)) in sorted.into_iter().enumerate() {
        let comma = if position == 0 { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = write!(line, "{comma}{}:", Value::from(key.as_str()));
        write_value(value, line);
    }
    line.push('}');
}

fn write_value(value: &Value, line: &mut String) {
    match value {
        Value::Object(members) => write_members(members, line),
        Value::Array(items) => {
            line.push('[');
            for (position, item) in items.iter().enumerate() {
                line.push_str(if position == 0 { "" } else { "," });
                write_value(item, line);
            }
            line.push(']');
        }
        plain => {
            let _ = write!(line, "{plain}");
        }
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Journal({} received, {} executed)", self.received.len(), self.executed.len())
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Received({} of {} bytes at {})", self.method, self.bytes.len(), self.at)
    }
}

impl fmt::Debug for Executed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Executed({} at {}: {:?})", self.tool, self.at, self.outcome)
    }
}
