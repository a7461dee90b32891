//! Exact bytes for every malformation, put as members into the envelope, into `params`, and three levels deep into
//! `arguments`.

use super::*;

/// Where members can stand in a message: what is before them and what is after.
const PLACES: [(&str, &str); 3] = [
    (r#"{"jsonrpc":"2.0",  "#, r#","method":"tools/call","params":{"name":"pay"}}"#),
    (r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"pay","#, r#","z":{}}}"#),
    (
        r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"é","arguments":{"a":[{"b":{"c":0,"#,
        r#"}}]}}}"#,
    ),
];

/// Members up to the offending byte, the rest of them, and why they are refused.
type Row = (&'static [u8], &'static [u8], ScanErrorKind);

fn unexpected(expected: &'static str, found: char) -> ScanErrorKind {
    ScanErrorKind::Unexpected { expected, found }
}

fn duplicate(key: &str) -> ScanErrorKind {
    ScanErrorKind::DuplicateKey { key: key.into() }
}

fn confusable(key: &str, sibling: &str) -> ScanErrorKind {
    ScanErrorKind::ConfusableKey { key: key.into(), sibling: sibling.into() }
}

fn control(key: &str) -> ScanErrorKind {
    ScanErrorKind::ControlInKey { key: key.into() }
}

fn private(key: &str) -> ScanErrorKind {
    ScanErrorKind::PrivateKey { key: key.into() }
}

fn encoding() -> Vec<Row> {
    vec![
        (b"\"x\":\"a", b"\xFF\"", ScanErrorKind::Encoding),
        (b"\"x\":\"a", b"\x80\"", ScanErrorKind::Encoding),
        (b"\"x\":\"overlong ", b"\xC0\xAF\"", ScanErrorKind::Encoding),
        (b"\"x\":\"overlong NUL ", b"\xC0\x80\"", ScanErrorKind::Encoding),
        (b"\"x\":\"surrogate ", b"\xED\xA0\x80\"", ScanErrorKind::Encoding),
        (b"\"x\":\"beyond Unicode ", b"\xF4\x90\x80\x80\"", ScanErrorKind::Encoding),
        (b"\"x\":\"cut off ", b"\xE2\x82\"", ScanErrorKind::Encoding),
        (b"\"", b"\xFE\":1", ScanErrorKind::Encoding),
        (b"\"x\":", b"\xEF\xBB\xBF1", unexpected("a value", '\u{FEFF}')),
        (b"", b"\xEF\xBB\xBF\"x\":1", unexpected("a key in double quotes", '\u{FEFF}')),
    ]
}

fn structure() -> Vec<Row> {
    vec![
        (b"\"x\":", b"/* no */1", unexpected("a value", '/')),
        (b"\"x\":1", b"// no\n", unexpected("`,` or `}`", '/')),
        (b"\"x\":[1", b"#\n]", unexpected("`,` or `]`", '#')),
        (b"\"x\":", b",\"y\":1", unexpected("a value", ',')),
        (b"", b",\"x\":1", unexpected("a key in double quotes", ',')),
        (b"\"x\":1,", b",\"y\":1", unexpected("a key in double quotes", ',')),
        (b"\"x\":[1,", b"]", unexpected("a value", ']')),
        (b"\"x\":[", b",1]", unexpected("a value", ',')),
        (b"\"x\":[1,", b",2]", unexpected("a value", ',')),
        (b"\"x\":[1 ", b"2]", unexpected("`,` or `]`", '2')),
        (b"\"x\":[1", b"}", unexpected("`,` or `]`", '}')),
        (b"\"x\":{\"y\":1,", b"}", unexpected("a key in double quotes", '}')),
        (b"\"x\":{\"y\":1", b"]", unexpected("`,` or `}`", ']')),
        (b"\"x\":{\"y\"", b"}", unexpected("`:`", '}')),
        (b"\"x\":{\"y\":", b"}", unexpected("a value", '}')),
        (b"\"x\"", b"=1", unexpected("`:`", '=')),
        (b"\"x\":1 ", b"\"y\":2", unexpected("`,` or `}`", '"')),
        (b"", b"x:1", unexpected("a key in double quotes", 'x')),
        (b"", b"'x':1", unexpected("a key in double quotes", '\'')),
        (b"", b"1:1", unexpected("a key in double quotes", '1')),
        (b"", b"null:1", unexpected("a key in double quotes", 'n')),
        (b"\"x\":", b"'y'", unexpected("a value", '\'')),
        (b"\"x\":", b"`y`", unexpected("a value", '`')),
        (b"\"x\":", b"\xC3\xA9", unexpected("a value", 'é')),
        (b"\"x\":", b"\0", unexpected("a value", '\0')),
        (b"\"x\":", b"\x0B1", unexpected("a value", '\x0B')),
        (b"\"x\":", b"\xC2\xA01", unexpected("a value", '\u{A0}')),
        (b"\"x\":1", b"\x0C", unexpected("`,` or `}`", '\x0C')),
    ]
}

fn words() -> Vec<Row> {
    vec![
        (b"\"x\":", b"True", unexpected("a value", 'T')),
        (b"\"x\":", b"NULL", unexpected("a value", 'N')),
        (b"\"x\":", b"NaN", unexpected("a value", 'N')),
        (b"\"x\":", b"Infinity", unexpected("a value", 'I')),
        (b"\"x\":", b"undefined", unexpected("a value", 'u')),
        (b"\"x\":t", b"ue", unexpected("true", 'u')),
        (b"\"x\":fals", b"3", unexpected("false", '3')),
        (b"\"x\":nul", b" ", unexpected("null", ' ')),
        (b"\"x\":null", b"l", unexpected("`,` or `}`", 'l')),
    ]
}

fn strings() -> Vec<Row> {
    vec![
        (b"\"x\":\"a", b"\0\"", ScanErrorKind::ControlCharacter(0)),
        (b"\"x\":\"a", b"\n\"", ScanErrorKind::ControlCharacter(b'\n')),
        (b"\"x\":\"a", b"\t\"", ScanErrorKind::ControlCharacter(b'\t')),
        (b"\"x\":\"\\n", b"\x1F\"", ScanErrorKind::ControlCharacter(0x1F)),
        (b"\"a", b"\r\":1", ScanErrorKind::ControlCharacter(b'\r')),
        (b"\"x\":\"a", b"\\x41\"", ScanErrorKind::Escape),
        (b"\"x\":\"a", b"\\'\"", ScanErrorKind::Escape),
        (b"\"x\":\"a", b"\\0\"", ScanErrorKind::Escape),
        (b"\"x\":\"a", b"\\U0041\"", ScanErrorKind::Escape),
        (b"\"x\":\"a", b"\\\n\"", ScanErrorKind::Escape),
        (b"\"x\":\"a", b"\\\xC3\xA9\"", ScanErrorKind::Escape),
        (b"\"x\":\"a", b"\\u12G4\"", ScanErrorKind::Escape),
        (b"\"x\":\"a", b"\\u+041\"", ScanErrorKind::Escape),
        (b"\"x\":\"a", b"\\u41\"", ScanErrorKind::Escape),
        (b"\"x\":\"a", b"\\u{41}\"", ScanErrorKind::Escape),
        (b"\"x\":\"\\ud83d", b"\\ude0\"", ScanErrorKind::Escape),
        (b"\"", b"\\q\":1", ScanErrorKind::Escape),
        (b"\"x\":\"a", b"\\ud800\"", ScanErrorKind::LoneSurrogate),
        (b"\"x\":\"a", b"\\uDBFFb\"", ScanErrorKind::LoneSurrogate),
        (b"\"x\":\"a", b"\\udc00\"", ScanErrorKind::LoneSurrogate),
        (b"\"x\":\"a", b"\\uDFFF\\uD800\"", ScanErrorKind::LoneSurrogate),
        (b"\"x\":\"a", b"\\ud800\\ud800\"", ScanErrorKind::LoneSurrogate),
        (b"\"x\":\"a", b"\\ud800\\u0041\"", ScanErrorKind::LoneSurrogate),
        (b"\"x\":\"a", b"\\ud800\\n\"", ScanErrorKind::LoneSurrogate),
        (b"\"x\":\"\\ud83d\\ude00", b"\\ude00\"", ScanErrorKind::LoneSurrogate),
        (b"\"", b"\\ud800\":1", ScanErrorKind::LoneSurrogate),
    ]
}

fn numbers() -> Vec<Row> {
    let grammar = || ScanErrorKind::Number(DecimalError::Grammar);
    let too_long = || ScanErrorKind::Number(DecimalError::TooLong);
    let not_finite = || ScanErrorKind::Number(DecimalError::NotFinite);
    vec![
        (b"\"x\":", b"01", grammar()),
        (b"\"x\":-", b"01", grammar()),
        (b"\"x\":", b"00", grammar()),
        (b"\"x\":", b"+1", grammar()),
        (b"\"x\":", b".5", grammar()),
        (b"\"x\":-", b".5", grammar()),
        (b"\"x\":1.", b" ", grammar()),
        (b"\"x\":1.", b"e5", grammar()),
        (b"\"x\":1.", b".2", grammar()),
        (b"\"x\":1e", b" ", grammar()),
        (b"\"x\":1e+", b" ", grammar()),
        (b"\"x\":1E", b".5", grammar()),
        (b"\"x\":-", b" 1", grammar()),
        (b"\"x\":-", b"-1", grammar()),
        (b"\"x\":-", b"Infinity", grammar()),
        (b"\"x\":0", b"x1F", unexpected("`,` or `}`", 'x')),
        (b"\"x\":1", b"_000", unexpected("`,` or `}`", '_')),
        (b"\"x\":1.2", b".3", unexpected("`,` or `}`", '.')),
        (b"\"x\":1", b"\xD9\xA1", unexpected("`,` or `}`", '\u{661}')),
        (b"\"x\":", b"1e309", not_finite()),
        (b"\"x\":", b"-1e400", not_finite()),
        (b"\"x\":", b"0.0001e313", not_finite()),
        (b"\"x\":", b"1.8e308", not_finite()),
        (b"\"x\":", b"1e1000", too_long()),
        (b"\"x\":", b"1e-1001", too_long()),
        (b"\"x\":", b"1e99999999999999999999", too_long()),
        (b"\"x\":", b"1e-99999999999999999999", too_long()),
        (b"\"x\":", b"0e99999999999999999999", too_long()),
        (b"\"x\":[1, ", b"-0.1E-1000]", too_long()),
    ]
}

fn keys() -> Vec<Row> {
    vec![
        (b"\"k\":1,", b"\"k\":1", duplicate("k")),
        (b"\"k\":1,\"l\":{\"k\":2},", b"\"k\":3", duplicate("k")),
        (b"\"k\":1,", b"\"\\u006b\":2", duplicate("k")),
        (b"\"x\":[{\"\":1,", b"\"\":2}]", duplicate("")),
        (b"\"x\":{\"\\ud83d\\ude00\":1,", b"\"\xF0\x9F\x98\x80\":2}", duplicate("😀")),
        (b"\"x\":{\"a\\nb`\":1,", b"\"a\\nb`\":2}", duplicate("a\\u{a}b\\u{60}")),
        (b"", b"\"$serde_json::private::Number\":\"1\"", private("$serde_json::private::Number")),
        (b"", b"\"$serde_json::private::RawValue\":\"1\"", private("$serde_json::private::RawValue")),
        (b"\"x\":{", b"\"\\u0024serde_json::private::Number\":\"1\"}", private("$serde_json::private::Number")),
    ]
}

fn confusables() -> Vec<Row> {
    vec![
        (b"\"k\":1,", b"\"K\":1", confusable("K", "k")),
        (b"\"Amount\":1,\"y\":0,", b"\"aMOUNT\":2", confusable("aMOUNT", "Amount")),
        (b"\"k\":1,", b"\"k \":2", confusable("k ", "k")),
        (b"\"k\":1,", b"\"k\\u0000\":2", confusable("k\\u{0}", "k")),
        (b"\"k\":1,", b"\"\\u200bk\":2", confusable("\\u{200b}k", "k")),
        (b"\"k\":1,", b"\"\\u212a\":2", confusable("\u{212a}", "k")),
        (b"\"tool\":\"whoami\",", b"\"tool\\u0000x\":\"pay\"", control("tool\\u{0}x")),
        (b"", b"\"\\u0000\":1", control("\\u{0}")),
        (b"\"x\":[{", b"\"\x7F\":1}]", control("\\u{7f}")),
        (b"\"x\":{\"\xC3\xA9\":1,", b"\"a\\u0085b\":{}}", control("a\\u{85}b")),
        (b"\"x\":[{\"\xC5\xBF\":1,", b"\"s\":2}]", confusable("s", "ſ")),
        (b"\"x\":{\"\\u00e9\":1,", b"\"e\\u0301\":2}", confusable("e\u{301}", "é")),
    ]
}

fn place(before: &str, (good, bad, _): &Row, after: &str) -> (Vec<u8>, usize) {
    let bytes = [before.as_bytes(), good, bad, after.as_bytes()].concat();
    (bytes, before.len() + good.len())
}

fn check(rows: &[Row], keys: Keys) {
    for row in rows {
        for (before, after) in PLACES {
            let (bytes, offset) = place(before, row, after);
            let expected = ScanError { kind: row.2.clone(), offset };
            assert_eq!(refused(&bytes, keys), expected, "{}", String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn malformations_are_refused_in_every_place() {
    for rows in [encoding(), structure(), words(), strings(), numbers(), self::keys()] {
        check(&rows, Keys::Unconfusable);
        check(&rows, Keys::Distinct);
    }
}

#[test]
fn keys_that_can_be_misread_are_refused_only_from_clients() {
    check(&confusables(), Keys::Unconfusable);
    for row in confusables() {
        for (before, after) in PLACES {
            assert!(scan(&place(before, &row, after).0, Keys::Distinct).is_ok());
        }
    }
}

#[test]
fn the_places_themselves_are_accepted() {
    for (before, after) in PLACES {
        accepted(&format!(r#"{before}"x":1{after}"#));
    }
}

#[test]
fn a_message_cut_short_anywhere_ends_unexpectedly() {
    for (before, after) in PLACES {
        let whole = format!(r#"{before}"x":["\"\\\u00e9\ud83d\ude00",-1.5e+3,true,false,null,{{}}]{after}"#);
        accepted(&whole);
        for end in 0..whole.len() {
            let cut = &whole.as_bytes()[..end];
            let error = refused(cut, Keys::Unconfusable);
            match error.kind {
                // The character `é` and the pair `\ud83d\ude00` are broken when they are cut in their middle.
                ScanErrorKind::Encoding => assert!(std::str::from_utf8(cut).is_err()),
                ScanErrorKind::LoneSurrogate => {
                    assert!(cut.ends_with(b"\\ud83d") || cut.ends_with(b"\\ud83d\\"))
                }
                kind => assert_eq!((kind, error.offset), (ScanErrorKind::End, end)),
            }
        }
    }
}

#[test]
fn around_the_message() {
    let message = br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    for after in ["x", ",", "{}", "\"", "\0", "//", "\u{FEFF}", "1", "]"] {
        let bytes = [message, b"\n ".as_slice(), after.as_bytes()].concat();
        let expected = ScanError { kind: ScanErrorKind::Trailing, offset: message.len() + 2 };
        assert_eq!(refused(&bytes, Keys::Unconfusable), expected);
    }
    let with_mark = [b"\xEF\xBB\xBF".as_slice(), message].concat();
    let expected = ScanError { kind: ScanErrorKind::ByteOrderMark, offset: 0 };
    assert_eq!(refused(&with_mark, Keys::Unconfusable), expected);
    let wide: Vec<u8> = String::from_utf8_lossy(message).encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(refused(&wide, Keys::Unconfusable).offset, 1);
    for nothing in ["", " ", "\r\n\t"] {
        let expected = ScanError { kind: ScanErrorKind::End, offset: nothing.len() };
        assert_eq!(refused(nothing.as_bytes(), Keys::Unconfusable), expected);
    }
}
