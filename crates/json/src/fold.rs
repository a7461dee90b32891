//! What a careless reader might take for the same key.
//!
//! Parsers behind us match keys without case, drop characters that leave no mark, or normalise Unicode first. Two keys
//! that any of these could take for one have the same fold. A parser that stops at NUL sees only the beginning of a key,
//! which no fold can bring together; from clients the scanner refuses every key that holds a control character.
//!
//! INVARIANT: `fold(fold(key)) == fold(key)`.

use std::borrow::Cow;

use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;

/// Characters that leave no mark of their own: Unicode's default-ignorable ones and the interlinear annotations.
const INVISIBLE: [(char, char); 18] = [
    ('\u{AD}', '\u{AD}'),
    ('\u{34F}', '\u{34F}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{2028}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF0}', '\u{FFFB}'),
    ('\u{13430}', '\u{13455}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0000}', '\u{E0FFF}'),
];

/// The form in which look-alike keys are equal: NFKC, case folded, without controls and invisible characters, and
/// without white space at its ends.
#[must_use]
pub fn fold(key: &str) -> Cow<'_, str> {
    if !is_plain(key) {
        return fold_unicode(key);
    }
    if key.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(key.to_ascii_lowercase());
    }
    Cow::Borrowed(key)
}

/// Whether the key has the same fold as one of the words; a long key is folded once, a plain one not at all.
pub(crate) fn alike_any(key: &str, words: &[&str]) -> bool {
    if is_plain(key) && words.iter().all(|word| is_plain(word)) {
        return words.iter().any(|word| word.eq_ignore_ascii_case(key));
    }
    let folded = fold(key);
    words.iter().any(|word| fold(word) == folded)
}

/// Whether folding the key can change nothing but the case of ASCII letters.
pub(crate) fn is_plain(key: &str) -> bool {
    key.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !key.starts_with(' ') && !key.ends_with(' ')
}

/// Whether nobody would see the character.
pub(crate) fn is_invisible(character: char) -> bool {
    character.is_control() || INVISIBLE.iter().any(|(first, last)| (*first..=*last).contains(&character))
}

fn fold_unicode(key: &str) -> Cow<'_, str> {
    let mut folded = round(key);
    // What a round removes or folds can bring together what the next one composes. Every round leaves fewer
    // characters that fold and composing yields none, so this ends; the second round is nearly always the last.
    loop {
        let next = round(&folded);
        if next == folded {
            break;
        }
        folded = next;
    }
    if folded == key { Cow::Borrowed(key) } else { Cow::Owned(folded) }
}

fn round(key: &str) -> String {
    let seen: String = key.nfkc().default_case_fold().filter(|character| !is_invisible(*character)).nfkc().collect();
    seen.trim().to_owned()
}

#[cfg(test)]
mod tests;
