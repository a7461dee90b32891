//! BorealHost: hosting that agents buy through four checkout tools, as version 0.1.4 of its package behaves.
//!
//! The published facts are followed row by row. Where nothing is published the mock assumes, and says so here:
//!
//! - A slug is taken while a site has it or an open checkout asked for it; a refused update changes nothing.
//! - A refused update of a checkout that is past `not_ready` has the code `FORBIDDEN`.
//! - A declined payment is final: the checkout becomes `failed`, a direct charge answers `PAYMENT_REQUIRED`.
//! - An unpaid checkout that does not change its state for `abandon_ms` becomes `canceled`.
//! - A checkout that is not completed is shown with the fields of an update's reply.
//! - Each completed checkout opens an account of its own; without an address the buyer is `agent-{id}@api.borealhost.ai`.
//! - A site has at most three claim tokens pending. Limits roll, and a refused call does not count.
//! - A direct charge provisions at once. `admin_bypass` and unknown payment methods are refused.
//! - An `Authorization` header names the caller's context and is not itself an API key.
//! - No plan is deprecated, so `include_deprecated` adds none; a track that nobody knows has no plans.
//! - A site's claim file holds the newest token; a claim with any of the site's tokens removes it.
//!
//! Not played: the resources and prompts that the published server has beside its tools (five of each), which is why
//! the mock does not announce them either.
//!
//! INVARIANT: without a fault in the settings, charges minus refunds of a checkout is one exactly while it is in
//! progress or completed, and its API key is in at most one reply.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::books::Books;
use crate::control::{Control, ControlError};
use crate::face::Desk;
use crate::fault::Trouble;
use crate::mint::Mint;
use crate::mock::{Caller, Mock, ServerInfo, ToolReply};

use self::account::Accounts;
use self::catalogue::{Arguments, catalogue};
use self::checkout::{Checkout, LIFECYCLE};
use self::claims::Claims;
use self::contexts::Contexts;
use self::limits::{Limited, Meter};
use self::refusal::{Answer, Code, Refusal, executing, render};

mod account;
mod account_tools;
mod catalogue;
mod checkout;
mod checkout_tools;
mod claims;
mod contexts;
mod controls;
mod limits;
mod plan;
mod refusal;
mod settings;
mod till;

#[cfg(test)]
mod tests;

pub use self::settings::{
    ApiKey, Claim, Completion, Credentials, Limits, Payment, Provisioning, SecretCheck, Settings, Whoami,
};

/// The BorealHost mock.
#[derive(Debug)]
pub struct BorealHost {
    settings: Settings,
    books: Books,
    mint: Mint,
    meter: Meter,
    contexts: Contexts,
    checkouts: BTreeMap<String, Checkout>,
    /// When which checkout moves on by itself; outdated lines are passed over.
    due: BTreeSet<(u64, String)>,
    accounts: Accounts,
    claims: Claims,
}

impl BorealHost {
    /// A server on its first day.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            books: Books::new(LIFECYCLE, Desk::new(settings.parser.clone(), settings.page_size)),
            mint: Mint::new(&settings.seed),
            meter: Meter::default(),
            contexts: Contexts::new(settings.credentials),
            checkouts: BTreeMap::new(),
            due: BTreeSet::new(),
            accounts: Accounts::default(),
            claims: Claims::default(),
            settings,
        }
    }

    /// Plays a tool whose arguments fit.
    fn play(&mut self, now: u64, caller: &Caller, tool: &str, arguments: &Arguments) -> Answer {
        match tool {
            "register" => self.register(now, caller, arguments),
            "set_api_key" => Ok(self.set_api_key(caller, arguments)),
            "whoami" => self.whoami(now, caller),
            "list_plans" => Ok(account_tools::list_plans(arguments)),
            "create_checkout" => self.create_checkout(now, caller, arguments),
            "update_checkout" => self.update_checkout(now, caller, arguments),
            "complete_checkout" => self.complete_checkout(now, caller, arguments),
            "get_checkout_status" => self.get_checkout_status(now, caller, arguments),
            "request_api_key" => self.request_api_key(now, caller, arguments),
            "claim_api_key" => self.claim_api_key(now, caller, arguments),
            _ => Err(Code::NotAvailable.because("This mock lists the tool but does not play it yet.")),
        }
    }

    /// Counts a call against a published limit, if limits are on.
    fn charge_limit(&mut self, now: u64, limited: Limited, subject: &str) -> Result<(), Refusal> {
        match self.settings.limits {
            Limits::On => self.meter.charge(now, limited, subject),
            Limits::Off => Ok(()),
        }
    }
}

impl Mock for BorealHost {
    fn name(&self) -> &str {
        "borealhost"
    }

    fn info(&self) -> ServerInfo<'_> {
        ServerInfo {
            name: "BorealHost",
            // The published server sets no version of its own and shows that of its MCP library.
            version: "1.30.0",
            instructions: "Web hosting for agents. To buy: list_plans, create_checkout, update_checkout, \
                           complete_checkout, then poll get_checkout_status until it is completed. These need no API \
                           key. The API key is shown once, in the first reply after completion. Poll every 5 seconds \
                           for a minute, then every 15, and stop after ten minutes.",
        }
    }

    fn tools(&self) -> &[Value] {
        catalogue().definitions()
    }

    fn call(&mut self, now: u64, caller: &Caller, tool: &str, arguments: &Map<String, Value>) -> ToolReply {
        let now = self.settle_at(now);
        match catalogue().read(tool, arguments) {
            None => ToolReply::error(format!("Unknown tool: {tool}")),
            Some(Err(trouble)) => executing(tool, &trouble),
            Some(Ok(arguments)) => render(tool, self.play(now, caller, tool, &arguments)),
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
        let pages = self.checkouts.values().filter_map(|checkout| {
            Some((format!("stripe_checkout_url:{}", checkout.id), checkout.payment_url.clone()?))
        });
        let tokens = self.claims.files(self.books.clock.latest());
        let tokens = tokens.map(|(slug, token)| (format!("claim_token:{slug}"), token.to_owned()));
        pages.chain(tokens).collect()
    }

    fn state(&self) -> Value {
        let checkouts: Vec<Value> = self.checkouts.values().map(|checkout| checkout.to_json().into()).collect();
        json!({ "checkouts": checkouts, "sites": self.accounts.slugs(), "accounts": self.accounts.len() })
    }

    fn books(&self) -> &Books {
        &self.books
    }

    fn books_mut(&mut self) -> &mut Books {
        &mut self.books
    }

    fn keeps_accounts_straight(&self) -> bool {
        self.settings.completion == Completion::Once
    }

    fn fail(&self, tool: &str, trouble: Trouble) -> ToolReply {
        let refusal = match trouble {
            Trouble::Internal => Code::Internal.because("Something went wrong."),
            Trouble::NotJson => Code::InvalidResponse.because("The backend did not answer with JSON."),
            Trouble::NoCode => Code::Unknown.because("The backend gave no reason."),
        };
        render(tool, Err(refusal))
    }
}
