//! `approvals` of the configuration: where people answer, and who they are.
//!
//! INVARIANT: no token proves a grant and an approver, and no name is both, so that nobody approves what they asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use floorwalker_json::{Fields, Node, shown};
use floorwalker_policy::{ApproverId, Approvers, Policy};

use crate::config::grants::{Names, Tokens};
use crate::config::reading::Reading;
use crate::grants::TokenDigest;

const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8788);

/// Where people answer, and by which tokens they are known.
#[derive(Debug)]
pub struct Approvals {
    /// Where to listen.
    pub listen: SocketAddr,
    pub(super) tokens: BTreeMap<String, (TokenDigest, ApproverId)>,
}

impl Approvals {
    fn has(&self, approvers: &Approvers) -> bool {
        self.tokens.values().any(|(_, approver)| approvers.has(approver))
    }
}

impl Reading<'_> {
    /// Reads `approvals`; `tokens` and `names` are those of the grants.
    pub(super) fn approvals(&mut self, node: &Node<'_>, tokens: &Tokens, names: &Names) -> Approvals {
        let mut fields = Fields::of(node, "`approvals`", &mut self.problems);
        let listen = fields.optional("listen").and_then(|node| self.listen(node)).unwrap_or(LISTEN);
        let approvers = fields.required("approvers", &mut self.problems);
        fields.finish(&mut self.problems);
        let mut approvals = Approvals { listen, tokens: BTreeMap::new() };
        let mut seen = BTreeSet::new();
        for element in approvers.map_or(&[][..], |node| self.list(node, "`approvers`")) {
            self.approver(element, names, &mut seen, (tokens, &mut approvals));
        }
        approvals
    }

    fn approver(
        &mut self,
        node: &Node<'_>,
        names: &Names,
        seen: &mut BTreeSet<ApproverId>,
        (of_grants, approvals): (&Tokens, &mut Approvals),
    ) {
        let mut fields = Fields::of(node, "an approver", &mut self.problems);
        let id = fields.required("id", &mut self.problems).and_then(|node| self.approver_id(node, names, seen));
        let digests = fields.required("tokens", &mut self.problems);
        let digests = digests.map_or_else(Vec::new, |node| self.digests(node));
        fields.finish(&mut self.problems);
        let Some(id) = id else { return };
        for (place, digest) in digests {
            let hex = digest.to_string();
            if of_grants.contains_key(&hex) {
                self.complain(
                    place,
                    "this token is also one of a grant".to_owned(),
                    "give approvers tokens of their own",
                );
            } else if let Some((_, other)) = approvals.tokens.insert(hex, (digest, id.clone())) {
                let says = format!("this token is also one of the approver `{}`", shown(other.as_str()));
                self.complain(place, says, "a token proves one approver; give each their own");
            }
        }
    }

    fn approver_id(&mut self, node: &Node<'_>, names: &Names, seen: &mut BTreeSet<ApproverId>) -> Option<ApproverId> {
        let text = self.text(node, "`id`", "write a name, like `hana`")?;
        let id = match ApproverId::new(text) {
            Ok(id) => id,
            Err(error) => {
                self.complain(node, format!("`{}` is no approver's name", shown(text)), error.to_string());
                return None;
            }
        };
        if names.grants.contains_key(text) {
            let says = format!("`{}` is a grant and an approver", shown(text));
            self.complain(node, says, "nobody approves what they ask for; give one of them another name");
        }
        if !seen.insert(id.clone()) {
            let says = format!("there are two approvers `{}`", shown(text));
            self.complain(node, says, "put all tokens of an approver into one list");
        }
        Some(id)
    }

    /// A policy that asks where nobody could answer denies without saying so.
    pub(super) fn check_asks(&mut self, root: &Node<'_>, tokens: &Tokens, approvals: Option<&Approvals>) {
        let policies = tokens.values().flat_map(|(_, grant)| grant.servers.values().flatten());
        let unanswered: BTreeSet<String> = policies
            .flat_map(|policy: &std::sync::Arc<Policy>| policy.asks())
            .filter(|(_, approvers)| !approvals.is_some_and(|approvals| approvals.has(approvers)))
            .map(|(rule, _)| rule.to_string())
            .collect();
        let place = root.get("approvals").unwrap_or(root);
        for rule in unanswered {
            let says = format!("the rule `{}` asks for approval, and nobody here could give it", shown(&rule));
            self.complain(place, says, "add `approvals` with an approver whom the policy names, and their tokens");
        }
    }
}
