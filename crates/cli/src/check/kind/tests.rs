//! What kind of document it is shows in its keys.

use floorwalker_json::{Document, Format};

use super::{Kind, of_keys};

fn kind(source: &str) -> Option<Kind> {
    of_keys(&Document::parse("document", source, Format::Yaml).unwrap())
}

#[test]
fn the_keys_tell() {
    assert_eq!(kind("{ version: '1', default: deny }"), Some(Kind::Policy));
    assert_eq!(kind("{ version: '1', tools: {} }"), Some(Kind::Policy));
    assert_eq!(kind("{ version: 1, profile: shop, tools: {} }"), Some(Kind::Profile));
    assert_eq!(kind("{ version: 1, scenario: A theft, policy: x }"), Some(Kind::Scenario));
    assert_eq!(kind("{ upstreams: {}, grants: [] }"), Some(Kind::Config));
    assert_eq!(kind("{ version: 1, gateway: theirs, run: [x] }"), Some(Kind::Gateway));
    assert_eq!(kind("{ version: 1, replies: {} }"), Some(Kind::Replies));
    assert_eq!(kind("{ tools: [] }"), Some(Kind::Tools));
    assert_eq!(kind("{ jsonrpc: '2.0', id: 1, result: { tools: [] } }"), Some(Kind::Tools));
}

#[test]
fn what_tells_nothing_is_not_guessed() {
    assert_eq!(kind("{ version: 1 }"), None);
    assert_eq!(kind("[1, 2]"), None);
}
