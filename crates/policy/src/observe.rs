//! A reply becomes a plan, before anybody gets the reply: whose the new checkout is, how far one got, and which one-time
//! secrets are in it.
//!
//! Secrets are looked for in texts, in JSON inside texts, and in base64, hex and percent-encoding of these. Not found is a
//! secret that is encoded twice, encrypted or compressed, spelled in parts, or in fewer than 24 encoded characters; one
//! without a pattern in JSON that the strict scanner refuses; and anything in JSON that comes in a text after 16 beginnings
//! that turned out to be none, or stands in JSON in text more than four deep. Where a kind has a pattern, what stands at
//! its places and is not text is searched with the pattern only.
//!
//! INVARIANT: what is planned here holds digests of secrets, never the secrets.

use floorwalker_json::{DigestKey, Node};

use crate::{
    Call, Change, CheckoutKey, GrantId, Handle, Plan, Profile,
    decide::handle,
    names,
    profile::{Role, Step},
};

mod embedded;
mod encoded;
mod reply;
mod secrets;

/// What a reply tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observation {
    /// What it does to the state before anybody gets the reply.
    pub plan: Plan,
    /// The checkout it is about, so that a withheld reply can name it.
    pub handle: Option<Handle>,
}

/// Why a reply could not be read where the profile must read it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The reply to a create shows no checkout id where the profile says one is.
    #[error("the reply shows no checkout id at `{0}`")]
    NoHandle(String),
    /// The reply to a poll or a completion shows no status where the profile says one is.
    #[error("the reply shows no checkout status at `{0}`")]
    NoStatus(String),
    /// The reply shows another checkout's id than the call named.
    #[error("the reply is about another checkout than the call: the ids differ at `{0}`")]
    OtherCheckout(String),
    /// A place of one-time secrets holds something that is neither text nor nothing, and no pattern says what to look for
    /// in it.
    #[error("the reply shows something other than text at `{0}`, where a one-time secret belongs")]
    OddSecret(String),
}

/// Reads the reply to an allowed call: `result` is the `result` member of its JSON-RPC reply.
///
/// # Errors
/// The reply cannot be read where the profile must read it; nobody may get it then.
pub fn observe(
    profile: &Profile,
    key: &DigestKey,
    call: &Call<'_>,
    result: &Node<'_>,
) -> Result<Observation, Unreadable> {
    let mut seen = match profile.role(call.tool) {
        Some(role) => checkout(profile, call, role, result)?,
        None => Observation::default(),
    };
    seen.plan.changes.extend(secrets::deliveries(profile, key, call.grant, result)?);
    Ok(seen)
}

/// Reads a message that is no tool's result, such as a notification or an error: only secrets count there.
///
/// # Errors
/// The message cannot be read where the profile must read it; nobody may get it then.
pub fn observe_unasked(
    profile: &Profile,
    key: &DigestKey,
    grant: &GrantId,
    message: &Node<'_>,
) -> Result<Plan, Unreadable> {
    secrets::deliveries(profile, key, grant, message).map(|changes| Plan { changes })
}

fn checkout(profile: &Profile, call: &Call<'_>, role: &Role, result: &Node<'_>) -> Result<Observation, Unreadable> {
    let named = match role {
        Role::Create => None,
        Role::On { id, .. } => handle(call, id),
    };
    if !reply::succeeded(result) {
        return Ok(Observation { plan: Plan::default(), handle: named });
    }
    let shape = profile.reply();
    let object = reply::object(shape, result);
    let shown = object.as_deref().and_then(|object| shape.id.find(object));
    let handle = match role {
        Role::Create => shown.and_then(Node::as_str).and_then(|text| Handle::new(text).ok()),
        Role::On { .. } if shown.is_some_and(|shown| shown.as_str() != named.as_ref().map(Handle::as_str)) => {
            return Err(Unreadable::OtherCheckout(shape.id.to_string()));
        }
        Role::On { .. } => named,
    };
    let handle = handle.ok_or_else(|| Unreadable::NoHandle(shape.id.to_string()))?;
    let status = object.as_deref().and_then(|object| shape.status.find(object)).and_then(Node::as_str);
    let status = status.filter(|status| names::check(status).is_ok());
    if status.is_none() && matches!(role, Role::On { step: Step::Poll | Step::Complete, .. }) {
        return Err(Unreadable::NoStatus(shape.status.to_string()));
    }
    let terminal = status.is_some_and(|status| shape.terminal.contains(status));
    Ok(Observation { plan: moved(call, role, &handle, status, terminal), handle: Some(handle) })
}

fn moved(call: &Call<'_>, role: &Role, handle: &Handle, status: Option<&str>, terminal: bool) -> Plan {
    let checkout = CheckoutKey { server: call.server.clone(), handle: handle.clone() };
    let mut changes = Vec::new();
    if *role == Role::Create {
        changes.push(Change::Bind { checkout: checkout.clone(), grant: call.grant.clone() });
    }
    if let Some(status) = status {
        changes.push(Change::Advance { checkout, status: status.to_owned(), terminal });
    }
    Plan { changes }
}

#[cfg(test)]
mod tests;
