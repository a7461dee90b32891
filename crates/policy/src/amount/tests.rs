//! Which numbers are amounts, and that none changes on its way.

use proptest::prelude::*;

use crate::Amount;

#[test]
fn amounts_are_exact_and_bounded() {
    let cases = [
        ("0", Some("0")),
        ("-0", Some("0")),
        ("1e2", Some("100")),
        ("99.50", Some("99.5")),
        ("0.000000001", Some("0.000000001")),
        ("0.0000000010", Some("0.000000001")),
        ("18446744073709551615", Some("18446744073709551615")),
        ("0.0000000001", None),
        ("18446744073709551615.000000001", None),
        ("18446744073709551616", None),
        ("1e300", None),
        ("-1", None),
        ("-0.5", None),
        ("\"1\"", None),
    ];
    for (text, expect) in cases {
        assert_eq!(Amount::parse(text).map(|amount| amount.to_string()).as_deref(), expect, "{text}");
    }
}

#[test]
fn the_largest_amount_below_another_is_a_billionth_less() {
    assert_eq!(Amount::whole(3).just_below().unwrap().to_string(), "2.999999999");
    assert_eq!(Amount::whole(0).just_below(), None);
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(whole: u32, rest in 0_u32..1_000_000_000) {
        let amount = Amount::parse(&format!("{whole}.{rest:09}")).unwrap();
        prop_assert_eq!(Amount::parse(&amount.to_string()), Some(amount));
        prop_assert_eq!(amount.saturating_sub(Amount::whole(whole.into())).saturating_add(Amount::whole(whole.into())), amount);
    }
}

#[test]
fn what_many_calls_take_is_exact_and_never_wraps() {
    let taken = |amount: &str, calls| Amount::parse(amount).unwrap().saturating_mul(calls);
    assert_eq!(taken("0.1", 3), Amount::parse("0.3").unwrap());
    assert_eq!(taken("2.5", 0), Amount::default());
    assert!(taken("18446744073709551615", u64::MAX) > taken("18446744073709551615", 1));
}
