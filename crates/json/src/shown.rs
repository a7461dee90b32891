//! A name of somebody else's choosing, made fit for an error message.
//!
//! Keys come from agents and upstreams. In a message they must not break the line, reverse it, hide, or fill the log.

use crate::fold::is_invisible;

const SHOWN_MAX: usize = 64;

/// The first 64 characters, with controls, invisible characters and backticks escaped.
#[must_use]
pub fn shown(name: &str) -> String {
    let mut shown = String::new();
    let mut rest = name.chars();
    for character in rest.by_ref().take(SHOWN_MAX) {
        push(&mut shown, character, character == '`' || is_misleading(character));
    }
    if rest.next().is_some() {
        shown.push('…');
    }
    shown
}

/// All of a text that may hold what others chose, as one line in which nothing hides, breaks or reverses anything.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut line = String::new();
    text.chars().for_each(|character| push(&mut line, character, is_misleading(character)));
    line
}

fn push(shown: &mut String, character: char, is_escaped: bool) {
    match is_escaped {
        true => shown.extend(character.escape_unicode()),
        false => shown.push(character),
    }
}

fn is_misleading(character: char) -> bool {
    is_invisible(character) || (character.is_whitespace() && character != ' ')
}

#[cfg(test)]
mod tests;
