//! A reply becomes a plan, before anybody gets the reply: whose the new checkout is, how far one got, what it costs, and
//! which one-time secrets are in it.
//!
//! Secrets are looked for in texts, in JSON inside texts, and in base64, hex and percent-encoding of these. Not found is a
//! secret that is encoded twice, encrypted or compressed, spelled in parts, or in fewer than 24 encoded characters; one
//! without a pattern in JSON that the strict scanner refuses; and anything in JSON that comes in a text after 16 beginnings
//! that turned out to be none, or stands in JSON in text more than four deep. Where a kind has a pattern, what stands at
//! its places and is not text is searched with the pattern only.
//!
//! INVARIANT: what is planned here holds digests of secrets, never the secrets.

use floorwalker_json::{DigestKey, Node};

use crate::{Call, Change, CheckoutKey, GrantId, Handle, Plan, Profile, decide::handle};

mod checkout;
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
    /// The reply to a quote shows no id where the profile says one is.
    #[error("the reply shows no quote id at `{0}`")]
    NoQuote(String),
    /// A quote, or the reply to a create that names one, shows no total where the profile says one is.
    #[error("the reply shows no total at `{0}`")]
    NoTotal(String),
    /// Where the profile says that a total is, there is something else: no number, a negative one, several, or one without
    /// a currency.
    #[error("the reply shows something other than one total with its currency at `{0}`")]
    OddTotal(String),
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

/// Reads the reply to an allowed call: `result` is the `result` member of its JSON-RPC reply, and `asked` the turn in which
/// the plan of the call was committed.
///
/// # Errors
/// The reply cannot be read where the profile must read it; nobody may get it then.
pub fn observe(
    profile: &Profile,
    key: &DigestKey,
    call: &Call<'_>,
    result: &Node<'_>,
    asked: u64,
) -> Result<Observation, Unreadable> {
    let deliveries = secrets::deliveries(profile, key, call.grant, result)?;
    let when = checkout::When { asked, delivers: !deliveries.is_empty() };
    let mut seen = match profile.role(call.tool) {
        Some(role) => checkout::observed(profile, call, role, result, when)?,
        None => Observation::default(),
    };
    // Before the reply's own total is noted: it can be the one that tells.
    seen.plan.changes.splice(0..0, touched(profile, call));
    seen.plan.changes.extend(deliveries);
    Ok(seen)
}

/// The calls that may change a total are over, whatever they report.
fn touched(profile: &Profile, call: &Call<'_>) -> Vec<Change> {
    if !profile.touches(call.tool) {
        return Vec::new();
    }
    let handles = profile.ids().iter().filter_map(|id| handle(call, id));
    let key = |handle| CheckoutKey { server: call.server.clone(), handle };
    handles.map(|handle| Change::Touched { checkout: key(handle) }).collect()
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

/// The one-time secrets that the profile finds in anything, so that whoever shows it can leave them out.
#[must_use]
pub fn secrets_in(profile: &Profile, shown: &Node<'_>) -> Vec<String> {
    secrets::secrets(profile, shown)
}

#[cfg(test)]
mod tests;
