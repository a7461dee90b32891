//! Value, order and spelling of decimals.

use super::*;

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).expect(text)
}

/// Every row holds spellings of one value, the canonical one first; the rows ascend.
const VALUES: [&[&str]; 22] = [
    &["-100.5", "-1005e-1", "-1.005E2"],
    &["-100", "-1e2", "-100.00"],
    &["-10", "-1e+1"],
    &["-1.5", "-15e-1"],
    &["-1", "-1.0"],
    &["-0.05", "-5e-2"],
    &["-0.005"],
    &["0", "-0", "0.000", "-0.0e0", "0e5", "0E-7"],
    &["0.00000000000000000000000000001", "1e-29"],
    &["0.05", "5e-2", "0.5e-1", "0.050", "50e-3"],
    &["0.1", "1e-1"],
    &["0.1000000000000000055511151231257827"],
    &["0.3", "3e-1"],
    &["0.30000000000000004"],
    &["1", "1.0", "10e-1", "0.001e3"],
    &["2", "2.000"],
    &["10", "1e1", "1E+01"],
    &["12.34", "1234e-2"],
    &["100", "1e2", "100.0", "10e1"],
    &["9007199254740992"],
    &["9007199254740993", "9007199254740993.0", "9007199254740.993e3"],
    &["100000000000000000000000000000", "1e29"],
];

#[test]
fn order_equality_and_spelling_go_by_value() {
    for (row, spellings) in VALUES.iter().enumerate() {
        for spelling in *spellings {
            assert_eq!(decimal(spelling).to_string(), spellings[0]);
            for (other_row, other) in
                VALUES.iter().enumerate().flat_map(|(row, all)| all.iter().map(move |one| (row, one)))
            {
                assert_eq!(decimal(spelling).cmp(&decimal(other)), row.cmp(&other_row), "{spelling} {other}");
                assert_eq!(decimal(spelling) == decimal(other), row == other_row, "{spelling} {other}");
            }
        }
    }
}

#[test]
fn what_a_decimal_is() {
    for (text, negative, integer, whole) in [
        ("0", false, true, Some(0)),
        ("-0", false, true, Some(0)),
        ("1e2", false, true, Some(100)),
        ("100.0", false, true, Some(100)),
        ("0.5", false, false, None),
        ("10.5", false, false, None),
        ("-1", true, true, None),
        ("-0.5", true, false, None),
        ("18446744073709551615", false, true, Some(u64::MAX)),
        ("18446744073709551616", false, true, None),
        ("99999999999999999999", false, true, None),
        ("1e300", false, true, None),
        ("1e-300", false, false, None),
    ] {
        let decimal = decimal(text);
        assert_eq!(
            (decimal.is_negative(), decimal.is_integer(), decimal.to_u64()),
            (negative, integer, whole),
            "{text}"
        );
    }
}

#[test]
fn whole_numbers_become_decimals() {
    for value in [0, 1, 10, 100, 101, u64::MAX] {
        assert_eq!(Decimal::from(value), decimal(&value.to_string()));
        assert_eq!(Decimal::from(value).to_u64(), Some(value));
    }
}

#[test]
fn the_longest_decimals_print_and_parse() {
    for text in ["1e-1000", "-1.7e308", "5e-324", "123456789e-1000"] {
        let printed = decimal(text).to_string();
        assert!(!printed.contains(['e', 'E']));
        assert_eq!(decimal(&printed), decimal(text));
    }
    assert_eq!(decimal("1e-1000").to_string().len(), "0.".len() + 1000);
}

#[test]
fn what_is_no_decimal() {
    let grammar =
        ["", " ", "-", "+1", "01", "-01", ".5", "1.", "1.e1", "1e", "1e+", "0x1", "1 ", " 1", "1_0", "NaN", "1,5", "١"];
    for text in grammar {
        assert_eq!(Decimal::parse(text), Err(DecimalError::Grammar), "{text:?}");
    }
    for text in ["1e309", "-1e400", "1.7976931348623159e308"] {
        assert_eq!(Decimal::parse(text), Err(DecimalError::NotFinite), "{text}");
    }
    for text in ["1e1000", "1e-1001", "0e1001", "1e99999999999999999999", "1e-99999999999999999999"] {
        assert_eq!(Decimal::parse(text), Err(DecimalError::TooLong), "{text}");
    }
}
