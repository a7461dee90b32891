//! What folds to what.

use super::*;

#[test]
fn look_alikes_fold_to_the_same() {
    let table = [
        ("", ""),
        ("sku", "sku"),
        ("checkoutId", "checkoutid"),
        ("SKU", "sku"),
        ("ſku", "sku"),
        ("s\u{212A}u", "sku"),
        ("ｓｋｕ", "sku"),
        ("ＳＫＵ", "sku"),
        ("𝐬𝓴𝕦", "sku"),
        ("ⓢⓚⓤ", "sku"),
        ("ﬁle", "file"),
        ("straße", "strasse"),
        ("STRASSE", "strasse"),
        ("STRAẞE", "strasse"),
        ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
        ("σίσυφος", "σίσυφοσ"),
        ("e\u{301}", "é"),
        ("É", "é"),
        ("E\u{200D}\u{301}", "é"),
        ("İ", "i\u{307}"),
        ("ı", "ı"),
        ("x²", "x2"),
        ("sku\0", "sku"),
        ("s\0k\u{1}u\u{7f}\u{85}", "sku"),
        (" \t sku \u{3000}\n", "sku"),
        ("\u{200b} \u{200b}sku", "sku"),
        ("s k", "s k"),
        ("s\u{A0}k", "s k"),
        ("s\u{ad}k\u{200b}u\u{fe0f}\u{feff}", "sku"),
        ("\u{202e}sku\u{2069}\u{e0041}", "sku"),
        ("\u{3164}\u{ffa0}\u{115f}", ""),
    ];
    for (key, folded) in table {
        assert_eq!(fold(key), folded, "{key:?}");
        assert!(alike_any(key, &["other", folded]) && alike_any(folded, &[key]), "{key:?}");
    }
}

#[test]
fn different_words_stay_different() {
    for (one, other) in [("sku", "skus"), ("a_b", "ab"), ("a-b", "a_b"), ("a", "á"), ("1", "l"), ("sk u", "sku")] {
        assert!(!alike_any(one, &[other]), "{one:?} {other:?}");
    }
}

#[test]
fn what_does_not_change_is_borrowed() {
    for key in ["", "sku", "checkout_id", "é", "straße?".get(..4).unwrap_or_default(), "日本"] {
        assert!(matches!(fold(key), Cow::Borrowed(_)), "{key:?}");
    }
}

#[test]
fn folding_twice_changes_nothing_for_any_character() {
    for character in '\0'..=char::MAX {
        let key = format!("{character}a\u{345}{character}\u{301}{character}");
        let once = fold(&key);
        assert_eq!(fold(&once), once, "{key:?}");
    }
}

#[test]
fn ascii_folds_the_same_on_both_paths() {
    for byte in 0..0x80_u8 {
        for key in [format!("{}", char::from(byte)), format!("a{}Z", char::from(byte))] {
            assert_eq!(fold(&key), fold_unicode(&key), "{key:?}");
        }
    }
}

#[test]
fn a_long_key_of_marks_folds_in_reasonable_time() {
    let key = "\u{301}\u{323}".repeat(100_000);
    assert_eq!(fold(&key).chars().count(), 200_000);
}
