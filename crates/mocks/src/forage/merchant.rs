//! The merchants beneath Forage: checkouts with their six states, their money and their orders.
//!
//! Forage says who is asking; here that is a word to compare. What an operation refuses changes nothing, and says so with
//! a message and with the checkout as it is.
//!
//! In reading order: what is on sale, what it costs, what there is to say, a checkout, where money moves, and what the
//! world does.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::books::Books;
use crate::face::Desk;
use crate::ledger::EntryKind;
use crate::mint::{IdKind, Mint};

use super::settings::{Completion, Escalation, Ownership, Payment, Settings, Terminal};

use self::checkout::{Agreement, Attribution, Checkout, LIFECYCLE, Reason, State};
use self::goods::{Offer, Stock};
use self::message::{Message, Severity};
use self::quote::{Destination, Price};
use self::till::believe;

pub(crate) mod checkout;
pub(crate) mod controls;
pub(crate) mod goods;
pub(crate) mod message;
mod quote;
mod till;

/// Every merchant, and the books they share with Forage.
#[derive(Debug)]
pub(crate) struct Merchant {
    pub(crate) settings: Settings,
    pub(crate) books: Books,
    mint: Mint,
    checkouts: BTreeMap<String, Checkout>,
    /// When which checkout expires; outdated lines are passed over.
    due: BTreeSet<(u64, String)>,
    /// How many orders were placed.
    orders: u64,
}

/// Why an operation was refused, and the checkout it was about.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) message: Message,
    pub(crate) checkout: Option<String>,
}

/// What an update wants to change; what is left out stays. Personal data is in it, so nothing prints it.
#[derive(Default)]
pub(crate) struct Changes {
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) shipping_address: Option<Map<String, Value>>,
    pub(crate) discount_codes: Option<Vec<String>>,
    pub(crate) claims: Claims,
}

/// What a client says about money; only a careless merchant listens.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    pub(crate) unit_minor: Option<u64>,
    pub(crate) currency: Option<String>,
    pub(crate) total_minor: Option<u64>,
}

impl Merchant {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            books: Books::new(LIFECYCLE, Desk::new(settings.parser.clone(), settings.page_size)),
            mint: Mint::new(&settings.seed),
            checkouts: BTreeMap::new(),
            due: BTreeSet::new(),
            orders: 0,
            settings,
        }
    }

    /// Opens a checkout and gives back its id.
    pub(crate) fn create(
        &mut self,
        now: u64,
        owner: String,
        product_url: &str,
        quantity: Option<u64>,
        claims: Claims,
        attribution: Attribution,
    ) -> Result<String, Refusal> {
        let offer = Offer::at(product_url).ok_or_else(|| refusal(unknown_product()))?;
        if offer.product.stock == Stock::SoldOut {
            return Err(refusal(Severity::Unrecoverable.error("out_of_stock", "This product is sold out.")));
        }
        let quantity = quantity.filter(|quantity| *quantity > 0).ok_or_else(|| refusal(bad_quantity()))?;
        let price = Price::new(offer, quantity);
        if !price.is_exact(self.settings.arithmetic) {
            return Err(refusal(bad_quantity()));
        }
        let continue_url = format!("https://{}/continue/{}", offer.shop.host, self.page_number());
        let id = self.mint.id(IdKind::Checkout);
        let mut checkout = Checkout::new(id.clone(), owner, price, continue_url, attribution);
        believe(&self.settings, &mut checkout, claims);
        self.books.write(Some(&id), EntryKind::CheckoutCreated);
        if attribution == Attribution::Attached {
            self.books.write(Some(&id), EntryKind::AttributionAttached);
        }
        self.open(now, checkout);
        Ok(id)
    }

    /// Takes the buyer's data, and agrees to what the checkout now costs.
    pub(crate) fn update(&mut self, now: u64, id: &str, changes: Changes) -> Result<(), Refusal> {
        let state = self.found(id)?.state();
        match (state, self.settings.terminal) {
            (State::Canceled, Terminal::Revivable) => {}
            (State::Canceled | State::Completed, _) => return Err(over(id)),
            (State::CompleteInProgress, _) => return Err(busy(id)),
            _ => {}
        }
        let discount_percent = self.check(id, &changes)?;
        if state == State::Canceled {
            self.revive(now, id);
        }
        let Some(checkout) = self.checkouts.get_mut(id) else { return Err(unknown_checkout()) };
        if let Some(email) = changes.email {
            checkout.buyer.email = email;
        }
        if let Some(name) = changes.name {
            checkout.buyer.name = name;
        }
        if changes.shipping_address.is_some() {
            checkout.buyer.shipping_address = changes.shipping_address;
            checkout.price.destination = Destination::Known;
        }
        checkout.price.discount_percent = discount_percent.unwrap_or(checkout.price.discount_percent);
        checkout.agreement = Agreement::Given;
        believe(&self.settings, checkout, changes.claims);
        self.assess(now, id);
        Ok(())
    }

    /// Charges the buyer and places the order.
    pub(crate) fn complete(&mut self, now: u64, id: &str) -> Result<(), Refusal> {
        let state = self.found(id)?.state();
        let again = state.is_paid() && self.settings.completion == Completion::Repeatable;
        let skips = state == State::RequiresEscalation && self.settings.escalation == Escalation::Bypassable;
        match state {
            State::ReadyForComplete => {}
            _ if again || skips => {}
            State::Completed | State::Canceled => return Err(over(id)),
            State::CompleteInProgress => return Err(busy(id)),
            State::Incomplete | State::RequiresEscalation => return Err(not_ready(id)),
        }
        if self.settings.payment == Payment::Decline {
            self.escalate(now, id, Reason::Payment);
            return Ok(());
        }
        self.sell(now, id);
        Ok(())
    }

    /// The checkout, if this caller may know of it. One of somebody else is as unknown as one that never was.
    pub(crate) fn seen_by(&self, owner: &str, id: &str) -> Result<&Checkout, Refusal> {
        let checkout = self.found(id)?;
        match self.settings.ownership == Ownership::Anybody || checkout.owner == owner {
            true => Ok(checkout),
            false => Err(unknown_checkout()),
        }
    }

    /// Every checkout, by id.
    pub(crate) fn checkouts(&self) -> impl Iterator<Item = &Checkout> {
        self.checkouts.values()
    }

    /// The checkout on the wire, with a notice where there is one.
    pub(crate) fn shown(&self, id: &str, notice: Option<Message>) -> Option<Value> {
        Some(self.checkouts.get(id)?.to_json(self.settings.arithmetic, notice))
    }

    /// 128 bits that nobody can guess, in decimal, so that transcripts see no more in them than a number.
    fn page_number(&mut self) -> u128 {
        let digest = self.mint.hex_48("continue_url");
        digest.get(..32).and_then(|digits| u128::from_str_radix(digits, 16).ok()).unwrap_or_default()
    }

    fn found(&self, id: &str) -> Result<&Checkout, Refusal> {
        self.checkouts.get(id).ok_or_else(unknown_checkout)
    }

    /// Refuses data that the merchant cannot use; gives back what the discount codes come to, if there are any.
    fn check(&self, id: &str, changes: &Changes) -> Result<Option<u64>, Refusal> {
        let shop = self.found(id)?.price.offer.shop;
        let refuse = |code, content, path| {
            let message = Severity::Recoverable.error(code, content).about(path);
            Err(Refusal { message, checkout: Some(id.to_owned()) })
        };
        if changes.email.as_deref().is_some_and(|email| !is_plausible(email)) {
            return refuse("invalid_email", "This is no address for mail.", "$.buyer.email");
        }
        if let Some(address) = &changes.shipping_address {
            let part = |name: &str| address.get(name).and_then(Value::as_str).unwrap_or_default();
            let reached = shop.ships_to.iter().any(|country| country == part("address_country"));
            if part("street_address").trim().is_empty() || !reached {
                return refuse("address_undeliverable", UNDELIVERABLE, "$.buyer.shipping_address");
            }
        }
        let Some(codes) = &changes.discount_codes else { return Ok(None) };
        let distinct: BTreeSet<&String> = codes.iter().collect();
        let percent: Option<Vec<u64>> =
            distinct.into_iter().map(|code| shop.discount_percent.get(code).copied()).collect();
        match percent {
            Some(percent) => Ok(Some(percent.iter().sum())),
            None => refuse("unknown_discount_code", "The merchant has no such discount code.", "$.discounts"),
        }
    }
}

const UNDELIVERABLE: &str = "An address has `street_address`, and an `address_country` that the merchant ships to.";

fn refusal(message: Message) -> Refusal {
    Refusal { message, checkout: None }
}

fn about(id: &str, message: Message) -> Refusal {
    Refusal { message, checkout: Some(id.to_owned()) }
}

fn unknown_product() -> Message {
    Severity::Unrecoverable.error("item_unavailable", "No merchant sells anything at this address.")
}

fn bad_quantity() -> Message {
    Severity::Recoverable.error("invalid_quantity", "Ask for at least one, and for no more than can be priced.")
}

fn unknown_checkout() -> Refusal {
    refusal(Severity::Unrecoverable.error("not_found", "There is no such checkout."))
}

fn over(id: &str) -> Refusal {
    about(id, Severity::Unrecoverable.error("checkout_over", "This checkout is over and cannot change any more."))
}

fn busy(id: &str) -> Refusal {
    about(id, Severity::Recoverable.error("order_in_progress", "The merchant is working on the order. Check it later."))
}

fn not_ready(id: &str) -> Refusal {
    about(id, Severity::Recoverable.error("not_ready", "Only a checkout that is ready_for_complete can be completed."))
}

/// A name and a host, and no blanks.
fn is_plausible(email: &str) -> bool {
    let parts = email.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !email.contains(char::is_whitespace))
}
