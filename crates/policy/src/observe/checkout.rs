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
    asked: u64,
) -> Result<Observation, Unreadable> {
    let success = reply::success(result);
    if success != Success::Yes {
        return Ok(failed(call, role, success));
    }
    let object = reply::object(profile.reply(), result);
    let told = Told { profile, call, object, asked };
    match role {
        Role::Quote => told.quote(),
        Role::Create { quote } => told.creation(quote.as_deref()),
        Role::On { step, id } => told.step(*step, handle_named(call, id)),
    }
}

/// What failed moves nothing, but it is over; whether it did nothing is known only when the tool says so plainly.
fn failed(call: &Call<'_>, role: &Role, success: Success) -> Observation {
    let Role::On { step, id } = role else { return Observation::default() };
    let named = handle_named(call, id);
    let ending = if success == Success::No { Ending::Refused } else { Ending::Unknown };
    let ended = named.clone().and_then(|handle| ended(call, *step, handle, ending));
    Observation { plan: Plan { changes: ended.into_iter().collect() }, handle: named }
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
    asked: u64,
}

impl Told<'_> {
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
        let ending = if again && step == Step::Complete { Ending::Refused } else { Ending::Done };
        let mut changes = Vec::new();
        changes.extend(ended(self.call, step, handle.clone(), ending));
        changes.extend(status.map(|status| self.advance(&checkout, status)));
        if again && step == Step::Poll {
            changes.push(Change::Reopen { checkout: checkout.clone(), asked: self.asked });
        }
        if matches!(step, Step::Update | Step::Poll | Step::Complete) {
            let agreed = step == Step::Update;
            changes.extend(self.total()?.map(|total| Change::Total { checkout, total, agreed }));
        }
        Ok(Observation { plan: Plan { changes }, handle: Some(handle) })
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
        let terminal = self.shape().terminal.contains(status);
        Change::Advance { checkout: checkout.clone(), status: status.to_owned(), terminal }
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
