//! Who is a stranger to a secret.

use std::collections::BTreeSet;

use super::strangers;

#[test]
fn a_holder_is_a_stranger_outside_the_set_of_owners_only() {
    let grant = |agent: &str| match agent {
        "ada" => Some("grant-a"),
        "bob" => Some("grant-b"),
        "eve" => Some("grant-e"),
        _ => None,
    };
    let holders = [("ada", 2), ("bob", 1), ("eve", 3), ("nobody", 1)];
    let told_by_both = BTreeSet::from(["grant-a", "grant-b"]);
    assert_eq!(strangers(&told_by_both, &holders, grant), [("eve", 3), ("nobody", 1)]);
    assert_eq!(strangers(&BTreeSet::from(["grant-a"]), &holders, grant), [("bob", 1), ("eve", 3), ("nobody", 1)]);
}
