//! Every code has a word of its own and something to say.

use super::{LESSONS, WarningCode};

#[test]
fn a_code_is_found_by_its_word_and_says_something() {
    for code in WarningCode::all() {
        assert_eq!(WarningCode::parse(code.word()), Some(code));
        assert!(code.word().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{code}");
        assert!(!code.title().is_empty() && !code.title().ends_with('.'), "{code}: {}", code.title());
        assert!(code.lesson().len() > 200, "{code} teaches nothing");
    }
    assert_eq!(WarningCode::parse("never_fires"), None);
}

/// A code without a row would have neither word nor lesson; the row of the last one shows that none was forgotten.
#[test]
fn no_code_is_without_a_lesson() {
    let last = WarningCode::NoProfile as usize;
    assert_eq!(LESSONS.len(), last + 1);
    assert!(LESSONS.iter().enumerate().all(|(place, (code, ..))| *code as usize == place));
}
