//! Words of commands, as a shell must be given them: what is told to be run again may be pasted without a thought.

use std::borrow::Cow;

/// The word as a POSIX shell reads it back: quoted where it needs that, and as it is otherwise.
#[must_use]
pub fn shell_word(word: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    match !word.is_empty() && word.bytes().all(is_plain) {
        true => Cow::Borrowed(word),
        false => Cow::Owned(format!("'{}'", word.replace('\'', r"'\''"))),
    }
}

#[cfg(test)]
mod tests;
