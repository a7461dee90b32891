//! What kind of document it is shows in its keys.

use floorwalker_json::{Document, Format};

use super::{Kind, kind_of};

fn kind(source: &str) -> Option<Kind> {
    kind_of(&Document::parse("document", source, Format::Yaml).unwrap())
}

#[test]
fn the_keys_tell() {
    assert_eq!(kind("{ version: '1', default: deny }"), Some(Kind::Policy));
    assert_eq!(kind("{ version: '1', tools: {} }"), Some(Kind::Policy));
    assert_eq!(kind("{ version: 1, profile: shop, tools: {} }"), Some(Kind::Profile));
    assert_eq!(kind("{ version: 1, scenario: A theft, policy: x }"), Some(Kind::Scenario));
    assert_eq!(kind("{ upstreams: {}, grants: [] }"), Some(Kind::Config));
}

#[test]
fn what_tells_nothing_is_not_guessed() {
    assert_eq!(kind("{ version: 1 }"), None);
    assert_eq!(kind("[1, 2]"), None);
}
