//! A conversation with a gateway over its standard input and output: one JSON-RPC message on each line.
//!
//! Agents of the runner speak HTTP, so an answer is dressed as a reply: 200 with the message, 202 for what has no answer.

use bytes::Bytes;
use floorwalker_gateway::{Envelope, Outlet, Reply};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::Value;
use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::process::{ChildStdin, ChildStdout};

use crate::between::outside::line::next_line;
use crate::between::wire::is_response;

/// How long a message may be, in bytes.
const MESSAGE: usize = 16 << 20;

/// How much is shown of a line that is no message, in characters.
const SHOWN: usize = 200;

/// Both ends of it.
#[derive(Debug)]
pub(crate) struct Conversation {
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Conversation {
    pub(crate) fn new((stdin, stdout): (ChildStdin, ChildStdout)) -> Self {
        Self { stdin, stdout: BufReader::new(stdout) }
    }

    /// Says one message and waits for its answer, if it has one. An error says that the gateway hung up,
    /// or spoke no JSON-RPC.
    pub(crate) async fn exchange(&mut self, envelope: &Envelope, outlet: &dyn Outlet) -> Result<Reply, String> {
        let message: Value = serde_json::from_slice(&envelope.body).unwrap_or(Value::Null);
        if envelope.method != Method::POST || !message.is_object() {
            return Ok(plain(StatusCode::METHOD_NOT_ALLOWED));
        }
        let line = if envelope.body.contains(&b'\n') { message.to_string().into() } else { envelope.body.clone() };
        self.say(&line).await.map_err(|error| format!("it takes no input: {error}"))?;
        let Some(id) = message.get("id").filter(|_| message.get("method").is_some()) else {
            return Ok(plain(StatusCode::ACCEPTED));
        };
        loop {
            let line = next_line(&mut self.stdout, MESSAGE).await;
            let line =
                line.map_err(|error| format!("its output cannot be read: {error}"))?.ok_or("it closed its output")?;
            if !line.is_whole {
                return Err(format!("it said a message of more than {} MiB", MESSAGE >> 20));
            }
            let line = Bytes::from(line.kept);
            if line.trim_ascii().is_empty() {
                continue;
            }
            if !is_message(&line) {
                let beginning: String = String::from_utf8_lossy(&line).chars().take(SHOWN).collect();
                return Err(format!("it said a line that is no message: {beginning}"));
            }
            if is_response(&line) && answers(&line, id) {
                return Ok(answer(line));
            }
            outlet.notify(line).await;
        }
    }

    async fn say(&mut self, line: &[u8]) -> std::io::Result<()> {
        self.stdin.write_all(line).await?;
        self.stdin.write_all(b"\n").await?;
        self.stdin.flush().await
    }
}

/// Whether a message is the first of a session.
pub(crate) fn is_hello(body: &[u8]) -> bool {
    let message: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    message.get("method").and_then(Value::as_str) == Some("initialize")
}

/// Nothing else may stand on standard output.
fn is_message(line: &[u8]) -> bool {
    serde_json::from_slice(line).is_ok_and(|message: Value| message.is_object())
}

/// An error without an id answers whatever was asked last.
fn answers(line: &[u8], id: &Value) -> bool {
    let message: Value = serde_json::from_slice(line).unwrap_or(Value::Null);
    match message.get("id") {
        None | Some(Value::Null) => message.get("error").is_some(),
        Some(answered) => answered == id,
    }
}

fn answer(message: Bytes) -> Reply {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Reply { status: StatusCode::OK, headers, body: message }
}

/// A reply that is only a status.
pub(crate) fn plain(status: StatusCode) -> Reply {
    Reply { status, headers: HeaderMap::new(), body: Bytes::new() }
}
