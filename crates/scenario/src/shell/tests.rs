//! What a shell would read otherwise is quoted, and nothing else.

use super::shell_word;

#[test]
fn only_what_needs_it_is_quoted() {
    for (word, expected) in [
        ("scenarios/a-b_c.yaml", "scenarios/a-b_c.yaml"),
        ("stand-in:deny-all", "stand-in:deny-all"),
        ("", "''"),
        ("my shop", "'my shop'"),
        ("$(id);*", "'$(id);*'"),
        ("~/it's", r"'~/it'\''s'"),
        ("läden", "'läden'"),
    ] {
        assert_eq!(shell_word(word), expected, "{word}");
    }
}
