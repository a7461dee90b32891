//! What an agent makes of the bytes it got: the answer to one request, and what was decided as far as it can tell.
//!
//! Read with plain `serde_json` and from the outside alone, so that any gateway's answers can be read, ours or not.

use std::time::Duration;

use floorwalker_gateway::Reply;
use http::StatusCode;
use serde_json::Value;

/// What was decided, as far as an agent can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The call passed; the tool itself may still have refused it.
    Allow,
    /// The call was denied, and the answer says so.
    Deny,
    /// A person is asked whether the call may pass.
    Ask,
    /// There is no such tool.
    Unknown,
    /// The message was not understood, or not allowed by the protocol.
    Refused,
    /// The call was made, but its reply was kept back.
    Withheld,
    /// The call passed, but no answer came from the server.
    Lost,
    /// What came is no answer to the call. Never right, so no scenario file can expect it.
    Garbled,
}

/// One answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What was decided.
    pub verdict: Verdict,
    /// The HTTP status.
    pub status: u16,
    /// The rule that denied.
    pub rule: Option<String>,
    /// How long the agent is told to wait.
    pub retry_after: Option<Duration>,
    /// The JSON-RPC error code.
    pub code: Option<i64>,
    /// The first text for people or models in it.
    pub text: String,
    /// Whether the tool reports an error.
    pub is_error: bool,
    /// What the tool told: its structured content, or the JSON in a text that is all of it, or the JSON in its first text.
    pub told: Option<Value>,
    /// The whole answer but for what differs between any two.
    pub face: String,
}

impl Verdict {
    /// The words of all that a scenario file may expect.
    pub const WORDS: [&'static str; 7] = ["allow", "deny", "ask", "unknown", "refused", "withheld", "lost"];

    const ALL: [Self; 7] =
        [Self::Allow, Self::Deny, Self::Ask, Self::Unknown, Self::Refused, Self::Withheld, Self::Lost];

    /// The verdict of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        let [allow, deny, ask, unknown, refused, withheld, lost] = Self::WORDS;
        match self {
            Self::Allow => allow,
            Self::Deny => deny,
            Self::Ask => ask,
            Self::Unknown => unknown,
            Self::Refused => refused,
            Self::Withheld => withheld,
            Self::Lost => lost,
            Self::Garbled => "garbled",
        }
    }
}

impl Answer {
    /// Reads a reply to a request about `tool`.
    #[must_use]
    pub fn of(reply: &Reply, tool: &str) -> Self {
        let message: Value = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
        let result = message.get("result");
        let error = message.get("error");
        let notice = result.and_then(|result| result.get("_meta")).and_then(|meta| meta.get("floorwalker/decision"));
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let said = match error {
            Some(error) => text(error.get("message")),
            None => text(result.and_then(first_text)),
        };
        Self {
            verdict: verdict(reply.status, result, error, notice),
            status: reply.status.as_u16(),
            rule: notice.and_then(|notice| notice.get("rule")?.as_str()).map(str::to_owned),
            retry_after: notice.and_then(|notice| notice.get("retry_after_ms")?.as_u64()).map(Duration::from_millis),
            code: error.and_then(|error| error.get("code")?.as_i64()),
            is_error: result.is_some_and(|result| result.get("isError") == Some(&Value::Bool(true))),
            // Of a call that waits an agent has nothing but what is said about it.
            told: notice.filter(|notice| is_ask(notice)).cloned().or_else(|| result.and_then(told)),
            text: said,
            face: face(reply, message.get("id"), tool),
        }
    }

    /// Reads a reply of the approvers' door.
    #[must_use]
    pub fn of_door(reply: &Reply) -> Self {
        let body: Option<Value> = serde_json::from_slice(&reply.body).ok();
        let text = |key: &str| body.as_ref().and_then(|body| body.get(key)?.as_str()).map(str::to_owned);
        Self {
            verdict: if reply.status.is_success() { Verdict::Allow } else { Verdict::Refused },
            status: reply.status.as_u16(),
            rule: text("rule"),
            text: text("error").unwrap_or_else(|| String::from_utf8_lossy(&reply.body).into_owned()),
            face: face(reply, None, ""),
            told: body,
            ..Self::panicked()
        }
    }

    /// Reads a reply to a call of `tool` that was sent with this id: a success that is no response to it is garbled.
    #[must_use]
    pub fn of_call(reply: &Reply, tool: &str, id: u64) -> Self {
        let answer = Self::of(reply, tool);
        let claims = reply.status.is_success() || answer.verdict == Verdict::Allow;
        if !claims || responds(&reply.body, id) {
            return answer;
        }
        let text = format!("the answer, with HTTP {}, is no JSON-RPC response with the id of the call", answer.status);
        Self { verdict: Verdict::Garbled, text, told: None, ..answer }
    }

    /// What there is in place of an answer when the gateway panicked.
    #[must_use]
    pub(crate) fn panicked() -> Self {
        Self::none(Verdict::Garbled, "the gateway panicked")
    }

    /// What there is in place of an answer for an agent that hung up.
    #[must_use]
    pub(crate) fn unheard() -> Self {
        Self::none(Verdict::Lost, "the agent hung up")
    }

    fn none(verdict: Verdict, text: &str) -> Self {
        Self {
            verdict,
            status: 0,
            rule: None,
            retry_after: None,
            code: None,
            text: text.to_owned(),
            is_error: false,
            told: None,
            face: String::new(),
        }
    }

    /// The value at a path such as `id` or `0.plan.slug` in what the tool told.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(self.told.as_ref()?, |value, part| match value {
            Value::Array(items) => items.get(part.parse::<usize>().ok()?),
            other => other.get(part),
        })
    }

    /// What happened, as a sentence goes on after "expected ..., but".
    #[must_use]
    pub fn happened(&self) -> String {
        match self.verdict {
            Verdict::Allow if self.is_error => {
                format!("the gateway allowed it, and the tool refused it: {}", self.text)
            }
            Verdict::Allow => "the gateway allowed it (no rule fired)".to_owned(),
            Verdict::Deny => {
                format!(
                    "the gateway denied it by rule `{}`: {}",
                    self.rule.as_deref().unwrap_or("(unnamed)"),
                    self.text
                )
            }
            Verdict::Ask => {
                let rule = self.rule.as_deref().unwrap_or("(unnamed)");
                format!("the gateway asked a person, by rule `{rule}`: {}", self.text)
            }
            Verdict::Unknown => format!("the answer was that there is no such tool: {}", self.text),
            Verdict::Refused => {
                let code = self.code.map(|code| format!(", code {code}")).unwrap_or_default();
                format!("the message was refused with HTTP {}{code}: {}", self.status, self.text)
            }
            Verdict::Withheld => format!("the call was made, and its reply withheld: {}", self.text),
            Verdict::Lost => format!("no answer came from the server: {}", self.text),
            Verdict::Garbled => self.text.clone(),
        }
    }
}

fn verdict(status: StatusCode, result: Option<&Value>, error: Option<&Value>, notice: Option<&Value>) -> Verdict {
    let word = |key: &str| notice.and_then(|notice| notice.get(key)?.as_str());
    match (word("decision"), word("outcome")) {
        (Some("deny"), _) => return Verdict::Deny,
        (Some("ask"), _) => return Verdict::Ask,
        (_, Some("withheld")) => return Verdict::Withheld,
        (_, Some(_)) => return Verdict::Lost,
        _ => {}
    }
    let code = error.and_then(|error| error.get("code")?.as_i64());
    let says = error.and_then(|error| error.get("message")?.as_str()).unwrap_or_default();
    match (code, result) {
        (Some(-32602), _) if says.starts_with("Unknown tool") => Verdict::Unknown,
        (Some(_), _) if status == StatusCode::BAD_GATEWAY => Verdict::Lost,
        (None, Some(_)) => Verdict::Allow,
        // A notification that was taken has no answer but its status.
        (None, None) if status.is_success() => Verdict::Allow,
        _ if status == StatusCode::BAD_GATEWAY => Verdict::Lost,
        _ => Verdict::Refused,
    }
}

fn is_ask(notice: &Value) -> bool {
    notice.get("decision").and_then(Value::as_str) == Some("ask")
}

/// Whether this is a JSON-RPC 2.0 response with that id: a result or an error, not both.
fn responds(body: &[u8], id: u64) -> bool {
    let message: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    message.get("jsonrpc").and_then(Value::as_str) == Some("2.0")
        && message.get("id").and_then(Value::as_u64) == Some(id)
        && message.get("result").is_some() != message.get("error").is_some()
}

fn first_text(result: &Value) -> Option<&Value> {
    result.get("content")?.get(0)?.get("text")
}

fn told(result: &Value) -> Option<Value> {
    let read = |text: &Value| serde_json::from_str(text.as_str()?).ok();
    match result.get("structuredContent") {
        Some(value) if !value.is_null() => Some(wrapped(value).and_then(read).unwrap_or_else(|| value.clone())),
        _ => read(first_text(result)?),
    }
}

/// The text in structured content that is nothing but one: some libraries wrap whatever is no object as `result`.
fn wrapped(value: &Value) -> Option<&Value> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    members.get("result").filter(|text| text.is_string())
}

/// Status, headers and body with the request's id and the tool's name taken out: two answers with the same face cannot
/// be told apart.
fn face(reply: &Reply, id: Option<&Value>, tool: &str) -> String {
    let mut headers: Vec<String> = reply
        .headers
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "date" | "content-length"))
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    headers.sort();
    let body = String::from_utf8_lossy(&reply.body);
    let body = match id {
        Some(id) => body.replacen(&format!("\"id\":{id}"), "\"id\":_", 1),
        None => body.into_owned(),
    };
    let body = if tool.is_empty() { body } else { body.replace(tool, "<tool>") };
    format!("{} {} {body}", reply.status.as_u16(), headers.join(", "))
}

#[cfg(test)]
mod tests;
