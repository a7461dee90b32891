//! The grants of the configuration: who may call which server under which policy.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use floorwalker_json::{Fields, Node, shown};
use floorwalker_policy::{GrantId, Policy, ServerName};

use crate::config::reading::Reading;
use crate::grants::{Grant, TokenDigest};

/// The names that may be used, collected before anything that uses them is read.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) grants: BTreeMap<String, GrantId>,
    servers: BTreeSet<String>,
}

/// Tokens by their digest in hex, and what they prove.
pub(super) type Tokens = BTreeMap<String, (TokenDigest, Arc<Grant>)>;

type Servers = BTreeMap<ServerName, Option<Arc<Policy>>>;

impl Reading<'_> {
    pub(super) fn names(&mut self, upstreams: Option<&Node<'_>>, grants: Option<&Node<'_>>) -> Names {
        let mut names = Names::default();
        for member in upstreams.and_then(Node::as_object).into_iter().flatten() {
            names.servers.insert(member.key.clone().into_owned());
        }
        for node in grants.and_then(Node::as_array).unwrap_or_default() {
            let Some(id) = node.get("id").and_then(Node::as_str) else { continue };
            if let Ok(grant) = GrantId::new(id) {
                names.grants.insert(id.to_owned(), grant);
            }
        }
        names
    }

    pub(super) fn tokens(&mut self, node: &Node<'_>, names: &Names) -> Tokens {
        let mut tokens = Tokens::new();
        let mut seen = BTreeSet::new();
        for element in self.list(node, "`grants`") {
            self.grant(element, names, &mut seen, &mut tokens);
        }
        tokens
    }

    fn grant(&mut self, node: &Node<'_>, names: &Names, seen: &mut BTreeSet<GrantId>, tokens: &mut Tokens) {
        let mut fields = Fields::of(node, "a grant", &mut self.problems);
        let id = fields.required("id", &mut self.problems).and_then(|node| self.grant_id(node, seen));
        let digests = fields.required("tokens", &mut self.problems);
        let digests = digests.map_or_else(Vec::new, |node| self.digests(node));
        let servers = fields.required("servers", &mut self.problems);
        let servers = servers.map_or_else(Servers::new, |node| self.granted(node, names));
        fields.finish(&mut self.problems);
        let Some(id) = id else { return };
        let grant = Arc::new(Grant { id, servers });
        for (place, digest) in digests {
            if let Some((_, other)) = tokens.insert(digest.to_string(), (digest, Arc::clone(&grant))) {
                let says = format!("this token is also one of the grant `{}`", shown(other.id.as_str()));
                self.complain(place, says, "a token proves one grant; give each its own");
            }
        }
    }

    fn grant_id(&mut self, node: &Node<'_>, seen: &mut BTreeSet<GrantId>) -> Option<GrantId> {
        let text = self.text(node, "`id`", "write a name, like `buyer`")?;
        let id = match GrantId::new(text) {
            Ok(id) => id,
            Err(error) => {
                self.complain(node, format!("`{}` is no grant's name", shown(text)), error.to_string());
                return None;
            }
        };
        if !seen.insert(id.clone()) {
            let says = format!("there are two grants `{}`", shown(text));
            self.complain(node, says, "put all tokens of a grant into one list");
        }
        Some(id)
    }

    /// The digests with their places.
    pub(super) fn digests<'n, 's>(&mut self, node: &'n Node<'s>) -> Vec<(&'n Node<'s>, TokenDigest)> {
        let elements = self.list(node, "`tokens`");
        if elements.is_empty() && node.as_array().is_some() {
            self.complain(node, String::from("`tokens` is empty"), "without a token nobody can use the grant");
        }
        elements.iter().filter_map(|element| Some((element, self.digest(element)?))).collect()
    }

    fn digest(&mut self, node: &Node<'_>) -> Option<TokenDigest> {
        let digest = node.as_str().and_then(TokenDigest::from_hex);
        if digest.is_none() {
            // What stands there may be the token itself, so it is not repeated.
            let says = String::from("this is not the digest of a token");
            let help = "write the token's SHA-256 in 64 hex digits, in quotes, and never the token itself";
            self.complain(node, says, help);
        }
        digest
    }

    fn granted(&mut self, node: &Node<'_>, names: &Names) -> Servers {
        let mut servers = Servers::new();
        for member in self.members(node, "`servers`") {
            let mut fields = Fields::of(&member.value, "a grant's server", &mut self.problems);
            let policy = fields.optional("policy").and_then(|node| self.policy(node, &member.key));
            fields.finish(&mut self.problems);
            if !names.servers.contains(&*member.key) {
                let known = names.servers.iter().map(String::as_str);
                self.complain_unknown(member.key_span, "upstream", &member.key, known);
            } else if let Ok(name) = ServerName::new(&member.key) {
                servers.insert(name, policy);
            }
        }
        servers
    }
}
