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
        if is_misleading(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    if rest.next().is_some() {
        shown.push('…');
    }
    shown
}

/// The whole line, with what nobody would see of it escaped: somebody else's words in it cannot reverse or hide it.
#[must_use]
pub fn visible(line: &str) -> String {
    let mut visible = String::with_capacity(line.len());
    for character in line.chars() {
        if is_invisible(character) {
            visible.extend(character.escape_unicode());
        } else {
            visible.push(character);
        }
    }
    visible
}

fn is_misleading(character: char) -> bool {
    character == '`' || is_invisible(character) || (character.is_whitespace() && character != ' ')
}

#[cfg(test)]
mod tests;
