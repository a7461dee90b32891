//! Somebody else's text in a YAML document: a scalar that means exactly this text, and comments that stay comments.

use std::fmt::Write as _;

/// Words that a reader of YAML may take for something else than text.
const NO_TEXT: [&str; 10] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan"];

/// How long a key may be without a question mark: 1024 characters by YAML's rules, and a line is more than its key.
const KEY: usize = 1000;

/// How wide a comment may be.
const WIDTH: usize = 110;

/// How many characters of a description are shown.
const BEGINNING: usize = 96;

/// The text as a scalar: bare where it cannot mean anything else, otherwise in double quotes and printable ASCII.
pub(super) fn scalar(text: &str) -> String {
    let is_word = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|character| character.is_ascii_alphanumeric() || character == '_' || character == '-');
    if is_word && !NO_TEXT.contains(&text.to_ascii_lowercase().as_str()) {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            ' '..='~' => out.push(character),
            // Writing to a text does not fail.
            _ if u32::from(character) > 0xFFFF => drop(write!(out, "\\U{:08X}", u32::from(character))),
            _ => drop(write!(out, "\\u{:04X}", u32::from(character))),
        }
    }
    out.push('"');
    out
}

/// The text as a key, with the colon. YAML takes long ones only behind a question mark.
pub(super) fn key(margin: &str, text: &str) -> String {
    match scalar(text) {
        long if long.len() > KEY => format!("{margin}? {long}\n{margin}:"),
        short => format!("{margin}{short}:"),
    }
}

/// The beginning of a description on one line, for a comment.
pub(super) fn beginning(description: &str) -> String {
    let mut words = description.split_whitespace();
    let mut line = words.next().unwrap_or_default().to_owned();
    for word in words.take(WIDTH) {
        line.extend([" ", word]);
    }
    match line.char_indices().nth(BEGINNING) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// The text as lines of a comment, each of which begins with `margin` and `# `.
pub(super) fn comment(margin: &str, text: &str) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let is_full = line.chars().count().saturating_add(word.chars().count()) > WIDTH;
        if is_full && !line.is_empty() {
            push_comment(&mut out, margin, &line);
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    push_comment(&mut out, margin, &line);
    out
}

/// Letters, digits, printable ASCII and the mark for a rest; whatever else could end the line, turn it or hide in it.
fn push_comment(out: &mut String, margin: &str, line: &str) {
    let is_fit = |character: char| matches!(character, ' '..='~' | '…') || character.is_alphanumeric();
    let line: String = line.chars().map(|character| if is_fit(character) { character } else { '?' }).collect();
    out.push_str(format!("{margin}# {line}").trim_end());
    out.push('\n');
}
