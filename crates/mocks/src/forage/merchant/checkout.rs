//! One checkout at a merchant: its states, what it remembers, and how a reply shows it.
//!
//! INVARIANT: `completed` is never left, and `canceled` only where the settings let an update open it again;
//! [`Checkout::enter`] refuses to leave either.

use serde_json::{Map, Value, json};

use crate::instant::iso;
use crate::ledger::Lifecycle;

use super::super::settings::Arithmetic;
use super::goods::Asks;
use super::message::{Message, Severity};
use super::quote::{Destination, Price, Quote, whole};

/// The states of a checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Incomplete,
    RequiresEscalation,
    ReadyForComplete,
    CompleteInProgress,
    Completed,
    Canceled,
}

/// Their names on the wire, and what the server's ledger counts.
pub(crate) const LIFECYCLE: Lifecycle = Lifecycle {
    states: &[
        "incomplete",
        "requires_escalation",
        "ready_for_complete",
        "complete_in_progress",
        "completed",
        "canceled",
    ],
    paid: &["complete_in_progress", "completed"],
    counted: &[
        "attributions_attached",
        "charges",
        "checkouts_created",
        "conversions_recorded",
        "currencies_switched",
        "orders_placed",
        "refunds",
    ],
};

/// One checkout.
pub(crate) struct Checkout {
    pub(crate) id: String,
    /// Who started it: a credential, a session, or nobody in particular.
    pub(crate) owner: String,
    pub(crate) price: Price,
    pub(crate) currency: String,
    pub(crate) buyer: Buyer,
    pub(crate) attribution: Attribution,
    /// Where the buyer goes on in person.
    pub(crate) continue_url: String,
    pub(crate) expires_at: u64,
    state: State,
    /// Why the merchant wants the buyer in person.
    pub(crate) escalated: Option<Reason>,
    /// What the buyer has already settled in person.
    pub(crate) settled: Vec<Reason>,
    /// Whether the agent knows what it costs.
    pub(crate) agreement: Agreement,
    /// What was charged last.
    pub(crate) charged_minor: u64,
    /// The order, once it is placed.
    pub(crate) order: Option<String>,
}

/// What the merchant knows of the buyer.
#[derive(Clone, Default)]
pub(crate) struct Buyer {
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) shipping_address: Option<Map<String, Value>>,
}

/// Whether it is known which content led to the checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attribution {
    None,
    Attached,
}

/// Why the merchant wants the buyer in person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The product is not for everybody.
    Age,
    /// The merchant says so.
    Merchant,
    /// A charge was declined.
    Payment,
}

/// Whether the agent has agreed to what the merchant wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    Given,
    /// The total changed since.
    Wanted,
}

impl State {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete",
            Self::RequiresEscalation => "requires_escalation",
            Self::ReadyForComplete => "ready_for_complete",
            Self::CompleteInProgress => "complete_in_progress",
            Self::Completed => "completed",
            Self::Canceled => "canceled",
        }
    }

    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Incomplete | Self::RequiresEscalation | Self::ReadyForComplete)
    }

    pub(crate) fn is_paid(self) -> bool {
        matches!(self, Self::CompleteInProgress | Self::Completed)
    }
}

impl Checkout {
    /// A checkout that knows nothing of its buyer yet.
    pub(crate) fn new(id: String, owner: String, price: Price, continue_url: String, attribution: Attribution) -> Self {
        Self {
            id,
            owner,
            currency: price.offer.shop.currency.clone(),
            price,
            buyer: Buyer::default(),
            attribution,
            continue_url,
            expires_at: 0,
            state: State::Incomplete,
            escalated: None,
            settled: Vec::new(),
            agreement: Agreement::Given,
            charged_minor: 0,
            order: None,
        }
    }

    pub(crate) fn state(&self) -> State {
        self.state
    }

    /// Enters a state, unless the checkout is over; says whether that changed anything.
    pub(crate) fn enter(&mut self, state: State) -> bool {
        let moves = !matches!(self.state, State::Completed | State::Canceled) && self.state != state;
        if moves {
            self.state = state;
        }
        moves
    }

    /// Opens a canceled checkout again, as no merchant should.
    pub(crate) fn revive(&mut self) {
        if self.state == State::Canceled {
            self.state = State::Incomplete;
        }
    }

    /// What the merchant still needs, by the names of the tool's arguments.
    pub(crate) fn needs(&self) -> Vec<&'static str> {
        let email = self.buyer.email.is_empty().then_some("email");
        let address = self.buyer.shipping_address.is_none().then_some("shipping_address");
        email.into_iter().chain(address).collect()
    }

    /// The state that an open checkout belongs in; asks for the buyer where the product wants that.
    pub(crate) fn assessed(&mut self) -> State {
        let complete = self.needs().is_empty() && self.agreement == Agreement::Given;
        let asks_age = self.price.offer.product.asks == Asks::Age && !self.settled.contains(&Reason::Age);
        if complete && asks_age && self.escalated.is_none() {
            self.escalated = Some(Reason::Age);
        }
        match (self.escalated, complete) {
            (Some(_), _) => State::RequiresEscalation,
            (None, true) => State::ReadyForComplete,
            (None, false) => State::Incomplete,
        }
    }

    /// Gives the merchant what a buyer gives on its page: whatever is still missing.
    pub(crate) fn fill_in(&mut self) {
        if self.buyer.email.is_empty() {
            PAGE_EMAIL.clone_into(&mut self.buyer.email);
        }
        if self.buyer.shipping_address.is_none() {
            let country = self.price.offer.shop.ships_to.first();
            let parts = [("street_address", json!(PAGE_STREET)), ("address_country", json!(country))];
            let address = parts.into_iter().map(|(name, part)| (name.to_owned(), part));
            self.buyer.shipping_address = Some(address.collect());
            self.price.destination = Destination::Known;
        }
        self.agreement = Agreement::Given;
    }

    /// What it costs. A price that could not be told exactly was never accepted.
    pub(crate) fn quote(&self, arithmetic: Arithmetic) -> Option<Quote> {
        self.price.quote(arithmetic)
    }

    /// The checkout on the wire, with what there is to say about it, `notice` first.
    pub(crate) fn to_json(&self, arithmetic: Arithmetic, notice: Option<Message>) -> Value {
        let quote = self.quote(arithmetic);
        let mut shown = json!({
            "checkout_id": self.id,
            "status": self.state.as_str(),
            "currency": self.currency,
            "totals": quote.as_ref().map(Quote::to_json),
            "line_items": [self.line(quote.as_ref())],
            "messages": notice.into_iter().chain(self.messages()).map(|said| said.to_json()).collect::<Vec<_>>(),
        });
        if let Some(members) = shown.as_object_mut() {
            let mut put = |key: &str, value: Option<Value>| members.extend(value.map(|value| (key.to_owned(), value)));
            put("buyer", self.buyer.to_json());
            put("continue_url", self.page().map(|url| json!(url)));
            put("expires_at", Some(json!(iso(self.expires_at))));
            put("order", self.order_to_json());
            put("needs", Some(json!(if self.state.is_open() { self.needs() } else { Vec::new() })));
        }
        shown
    }

    /// Where the buyer can go on; nowhere once it is over.
    pub(crate) fn page(&self) -> Option<&str> {
        (self.state.is_open() || self.state == State::CompleteInProgress).then_some(self.continue_url.as_str())
    }

    fn line(&self, quote: Option<&Quote>) -> Value {
        let Price { offer, quantity, unit_minor, .. } = &self.price;
        let item = json!({ "id": offer.product.slug, "title": offer.product.title, "price": unit_minor });
        let subtotal = quote.map(|quote| whole(quote.subtotal));
        json!({ "id": "1", "item": item, "quantity": quantity, "totals": [{ "type": "subtotal", "amount": subtotal }] })
    }

    fn order_to_json(&self) -> Option<Value> {
        let id = self.order.as_ref().filter(|_| self.state == State::Completed)?;
        let permalink_url = format!("https://{}/orders/{id}", self.price.offer.shop.host);
        Some(json!({ "id": id, "permalink_url": permalink_url }))
    }

    fn messages(&self) -> Vec<Message> {
        match self.state {
            State::Incomplete => self.missing(),
            State::RequiresEscalation => {
                self.escalated.map(Reason::message).into_iter().chain(self.missing()).collect()
            }
            State::Canceled => vec![Message::info("canceled", "This checkout is over. Start another one.")],
            State::ReadyForComplete | State::CompleteInProgress | State::Completed => Vec::new(),
        }
    }

    fn missing(&self) -> Vec<Message> {
        let path = |need: &str| if need == "email" { "$.buyer.email" } else { "$.buyer.shipping_address" };
        let needs = self.needs().into_iter();
        let missing = needs.map(|need| Severity::Recoverable.error("missing", MISSING).about(path(need)));
        let changed = Severity::Recoverable.error("total_changed", CHANGED).about("$.totals");
        missing.chain((self.agreement == Agreement::Wanted).then_some(changed)).collect()
    }
}

/// What a buyer gives on the merchant's page where nothing else is known of her.
const PAGE_EMAIL: &str = "page@buyer.example";
const PAGE_STREET: &str = "1 Page Street";

const MISSING: &str = "The merchant needs this.";
const CHANGED: &str = "The total has changed. Update the checkout to agree to it.";

impl Reason {
    fn message(self) -> Message {
        let (review, input) = (Severity::RequiresBuyerReview, Severity::RequiresBuyerInput);
        match self {
            Self::Age => review.error("age_check", "The buyer must confirm their age on the merchant's page."),
            Self::Merchant => input.error("buyer_wanted", "The buyer must go on at the merchant's page."),
            Self::Payment => input.error("payment_failed", "The charge was declined. The buyer can pay on the page."),
        }
    }
}

impl Buyer {
    fn to_json(&self) -> Option<Value> {
        let text = |text: &String| (!text.is_empty()).then(|| json!(text));
        let members = [
            ("email", text(&self.email)),
            ("name", text(&self.name)),
            ("shipping_address", self.shipping_address.clone().map(Value::Object)),
        ];
        let known: Map<String, Value> =
            members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
        (!known.is_empty()).then_some(Value::Object(known))
    }
}

impl std::fmt::Debug for Checkout {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Checkout({} {})", self.id, self.state.as_str())
    }
}

impl std::fmt::Debug for Buyer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Buyer(..)")
    }
}
