//! What the reply to a tool with a role says of quotes and checkouts.

use std::borrow::Cow;

use floorwalker_json::{Node, Value};

use super::{
    Observation, Unreadable,
    reply::{self, Success},
};
use crate::{
    Call, Change, CheckoutKey, Ending, Handle, Plan, Profile, Total,
    decide::{handle as handle_named, quote_key},
    names,
    profile::{ReplyShape, Role, Step},
};

pub(super) fn observed(
    profile: &Profile,
    call: &Call<'_>,
    role: &Role,
    result: &Node<'_>,
    when: When,
) -> Result<Observation, Unreadable> {
    let success = reply::success(result);
    let object = reply::object(profile.reply(), result);
    let told = Told { profile, call, object, when };
    if success != Success::Yes {
        return Ok(told.failed(role, success));
    }
    match role {
        Role::Quote => told.quote(),
        Role::Create { quote } => told.creation(quote.as_deref()),
        Role::On { step, id } => told.step(*step, handle_named(call, id)),
    }
}

fn ended(call: &Call<'_>, step: Step, handle: Handle, ending: Ending) -> Option<Change> {
    let checkout = CheckoutKey { server: call.server.clone(), handle };
    step.once().map(|(once, _)| Change::End { checkout, once, ending })
}

/// The reply of a tool that did its work, on its way to its plan.
struct Told<'r> {
    profile: &'r Profile,
    call: &'r Call<'r>,
    object: Option<Cow<'r, Node<'r>>>,
    when: When,
}

/// What is known of a reply besides the reply.
#[derive(Clone, Copy, Debug)]
pub(super) struct When {
    /// The turn in which the call was committed.
    pub(super) asked: u64,
    /// Whether a one-time secret is in it.
    pub(super) delivers: bool,
}

impl Told<'_> {
    /// What failed moves nothing, but it is over. A tool that reports an error may have done its work all the same, so a
    /// completion was refused only where the reply shows the checkout in a status that says so.
    fn failed(&self, role: &Role, success: Success) -> Observation {
        let Role::On { step, id } = role else { return Observation::default() };
        let named = handle_named(self.call, id);
        let is_this = self.shown_id().is_none_or(|shown| shown.as_str() == named.as_ref().map(Handle::as_str));
        let shows_again = is_this && self.status().is_some_and(|status| self.profile.is_again(status));
        let refused = success == Success::No && (*step != Step::Complete || shows_again);
        let ending = if refused { Ending::Refused } else { Ending::Unknown };
        let mut changes: Vec<Change> =
            named.clone().and_then(|handle| ended(self.call, *step, handle, ending)).into_iter().collect();
        // An update that was refused may have changed the total all the same, and then nobody agreed to it.
        if let (Step::Update, true, Some(handle)) = (step, is_this, &named) {
            changes.extend(self.shown_total(self.key(handle), false).unwrap_or_default());
        }
        Observation { plan: Plan { changes }, handle: named }
    }

    /// A quote is of use only with an id and a total.
    fn quote(&self) -> Result<Observation, Unreadable> {
        let Some(place) = &self.shape().quote else { return Ok(Observation::default()) };
        let handle = self.object().and_then(|object| place.find(object)).and_then(handle_of);
        let handle = handle.ok_or_else(|| Unreadable::NoQuote(place.to_string()))?;
        let total = self.needed_total()?;
        let changes = vec![Change::Quote { quote: quote_key(self.call, handle), total }];
        Ok(Observation { plan: Plan { changes }, handle: None })
    }

    fn creation(&self, quote: Option<&str>) -> Result<Observation, Unreadable> {
        let handle = self.shown_id().and_then(handle_of);
        let handle = handle.ok_or_else(|| Unreadable::NoHandle(self.shape().id.to_string()))?;
        let mut changes = Vec::new();
        if let Some(named) = quote.and_then(|argument| handle_named(self.call, argument)) {
            changes.push(Change::Within { quote: quote_key(self.call, named), total: Some(self.needed_total()?) });
        }
        let checkout = self.key(&handle);
        changes.push(Change::Bind { checkout: checkout.clone(), grant: self.call.grant.clone() });
        changes.extend(self.status().map(|status| self.advance(&checkout, status)));
        changes.extend(self.total()?.map(|total| Change::Total { checkout, total, agreed: true }));
        Ok(Observation { plan: Plan { changes }, handle: Some(handle) })
    }

    fn step(&self, step: Step, named: Option<Handle>) -> Result<Observation, Unreadable> {
        let id = &self.shape().id;
        let handle = named.ok_or_else(|| Unreadable::NoHandle(id.to_string()))?;
        if self.shown_id().is_some_and(|shown| shown.as_str() != Some(handle.as_str())) {
            return Err(Unreadable::OtherCheckout(id.to_string()));
        }
        let status = self.status();
        if status.is_none() && matches!(step, Step::Poll | Step::Complete) {
            return Err(Unreadable::NoStatus(self.shape().status.to_string()));
        }
        let checkout = self.key(&handle);
        let again = status.is_some_and(|status| self.profile.is_again(status));
        let ending = match step {
            Step::Complete if again => Ending::Refused,
            // A server may refuse a claim without calling it an error.
            Step::Claim { .. } if !self.when.delivers && !self.is_terminal(status) => Ending::Refused,
            _ => Ending::Done,
        };
        let mut changes = Vec::new();
        changes.extend(ended(self.call, step, handle.clone(), ending));
        changes.extend(status.map(|status| self.advance(&checkout, status)));
        if again && step == Step::Poll {
            changes.push(Change::Reopen { checkout: checkout.clone(), asked: self.when.asked });
        }
        if matches!(step, Step::Update | Step::Poll | Step::Complete) {
            changes.extend(self.shown_total(checkout, step == Step::Update)?);
        }
        Ok(Observation { plan: Plan { changes }, handle: Some(handle) })
    }

    /// What the checkout costs, if the reply shows it.
    fn shown_total(&self, checkout: CheckoutKey, agreed: bool) -> Result<Vec<Change>, Unreadable> {
        let settle = Change::Settle { checkout: checkout.clone(), asked: self.when.asked };
        let total = self.total()?.map(|total| vec![Change::Total { checkout, total, agreed }, settle]);
        Ok(total.unwrap_or_default())
    }

    fn shape(&self) -> &ReplyShape {
        self.profile.reply()
    }

    fn object(&self) -> Option<&Node<'_>> {
        self.object.as_deref()
    }

    fn key(&self, handle: &Handle) -> CheckoutKey {
        CheckoutKey { server: self.call.server.clone(), handle: handle.clone() }
    }

    fn shown_id(&self) -> Option<&Node<'_>> {
        self.object().and_then(|object| self.shape().id.find(object))
    }

    fn status(&self) -> Option<&str> {
        let status = self.object().and_then(|object| self.shape().status.find(object)).and_then(Node::as_str);
        status.filter(|status| names::check(status).is_ok())
    }

    fn advance(&self, checkout: &CheckoutKey, status: &str) -> Change {
        let terminal = self.is_terminal(Some(status));
        Change::Advance { checkout: checkout.clone(), status: status.to_owned(), terminal }
    }

    fn is_terminal(&self, status: Option<&str>) -> bool {
        status.is_some_and(|status| self.shape().terminal.contains(status))
    }

    /// The total that the reply shows, if the profile says where one is and there is one.
    fn total(&self) -> Result<Option<Total>, Unreadable> {
        let (Some(place), Some(object)) = (&self.shape().total, self.object()) else { return Ok(None) };
        let odd = || Unreadable::OddTotal(place.amount.to_string());
        let amount = match place.amount.find(object).map_err(|_| odd())? {
            None => return Ok(None),
            Some(node) if node.value == Value::Null => return Ok(None),
            Some(node) => node.as_number().ok_or_else(odd)?.decimal(),
        };
        let currency = place.currency.find(object).and_then(Node::as_str).unwrap_or_default();
        Total::new(amount, currency).map(Some).ok_or_else(odd)
    }

    fn needed_total(&self) -> Result<Total, Unreadable> {
        let place = self.shape().total.as_ref().map(|place| place.amount.to_string()).unwrap_or_default();
        self.total()?.ok_or(Unreadable::NoTotal(place))
    }
}

fn handle_of(node: &Node<'_>) -> Option<Handle> {
    node.as_str().and_then(|text| Handle::new(text).ok())
}
