//! Lines and columns.

use super::*;

#[test]
fn places_count_from_one_in_characters() {
    let source = "é: 1\r\n\n  日本: x";
    let place = |text: &str| {
        let start = source.find(text).unwrap_or(source.len());
        Span::new(start, start + text.len()).place(source).to_string()
    };
    assert_eq!(
        (place("é"), place("1"), place("本"), place("x")),
        ("1:1".into(), "1:4".into(), "3:4".into(), "3:7".into())
    );
    assert_eq!(Span::new(source.len(), source.len()).place(source), Place { line: 3, column: 8 });
    assert_eq!(Span::new(900, 901).place("a\nb").line, 2);
    assert_eq!(Span::new(900, 901).text(source), "");
}
