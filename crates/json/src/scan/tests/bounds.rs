//! Depth, length and number of things: at the bound, one beyond it, and far beyond it.

use super::*;

fn nested(open: &str, inside: &str, close: &str, levels: usize) -> String {
    [open.repeat(levels), inside.to_owned(), close.repeat(levels)].concat()
}

#[test]
fn depth_is_bounded_in_every_place() {
    let places = [("", "", 0), ("{\"x\":", "}", 1), ("{\"params\":{\"arguments\":{\"a\":{\"b\":[", "]}}}}", 5)];
    for (before, after, outer) in places {
        for (open, close) in [("[", "]"), ("{\"k\":", "}"), ("[ {\"k\":\t", "}\n]")] {
            let levels_each = open.matches(['[', '{']).count();
            let fitting = (DEPTH_MAX - outer) / levels_each;
            accepted(&format!("{before}{}{after}", nested(open, "1", close, fitting)));
            let deep = format!("{before}{}{after}", nested(open, "1", close, fitting + 1));
            let error = refused(deep.as_bytes(), Keys::Distinct);
            let brackets = deep[..=error.offset].matches(['[', '{']).count();
            assert_eq!((error.kind, brackets), (ScanErrorKind::Depth, DEPTH_MAX + 1));
        }
    }
}

#[test]
fn a_million_brackets_do_no_harm() {
    for open in ["[", "{\"\":", "[{\"a\":"] {
        assert_eq!(refused(open.repeat(1_000_000).as_bytes(), Keys::Unconfusable).kind, ScanErrorKind::Depth);
    }
}

#[test]
fn siblings_do_not_add_up_to_depth() {
    accepted(&format!("[{}0]", "[[],{}],".repeat(1000)));
}

#[test]
fn numbers_have_at_most_a_thousand_digits() {
    let zeros = |count| "0".repeat(count);
    let fitting = [
        format!("0.{}1", zeros(999)),
        format!("-1{}.{}", zeros(299), zeros(700)),
        format!("1.{}e-1", zeros(999)),
        format!("0.{}1e300", zeros(999)),
        "1e-1000".to_owned(),
        "1e-400".to_owned(),
        "1.7976931348623157e308".to_owned(),
        format!("1{}", zeros(308)),
        format!("1e{}1", zeros(5000)),
    ];
    for number in fitting {
        assert_eq!(accepted(&number).as_number().map(Number::text), Some(&*number));
    }
    for number in [format!("0.{}1", zeros(1000)), format!("1{}.{}", zeros(299), zeros(701)), zeros(1) + "e1001"] {
        assert_eq!(refused(number.as_bytes(), Keys::Distinct).kind, ScanErrorKind::Number(DecimalError::TooLong));
    }
    let large = format!("2{}", zeros(308));
    assert_eq!(refused(large.as_bytes(), Keys::Distinct).kind, ScanErrorKind::Number(DecimalError::NotFinite));
}

#[test]
fn clashes_are_found_in_objects_of_every_size() {
    for size in [1, 7, 8, 9, 100, 100_000] {
        let keys: String = (0..size).map(|index| format!("\"key{index}\":{index},")).collect();
        accepted(&format!("{{{keys}\"last\":0}}"));
        let duplicate = format!("{{{keys}\"key0\":0}}");
        let error = refused(duplicate.as_bytes(), Keys::Distinct);
        let expected = ScanErrorKind::DuplicateKey { key: "key0".into() };
        assert_eq!((error.kind, error.offset), (expected, keys.len() + 1));
        let confusable = format!("{{{keys}\"KEY0\":0}}");
        assert!(scan(confusable.as_bytes(), Keys::Distinct).is_ok());
        let kind = refused(confusable.as_bytes(), Keys::Unconfusable).kind;
        assert_eq!(kind, ScanErrorKind::ConfusableKey { key: "KEY0".into(), sibling: "key0".into() });
    }
}

#[test]
fn long_keys_are_shown_short() {
    let key = "a".repeat(100_000);
    let error = refused(format!("{{\"{key}\":0,\"{key}\":1}}").as_bytes(), Keys::Distinct);
    assert_eq!(error.kind.to_string(), format!("duplicate key `{}…`", "a".repeat(64)));
}

#[test]
fn errors_show_no_values() {
    let secret = "hunter2";
    let texts = [
        format!("{{\"k\":\"{secret}\",\"k\":\"{secret}\"}}"),
        format!("{{\"k\":\"{secret}\",\"K\":\"{secret}\"}}"),
        format!("[\"{secret}\n\"]"),
        format!("[\"{secret}\\q{secret}\"]"),
        format!("[\"{secret}\\ud800{secret}\"]"),
        format!("[\"{secret}\" \"{secret}\"]"),
        format!("\"{secret}\" \"{secret}\""),
        format!("[\"{secret}"),
    ];
    for text in texts {
        let error = refused(text.as_bytes(), Keys::Unconfusable);
        assert!(!format!("{error} {error:?}").contains(secret), "{error:?}");
    }
}
