//! Toofi: dental treatment plans, whose agents buy credits with a card and claim the key to them.
//!
//! A quote names a price, a checkout session opens a payment page and shows a claim token, the human pays, the provider's
//! webhook tells the server, and the claim token is exchanged for the agent key, once. The published facts are followed
//! where there are any. Where nothing is published the mock assumes, and says so here:
//!
//! - The states of a purchase, their refusals (`payment_pending`, `payment_failed`, `purchase_expired`,
//!   `already_claimed`, `invalid_claim`) and the names of the members of every reply.
//! - Keys, tokens and ids look as in `docs/toofi.md`. A purchase has one key, made by the first claim; credits belong to
//!   the purchase and are granted when it is paid.
//! - A pack has 150 credits and costs 15.00 EUR; other tools than the plan PDF cost one credit. Quotes hold for 15 minutes,
//!   whoever asked for them. A quote in `TOOFI_CREDIT` tells what a tool costs and cannot be paid.
//! - `request_id` makes a creation and a plan idempotent per caller; the repetition does not show the claim token again,
//!   and spends nothing.
//! - Ten wrong claims within an hour are allowed per caller.
//! - The webhook endpoint is `POST /webhook/stripe`. A purchase is found by the event's `client_reference_id`.
//!
//! Not played: the 26 tools that sell nothing (they are listed, and refuse), session tokens, the agent key as a header, the
//! e-mail that carries the key, OAuth and DPoP.
//!
//! INVARIANT: with the settings of an honest server a purchase has one key at most, in one reply at most; its credits are
//! granted once; and a charge stands exactly where it is paid or claimed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::books::Books;
use crate::control::{Control, ControlError};
use crate::face::{Desk, FaceRequest, FaceResponse};
use crate::fault::Trouble;
use crate::mint::Mint;
use crate::mock::{Caller, Mock, ServerInfo, ToolReply};
use crate::provider::{Delivery, Provider};

use self::attempts::Attempts;
use self::catalogue::{Arguments, Fit, catalogue};
use self::purchase::{LIFECYCLE, Purchase};
use self::quote::{Prices, Quote};
use self::refusal::{Answer, Code, Frame};
use self::requests::Requests;
use self::settings::{Order, SignatureCheck, Units, UnpaidCompletion, Webhooks};

mod attempts;
mod billing_tools;
mod catalogue;
mod claim;
mod controls;
mod credit_tools;
mod purchase;
mod quote;
mod refusal;
mod requests;
mod settings;
mod till;
mod webhook;

#[cfg(test)]
mod tests;

pub(crate) use self::settings::Settings;

/// The Toofi mock.
#[derive(Debug)]
pub(crate) struct Toofi {
    settings: Settings,
    books: Books,
    mint: Mint,
    provider: Provider,
    prices: Prices,
    quotes: BTreeMap<String, Quote>,
    purchases: BTreeMap<String, Purchase>,
    requests: Requests,
    attempts: Attempts,
    /// The ids of the events that were believed.
    heard: BTreeSet<String>,
    /// The provider's last webhook about each purchase, whether it was delivered or not. What strangers made is never here.
    last_webhooks: BTreeMap<String, Delivery>,
}

impl Toofi {
    /// A server on its first day.
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            books: Books::new(LIFECYCLE, Desk::new(settings.parser.clone(), settings.page_size)),
            mint: Mint::new(&settings.seed),
            provider: Provider::new(&settings.seed),
            prices: Prices::default(),
            quotes: BTreeMap::new(),
            purchases: BTreeMap::new(),
            requests: Requests::default(),
            attempts: Attempts::default(),
            heard: BTreeSet::new(),
            last_webhooks: BTreeMap::new(),
            settings,
        }
    }

    /// Plays a tool whose arguments fit.
    fn play(&mut self, now: u64, caller: &Caller, tool: &str, arguments: &Arguments) -> Answer {
        match tool {
            "discover_capabilities" => Ok(credit_tools::capabilities()),
            "get_agent_billing_quote" => self.quote(now, arguments),
            "create_agent_checkout_session" => self.create(now, caller, arguments),
            "claim_agent_checkout_key" => self.claim(now, caller, arguments),
            "get_agent_credit_balance" => self.balance(arguments),
            "generate_dental_treatment_plan_pdf" => self.make_plan(caller, arguments),
            _ => Err(Code::NotPlayed.because("This mock lists the tool but does not play it yet.")),
        }
    }
}

impl Mock for Toofi {
    fn name(&self) -> &str {
        "toofi"
    }

    fn info(&self) -> ServerInfo<'_> {
        ServerInfo {
            name: "toofi",
            version: "2026-05-12",
            instructions: "Dental treatment plans for agents. Credits are bought: get_agent_billing_quote, \
                           create_agent_checkout_session, a human pays on the page, claim_agent_checkout_key. The claim \
                           token and the agent key are each shown once.",
        }
    }

    fn tools(&self) -> &[Value] {
        catalogue().definitions()
    }

    fn call(&mut self, now: u64, caller: &Caller, tool: &str, arguments: &Map<String, Value>) -> ToolReply {
        let at = self.settle_at(now);
        let frame = Frame::of(at, tool, arguments);
        match catalogue().read(tool, arguments) {
            Fit::NoSuchTool => ToolReply::error(format!("Unknown tool: {tool}")),
            Fit::Bad(trouble) => frame.render(Err(Code::InvalidArguments.because(trouble))),
            Fit::Good(arguments) => frame.render(self.play(at, caller, tool, &arguments)),
        }
    }

    fn plays(&self) -> &'static [&'static str] {
        &controls::PLAYED
    }

    fn control(&mut self, now: u64, control: &Control) -> Result<(), ControlError> {
        self.obey(now, control)
    }

    fn settle(&mut self, now: u64) {
        self.settle_at(now);
    }

    fn out_of_band(&self) -> BTreeMap<String, String> {
        let page = |purchase: &Purchase| self.provider.session(&purchase.session_id)?.url();
        let pages = self
            .purchases
            .values()
            .filter_map(|purchase| Some((format!("checkout_url:{}", purchase.id), page(purchase)?)));
        let webhooks = self.last_webhooks.iter().flat_map(|(id, Delivery { body, signature })| {
            let body = (format!("webhook_body:{id}"), body.clone());
            let signature = signature.clone().map(|signature| (format!("webhook_signature:{id}"), signature));
            std::iter::once(body).chain(signature)
        });
        pages.chain(webhooks).collect()
    }

    fn state(&self) -> Value {
        let purchases: Vec<Value> = self.purchases.values().map(Purchase::to_json).collect();
        json!({ "purchases": purchases, "quotes": self.quotes.len() })
    }

    fn books(&self) -> &Books {
        &self.books
    }

    fn books_mut(&mut self) -> &mut Books {
        &mut self.books
    }

    /// A server that believes anybody, or the last who spoke, is no witness for what was paid; and while webhooks wait
    /// to be sent, the money is ahead of what the server knows.
    fn keeps_accounts_straight(&self) -> bool {
        let Settings { signature_check, order, unpaid_completion, units, webhooks, .. } = &self.settings;
        *signature_check == SignatureCheck::On
            && *order == Order::Any
            && *unpaid_completion == UnpaidCompletion::Waits
            && *units == Units::Checked
            && *webhooks == Webhooks::Auto
    }

    fn fail(&self, tool: &str, trouble: Trouble) -> ToolReply {
        let frame = Frame::of(self.books.clock.latest(), tool, &Map::new());
        frame.render(Err(match trouble {
            Trouble::Internal => Code::InternalError.because("Something went wrong."),
            Trouble::NotJson => Code::InvalidResponse.because("The backend did not answer with JSON."),
            Trouble::NoCode => Code::None.because("The backend gave no reason."),
        }))
    }

    fn elsewhere(&mut self, now: u64, request: &FaceRequest) -> Option<FaceResponse> {
        (request.path == webhook::PATH).then(|| self.answer_webhook(now, request))
    }
}
