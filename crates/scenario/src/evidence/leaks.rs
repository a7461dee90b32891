//! Credentials and secrets where none may be, whatever the scenario is about: in the decision log, in an inbox, upstream.

use std::collections::BTreeMap;

use floorwalker_mocks::{Received, SecretKind};

use crate::between::ours::{OWN_CREDENTIAL, agent_token, approver_token, upstream_token};
use crate::evidence::Leak;
use crate::secrets::{Needle, Undone};
use crate::world::World;

const OWN: &str = "credential of the gateway itself";

/// What proves each grant, on either side of the gateway.
pub(super) struct Credentials {
    of_grants: Vec<Credential>,
    /// What proves each of those who approve.
    of_approvers: Vec<(String, Needle)>,
    /// The credential with which the gateway itself reads catalogues.
    own: Needle,
}

struct Credential {
    grant: String,
    token: Needle,
    upstream: Needle,
}

impl Credentials {
    pub(super) fn of(world: &World) -> Self {
        let credential = |grant: &String| Credential {
            grant: grant.clone(),
            token: Needle::new(&agent_token(grant)),
            upstream: Needle::new(&upstream_token(grant)),
        };
        let of_approver = |name: &String| (name.clone(), Needle::new(&approver_token(name)));
        Self {
            of_grants: world.wiring.grants.keys().map(credential).collect(),
            of_approvers: world.wiring.approvers.iter().map(of_approver).collect(),
            own: Needle::new(OWN_CREDENTIAL),
        }
    }
}

/// No secret, not even its beginning, and no credential may be in the decision log.
pub(super) fn log_leaks(log: &str, needles: &[(SecretKind, Needle)], credentials: &Credentials) -> Vec<Leak> {
    let text = Undone::new(log.as_bytes());
    let leak = |what: String| Leak { what, place: "the decision log".to_owned() };
    let begun = needles.iter().filter(|(_, needle)| needle.begins_in(&text));
    let mut leaks: Vec<Leak> = begun.map(|(kind, _)| leak(kind.as_str().to_owned())).collect();
    for Credential { grant, token, upstream } in &credentials.of_grants {
        for (what, needle) in [("bearer token", token), ("upstream credential", upstream)] {
            if needle.is_in(&text) {
                leaks.push(leak(format!("{what} of {grant}")));
            }
        }
    }
    let shown = credentials.of_approvers.iter().filter(|(_, needle)| needle.is_in(&text));
    leaks.extend(shown.map(|(name, _)| leak(format!("token of the approver {name}"))));
    leaks.extend(credentials.own.is_in(&text).then(|| leak(OWN.to_owned())));
    leaks
}

/// No upstream credential may be in any inbox, and no bearer token in one of another grant.
pub(super) fn inbox_leaks(
    boxes: &BTreeMap<String, Vec<Undone>>,
    world: &World,
    credentials: &Credentials,
) -> Vec<Leak> {
    let mut leaks = Vec::new();
    for (name, messages) in boxes {
        let own = world.agents.get(name).and_then(|agent| agent.grant.as_ref());
        let mut check = |what: String, needle: &Needle| {
            if messages.iter().any(|message| needle.is_in(message)) {
                leaks.push(Leak { what, place: format!("the inbox of {name}") });
            }
        };
        check(OWN.to_owned(), &credentials.own);
        for (name, token) in &credentials.of_approvers {
            check(format!("token of the approver {name}"), token);
        }
        for Credential { grant, token, upstream } in &credentials.of_grants {
            check(format!("upstream credential of {grant}"), upstream);
            if own != Some(grant) {
                check(format!("bearer token of {grant}"), token);
            }
        }
    }
    leaks
}

/// No agent's token may reach a mock: not as a credential, in no other header, in no body, in no kind of message.
pub(super) fn upstream_leaks(world: &World, credentials: &Credentials) -> Vec<Leak> {
    let mut leaks = Vec::new();
    for (server, mock) in &world.wiring.mocks {
        let requests: Vec<Undone> = mock.settled().journal().received().iter().map(whole).collect();
        for Credential { grant, token, .. } in &credentials.of_grants {
            if requests.iter().any(|request| token.is_in(request)) {
                leaks.push(Leak { what: format!("bearer token of {grant}"), place: format!("what {server} received") });
            }
        }
    }
    leaks
}

fn whole(request: &Received) -> Undone {
    let headers = request.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
    let mut bytes = headers.collect::<String>().into_bytes();
    bytes.extend_from_slice(&request.bytes);
    Undone::new(&bytes)
}
