//! What a transcript shows, and that no secret is in it.

use floorwalker_mocks::{Secret, SecretKind};

use super::Marks;

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
