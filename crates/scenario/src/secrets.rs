//! Looking for secrets in bytes: plain, JSON-escaped, URL-encoded, in hex and in base64.
//!
//! Encodings mix: a key can be percent-encoded inside of JSON inside of JSON. So the bytes are undone first, as often as
//! there is something to undo, and each form is searched for each spelling.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// So many characters of a secret, from its beginning, are enough to be a leak in a log.
const PREFIX: usize = 12;

/// An encoded secret stands in a run of letters and digits at least so long; shorter ones are searched everywhere.
const RUN: usize = 12;

/// How deep encodings are undone.
const DEPTH: usize = 3;

/// Every spelling of one secret.
pub(crate) struct Needle {
    plain: String,
    hex: String,
    base64: Vec<String>,
}

impl Needle {
    pub(crate) fn new(secret: &str) -> Self {
        Self { plain: secret.to_owned(), hex: hex(secret.as_bytes()), base64: base64_spellings(secret.as_bytes()) }
    }

    /// Whether the secret is in there in any spelling.
    pub(crate) fn is_in(&self, text: &Undone) -> bool {
        text.forms.iter().any(|form| self.is_in_form(form))
    }

    /// Whether even the beginning of the secret is in there.
    pub(crate) fn begins_in(&self, text: &Undone) -> bool {
        let prefix = self.plain.get(..PREFIX).unwrap_or(&self.plain);
        self.is_in(text) || text.forms.iter().any(|form| form.text.contains(prefix))
    }

    fn is_in_form(&self, form: &Form) -> bool {
        form.text.contains(&self.plain)
            || contains_ignoring_case(form.where_encoded(&self.hex), &self.hex)
            || self.base64.iter().any(|spelling| form.where_encoded(spelling).contains(spelling))
    }
}

impl fmt::Debug for Needle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Needle(..)")
    }
}

/// A text in all the forms that undoing escapes gives.
pub(crate) struct Undone {
    forms: Vec<Form>,
}

/// One form of a text.
struct Form {
    text: String,
    /// The long runs of characters that encodings are made of: most of a text is none of them and need not be searched.
    runs: String,
}

impl Undone {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let mut texts = vec![String::from_utf8_lossy(bytes).into_owned()];
        let mut seen = 0;
        for _ in 0..DEPTH {
            let fresh: Vec<String> =
                texts.iter().skip(seen).flat_map(|text| [unescaped(text), unpercented(text)]).flatten().collect();
            seen = texts.len();
            for text in fresh {
                if !texts.contains(&text) {
                    texts.push(text);
                }
            }
        }
        Self { forms: texts.into_iter().map(Form::new).collect() }
    }
}

impl Form {
    fn new(text: String) -> Self {
        let is_encoding = |character: char| character.is_ascii_alphanumeric() || "+/-_".contains(character);
        let runs = text.split(|character| !is_encoding(character)).filter(|run| run.len() >= RUN);
        let runs = runs.collect::<Vec<_>>().join(" ");
        Self { text, runs }
    }

    fn where_encoded(&self, spelling: &str) -> &str {
        if spelling.len() < RUN { &self.text } else { &self.runs }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Base64 of the secret wherever it stands in a longer text: one spelling for each of three positions and two
/// alphabets, without the characters that depend on its neighbours.
fn base64_spellings(secret: &[u8]) -> Vec<String> {
    let mut spellings = Vec::new();
    for offset in 0..3 {
        let mut padded = vec![0; offset];
        padded.extend_from_slice(secret);
        let whole = padded.len() / 3 * 3;
        let skipped = if offset == 0 { 0 } else { 4 };
        let inner = padded.get(..whole).unwrap_or_default();
        for text in [STANDARD_NO_PAD.encode(inner), URL_SAFE_NO_PAD.encode(inner)] {
            spellings.extend(text.get(skipped..).filter(|text| !text.is_empty()).map(str::to_owned));
        }
    }
    spellings.dedup();
    spellings
}

fn contains_ignoring_case(form: &str, hex: &str) -> bool {
    let form: Cow<'_, str> = if form.bytes().any(|byte| matches!(byte, b'A'..=b'F')) {
        form.to_ascii_lowercase().into()
    } else {
        form.into()
    };
    form.contains(hex)
}

/// The text with one layer of JSON string escapes undone, if there is one.
fn unescaped(text: &str) -> Option<String> {
    let mut pieces = text.split('\\');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    let mut changed = false;
    while let Some(piece) = pieces.next() {
        changed = true;
        match piece.chars().next() {
            // Two backslashes in a row are one, and what follows them is no escape.
            None => {
                out.push('\\');
                out.push_str(pieces.next().unwrap_or_default());
            }
            Some('u') => push_code(&mut out, piece),
            Some(letter) => {
                out.push(named_escape(letter));
                out.push_str(piece.get(letter.len_utf8()..).unwrap_or_default());
            }
        }
    }
    changed.then_some(out)
}

fn push_code(out: &mut String, piece: &str) {
    let digits = piece.get(1..5).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match digits.and_then(char::from_u32) {
        Some(character) => {
            out.push(character);
            out.push_str(piece.get(5..).unwrap_or_default());
        }
        None => out.push_str(piece),
    }
}

fn named_escape(letter: char) -> char {
    match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{C}',
        other => other,
    }
}

/// The text with one layer of percent-encoding undone, if there is one.
fn unpercented(text: &str) -> Option<String> {
    let mut pieces = text.split('%');
    let mut out = pieces.next().unwrap_or_default().as_bytes().to_vec();
    let mut changed = false;
    for piece in pieces {
        match piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                changed = true;
                out.push(byte);
                out.extend_from_slice(piece.get(2..).unwrap_or_default().as_bytes());
            }
            None => {
                out.push(b'%');
                out.extend_from_slice(piece.as_bytes());
            }
        }
    }
    changed.then(|| String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests;
