//! No excerpt of a configuration shows a credential.

use super::masked;

const CONFIG: &str = "\
listen: 127.0.0.1:8787
upstreams:
  shop: { url: 'https://me:canary@shop.example/mcp', credential: canary, credentials: { buyer: canary } }
grants:
  - { id: buyer, tokens: ['canary'], servers: {} }
";

#[test]
fn credentials_are_masked_and_nothing_else() {
    let masked = masked("gateway.yaml", CONFIG).unwrap();
    assert!(!masked.contains("canary"), "{masked}");
    assert_eq!(masked.len(), CONFIG.len(), "the places of problems would shift");
    for kept in
        ["listen: 127.0.0.1:8787", "shop: { url: ***", "credentials: { buyer: ******", "id: buyer, tokens: [***"]
    {
        assert!(masked.contains(kept), "{kept} in\n{masked}");
    }
}

#[test]
fn of_what_is_no_document_nothing_is_shown() {
    assert_eq!(masked("gateway.json", "{ \"grants\": [\n \"canary\" \n"), None);
}
