//! The upstreams of the configuration, and what each is shown as a credential.

use std::collections::BTreeMap;
use std::sync::Arc;

use floorwalker_json::{Fields, Member, Node, Problem, shown};
use floorwalker_policy::{GrantId, ServerName, Warning, WarningCode};
use http::HeaderValue;

use crate::config::grants::Names;
use crate::config::reading::Reading;
use crate::gate::{Credentials, Server};
use crate::ports::Upstream;
use crate::upstream::HttpUpstream;

impl Reading<'_> {
    pub(super) fn servers(&mut self, node: &Node<'_>, names: &Names) -> Vec<Server> {
        let members = self.members(node, "`upstreams`");
        members.filter_map(|member| self.server(member, names)).collect()
    }

    /// The members of a map; of anything else, none.
    pub(super) fn members<'n, 's>(
        &mut self,
        node: &'n Node<'s>,
        what: &'static str,
    ) -> impl Iterator<Item = &'n Member<'s>> + use<'n, 's> {
        if node.as_object().is_none() {
            self.complain(node, format!("{what} must be a map, but here is {}", node.kind()), "write `name: …` lines");
        }
        node.as_object().into_iter().flatten()
    }

    fn server(&mut self, member: &Member<'_>, names: &Names) -> Option<Server> {
        let name = self.server_name(member);
        let mut fields = Fields::of(&member.value, "an upstream", &mut self.problems);
        let upstream = fields.required("url", &mut self.problems).and_then(|node| self.url(node));
        let profile = fields.optional("profile").and_then(|node| self.profile(node));
        let own = fields.optional("credential").and_then(|node| self.credential(node));
        let per_grant = fields.optional("credentials").map(|node| self.credentials(node, names));
        fields.finish(&mut self.problems);
        if member.value.get("profile").is_none() {
            let says = format!(
                "upstream `{}` has no `profile`: owners, poll pace and one-time secrets are not watched",
                shown(&member.key)
            );
            let help = "name its checkout profile if it sells something";
            self.oddities.push(Warning::new(WarningCode::NoProfile, member.key_span, says, help));
        }
        let credentials = Credentials { own, per_grant: per_grant.unwrap_or_default() };
        let (name, (url, upstream)) = (name?, upstream?);
        self.ways.insert(name.clone(), url, Arc::clone(&upstream));
        Some(Server { name, upstream, profile, credentials })
    }

    /// The name becomes a part of the path, so it is spelt in one way only.
    fn server_name(&mut self, member: &Member<'_>) -> Option<ServerName> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let name = ServerName::new(&member.key).ok().filter(|name| name.as_str().bytes().all(plain));
        if name.is_none() {
            let says = format!("`{}` is no name for an upstream", shown(&member.key));
            let help = "use letters, digits, `-` and `_`: it becomes a part of the path";
            self.problems.push(Problem::new(member.key_span, says).with_help(help));
        }
        name
    }

    /// A URL and the way there.
    fn url<'n>(&mut self, node: &'n Node<'_>) -> Option<(&'n str, Arc<dyn Upstream>)> {
        let help = "write it like `https://host/mcp`";
        let url = self.text(node, "`url`", help)?;
        match HttpUpstream::new(url) {
            Ok(upstream) => Some((url, Arc::new(upstream))),
            Err(error) => {
                let says = format!("the `url` `{}` is not acceptable: {error}", shown(&without_secrets(url)));
                self.complain(node, says, help);
                None
            }
        }
    }

    fn credentials(&mut self, node: &Node<'_>, names: &Names) -> BTreeMap<GrantId, Option<HeaderValue>> {
        let mut credentials = BTreeMap::new();
        for member in self.members(node, "`credentials`") {
            let credential = self.credential(&member.value);
            match names.grants.get(&*member.key) {
                // Also nothing is kept: it says that this grant's calls show none, not even the gateway's own.
                Some(grant) => {
                    credentials.insert(grant.clone(), credential);
                }
                None => {
                    let known = names.grants.keys().map(String::as_str);
                    self.complain_unknown(member.key_span, "grant", &member.key, known);
                }
            }
        }
        credentials
    }

    /// A token from the environment or a file; nothing for `none`, and for what is complained about, with which nothing
    /// is loaded.
    fn credential(&mut self, node: &Node<'_>) -> Option<HeaderValue> {
        if node.as_str() == Some("none") {
            return None;
        }
        if node.as_object().is_none() {
            // What stands there may be the credential itself.
            let says = String::from("a credential does not stand in the configuration");
            self.complain(node, says, "write `{ env: VARIABLE }`, `{ file: path }` or `none`");
            return None;
        }
        let mut fields = Fields::of(node, "a credential", &mut self.problems);
        let (variable, file) = (fields.optional("env"), fields.optional("file"));
        fields.finish(&mut self.problems);
        let token = match (variable, file) {
            (Some(variable), None) => self.variable(variable),
            (None, Some(file)) => self.token_file(file),
            _ => {
                let says = String::from("a credential has either `env` or `file`");
                self.complain(node, says, "keep one of them");
                None
            }
        };
        self.bearer(node, &token?)
    }

    fn variable(&mut self, node: &Node<'_>) -> Option<String> {
        let name = self.text(node, "`env`", "write the name of a variable, like `SHOP_TOKEN`")?;
        let value = (self.sources.env)(name);
        if value.is_none() {
            self.complain(node, format!("the variable `{}` is not set", shown(name)), "set it before the start");
        }
        value
    }

    fn token_file(&mut self, node: &Node<'_>) -> Option<String> {
        let name = self.text(node, "`file`", "write a path, like `shop.token`")?;
        let path = self.resolved(name);
        self.file(node, &path)
    }

    fn bearer(&mut self, node: &Node<'_>, token: &str) -> Option<HeaderValue> {
        let token = token.trim_end_matches(['\r', '\n']);
        let plain = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        let value = HeaderValue::try_from(format!("Bearer {token}")).ok().filter(|_| plain);
        let Some(mut value) = value else {
            let says = String::from("the credential is empty or holds what a header cannot carry");
            self.complain(node, says, "store the bare token, without `Bearer` and without blanks");
            return None;
        };
        value.set_sensitive(true);
        Some(value)
    }
}

/// What of a URL may be repeated: no user, no password and no query. Where it cannot be read, rather too little is left.
fn without_secrets(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    if scheme.is_empty() { rest.to_owned() } else { format!("{scheme}://{rest}") }
}
