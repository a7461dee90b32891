//! What must hold for any text: the scanner agrees with serde_json, canonical text is stable, decimals are ordered like
//! integers, and nothing panics.

use std::cmp::Ordering;

use floorwalker_json::{Decimal, Document, Format, Keys, Node, Value, canonical, fold, scan};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::FileFailurePersistence;

fn spaces() -> impl Strategy<Value = &'static str> + Clone {
    prop_oneof![6 => Just(""), 1 => Just(" "), 1 => Just("\r\n\t ")]
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
        "-?[0-9]{1,3}\\.?[0-9]{0,3}[eE]?[0-9]{0,4}",
    ]
}

fn string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[ -~&&[^\"\\\\]]{0,8}",
        2 => "\\\\[\"\\\\/bfnrt]",
        1 => "\\\\u[0-9a-fA-F]{4}",
        1 => "\\\\ud8[0-9a-f]{2}\\\\ud[c-f][0-9a-f]{2}",
        1 => "\\PC{1,3}",
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

/// Text that is nearly always JSON, with keys that sometimes clash.
fn json_text() -> impl Strategy<Value = String> {
    let word = prop_oneof![Just("null"), Just("true"), Just("false")];
    let leaf = prop_oneof![word.prop_map(str::to_owned), number(), string()];
    leaf.prop_recursive(5, 40, 6, |inner| {
        let item =
            (spaces(), inner, spaces()).prop_map(|(before, text, after)| format!("{before}{text}{after}")).boxed();
        let key = prop_oneof!["\"[a-cA-C]{1,3}\"", string()];
        let member = (key, spaces(), item.clone()).prop_map(|(key, space, item)| format!("{key}{space}:{item}"));
        let array = prop::collection::vec(item, 0..6).prop_map(|items| format!("[{}]", items.join(",")));
        let object = prop::collection::vec(member, 0..6).prop_map(|members| format!("{{{}}}", members.join(", ")));
        prop_oneof![array, object]
    })
}

/// The same with a few bytes replaced, taken away or put in.
fn broken_text() -> impl Strategy<Value = Vec<u8>> {
    let byte =
        prop_oneof![3 => prop::sample::select(b"\"\\{}[]:,0123-+.eEu tfn/#\n\x00\xC3".to_vec()), 1 => any::<u8>()];
    let change = (any::<prop::sample::Index>(), 0..2_usize, prop::option::of(byte));
    (json_text(), prop::collection::vec(change, 0..4)).prop_map(|(text, changes)| {
        let mut bytes = text.into_bytes();
        for (index, removed, added) in changes {
            let at = index.index(bytes.len() + 1);
            let end = (at + removed).min(bytes.len());
            bytes.splice(at..end, added);
        }
        bytes
    })
}

fn same(ours: &Node<'_>, theirs: &serde_json::Value) -> bool {
    match (&ours.value, theirs) {
        (Value::Null, serde_json::Value::Null) => true,
        (Value::Bool(ours), serde_json::Value::Bool(theirs)) => ours == theirs,
        (Value::Number(ours), serde_json::Value::Number(theirs)) => {
            Decimal::parse(&theirs.to_string()) == Ok(ours.decimal())
        }
        (Value::String(ours), serde_json::Value::String(theirs)) => ours == theirs,
        (Value::Array(ours), serde_json::Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
        }
        (Value::Object(ours), serde_json::Value::Object(theirs)) => {
            let pairs = || ours.iter().zip(theirs);
            ours.len() == theirs.len()
                && pairs().all(|(ours, (key, theirs))| ours.key == *key && same(&ours.value, theirs))
        }
        _ => false,
    }
}

/// A number of at most three decimals as thousandths, and one of its spellings.
fn modelled() -> impl Strategy<Value = (i128, String)> {
    let digits = prop_oneof![any::<i64>(), -20..20_i64, Just(0)];
    (digits, 0..6_u32, 0..6_u32).prop_map(|(digits, shift, zeros)| {
        // Zeros behind a lone zero would be outside the grammar.
        let zeros = if digits == 0 { 0 } else { zeros };
        let exponent = i64::from(shift) - 3 - i64::from(zeros);
        let written = i128::from(digits) * 10_i128.pow(zeros);
        (i128::from(digits) * 10_i128.pow(shift), format!("{written}e{exponent}"))
    })
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 1500,
        // A failure prints its seed and leaves it beside this file.
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_scanner_agrees_with_serde_json(bytes in broken_text()) {
        let theirs = serde_json::from_slice::<serde_json::Value>(&bytes);
        match scan(&bytes, Keys::Distinct) {
            Ok(ours) => {
                let theirs = theirs.expect("serde_json accepts what the scanner accepts");
                prop_assert!(same(&ours, &theirs), "{ours:?} {theirs:?}");
            }
            Err(error) => prop_assert!(error.offset <= bytes.len()),
        }
    }

    #[test]
    fn what_is_refused_from_an_upstream_is_refused_from_a_client(bytes in broken_text()) {
        if let Ok(node) = scan(&bytes, Keys::Unconfusable) {
            prop_assert_eq!(scan(&bytes, Keys::Distinct), Ok(node));
        }
    }

    #[test]
    fn canonical_text_is_stable_and_means_the_same(text in json_text()) {
        if let Ok(node) = scan(text.as_bytes(), Keys::Distinct) {
            let once = canonical(&node);
            let again = scan(once.as_bytes(), Keys::Distinct).expect("canonical text scans");
            prop_assert_eq!(canonical(&again), once.clone());
            let theirs = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("serde_json reads both");
            let sorted = |text: &str| { let mut value = theirs(text); value.sort_all_objects(); value };
            let ours = scan(once.as_bytes(), Keys::Distinct).expect("canonical text scans");
            prop_assert!(same(&ours, &sorted(&text)));
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = scan(&bytes, Keys::Unconfusable);
    }

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,60}") {
        let _ = Document::parse("any", text.clone(), Format::Json);
        let _ = Decimal::parse(&text);
        let once = fold(&text);
        prop_assert_eq!(fold(&once), &*once);
    }

    #[test]
    fn yaml_never_panics_and_its_spans_fit(text in "([a-c'\"é:,#&*!|>?%@`{}\\[\\]\\-. \t]|[ \r\n]{1,3}|- |: |[0-9]){0,40}") {
        if let Ok(document) = Document::parse("any", text, Format::Yaml) {
            prop_assert!(document.root.span.end <= document.source.len());
            prop_assert!(scan(canonical(&document.root).as_bytes(), Keys::Unconfusable).is_ok());
        }
    }

    #[test]
    fn yaml_reads_json_alike(text in json_text()) {
        let json = Document::parse("any", text.clone(), Format::Json);
        let yaml = Document::parse("any", text, Format::Yaml);
        if let (Ok(json), Ok(yaml)) = (json, yaml) {
            prop_assert_eq!(canonical(&json.root), canonical(&yaml.root));
        }
    }

    #[test]
    fn decimals_are_ordered_like_integers((one, one_text) in modelled(), (other, other_text) in modelled()) {
        let decimal = |text: &str| Decimal::parse(text).expect("a spelling of an integer");
        let order = decimal(&one_text).cmp(&decimal(&other_text));
        prop_assert_eq!(order, one.cmp(&other));
        prop_assert_eq!(order == Ordering::Equal, decimal(&one_text).to_string() == decimal(&other_text).to_string());
    }
}
