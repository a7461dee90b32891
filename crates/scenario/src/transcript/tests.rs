//! What a transcript shows, and that no secret is in it.

use floorwalker_mocks::{Secret, SecretKind};

use super::{Marks, push};

#[test]
fn secrets_are_marked_by_kind_in_the_order_in_which_they_were_minted() {
    let secret = |kind, value: &str| Secret { kind, value: value.to_owned(), about: None, minted_for: None };
    let marks = Marks::new(&[
        secret(SecretKind::CheckoutSecret, "cs-1"),
        secret(SecretKind::ApiKey, "bh_1"),
        secret(SecretKind::ApiKey, "bh_2"),
    ]);
    assert_eq!(marks.put("bh_2 cs-1 bh_1 bh_2"), "<api_key 2> <checkout_secret 1> <api_key 1> <api_key 2>");
}

#[test]
fn what_nobody_would_see_is_escaped() {
    let mut out = String::new();
    push(&mut out, "sly  shop/\u{202e}list_plans\u{200b}  unknown ");
    assert_eq!(out, "sly  shop/\\u{202e}list_plans\\u{200b}  unknown\n");
}
