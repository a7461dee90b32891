//! No secret is shown, however it is written.

use std::time::Duration;

use floorwalker_json::{Document, Format};
use floorwalker_policy::{GrantId, ServerName};

use super::{
    super::sequence::{Sequence, Unsaid},
    *,
};

const PROFILE: &str = include_str!("../../../../../profiles/borealhost.yaml");
const KEY: &str = "bh_0123456789abcdef0123456789abcdef0123456789abcdef";

#[test]
fn secrets_are_shown_nowhere() {
    let profile = Profile::load(&Document::parse("p", PROFILE, Format::Yaml).unwrap()).unwrap();
    let source = r#"[{"tool":"t","arguments":{"checkout_secret":"a \"quoted\" one","x":1}},
        {"tool":"t","reply":{"content":[{"type":"text","text":"{\"checkout_secret\":\"of a reply\"}"}]}}]"#;
    let unsaid = Unsaid {
        grant: GrantId::new("agent").unwrap(),
        server: ServerName::new("server").unwrap(),
        repeat: 1,
        every: Duration::ZERO,
    };
    let mut sequence = Sequence::default();
    assert!(sequence.read(&Document::parse("c", source, Format::Json).unwrap(), &unsaid).is_empty());
    let veil = Veil::over(Some(&profile), sequence.calls.iter());
    assert_eq!(veil.arguments(&sequence.calls[0]), r#"{"checkout_secret":"(secret)","x":1}"#);
    assert_eq!(veil.line(r#"saw a "quoted" one"#), "saw (secret)");
    assert_eq!(veil.line("it was of a reply, twice: of a reply"), "it was (secret), twice: (secret)");
    assert_eq!(veil.line(&format!("a key {KEY} in words")), "(secret)");
    assert_eq!(veil.line("nothing to hide"), "nothing to hide");
}

#[test]
fn nothing_breaks_or_reverses_a_line() {
    let veil = Veil::over(None, [].iter());
    assert_eq!(veil.line("a\nb\u{202e}c\u{200b}\u{1b}[31m"), "a\\u{a}b\\u{202e}c\\u{200b}\\u{1b}[31m");
    assert_eq!(veil.short(&"é".repeat(301)), "é".repeat(300) + "…");
    assert_eq!(veil.short(&"é".repeat(300)), "é".repeat(300));
}
