//! What a merchant tells about a checkout: messages with a code, a severity and the place they are about.

use serde_json::{Map, Value, json};

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    code: &'static str,
    content: &'static str,
    /// Who can do something about it; information has none.
    severity: Option<Severity>,
    /// What it is about, as a JSONPath into the checkout.
    path: Option<&'static str>,
}

/// Who can do something about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// The agent, with another call.
    Recoverable,
    /// The buyer, who has to enter something on the merchant's page.
    RequiresBuyerInput,
    /// The buyer, who has to agree to something there.
    RequiresBuyerReview,
    /// Nobody.
    Unrecoverable,
}

impl Severity {
    fn as_str(self) -> &'static str {
        match self {
            Self::Recoverable => "recoverable",
            Self::RequiresBuyerInput => "requires_buyer_input",
            Self::RequiresBuyerReview => "requires_buyer_review",
            Self::Unrecoverable => "unrecoverable",
        }
    }

    /// An error of this severity.
    pub(crate) fn error(self, code: &'static str, content: &'static str) -> Message {
        Message { code, content, severity: Some(self), path: None }
    }
}

impl Message {
    /// Something worth knowing about which nothing is to be done.
    pub(crate) fn info(code: &'static str, content: &'static str) -> Self {
        Self { code, content, severity: None, path: None }
    }

    /// The same about this place.
    pub(crate) fn about(self, path: &'static str) -> Self {
        Self { path: Some(path), ..self }
    }

    pub(crate) fn to_json(&self) -> Value {
        let kind = if self.severity.is_some() { "error" } else { "info" };
        let mut shown = Map::from_iter([
            ("type".to_owned(), json!(kind)),
            ("code".to_owned(), json!(self.code)),
            ("content".to_owned(), json!(self.content)),
        ]);
        shown.extend(self.severity.map(|severity| ("severity".to_owned(), json!(severity.as_str()))));
        shown.extend(self.path.map(|path| ("path".to_owned(), json!(path))));
        Value::Object(shown)
    }
}
