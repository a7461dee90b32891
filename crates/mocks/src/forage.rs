//! Forage Shopping: products of several merchants, bought through four tools over merchants that speak UCP.
//!
//! The names of the seven tools, the parameter of `check_order`, its output schema and the merchants' six states are
//! published. Where nothing is published the mock assumes, and says so here:
//!
//! - All other parameters, and what the replies look like: the whole checkout as one text of JSON, which is also the
//!   `result` of the structured content.
//! - A tool reports an error exactly where it did nothing; a refusal shows the checkout as it is, its reason first.
//! - The published server asks for no key, so all that protects a checkout there is that nobody knows its id. The
//!   well-behaved mock keeps a checkout to whoever started it, told by the credential, without one by the session;
//!   `ownership: anybody` plays a server that cannot tell. Somebody else's checkout is as unknown as none. Callers
//!   without credential and session are one anonymous owner.
//! - The merchant needs an email address and a shipping address, and charges on completion whatever payment it has; a
//!   charge that is declined brings the checkout to the buyer.
//! - An update changes what it names and leaves the rest; where the total changed meanwhile, it agrees to the new one.
//! - A checkout expires `expires_ms` after its start, however often it is updated, unless it is paid; a revived one anew.
//! - The buyer can pay on the merchant's page where she is asked there and where the checkout is ready; the page asks her
//!   for what is still missing. A payment that is declined there is the end.
//! - What the searches of a caller showed is attributed to at the start; `complete_purchase` ends that session.
//! - Shipping and tax are known once the address is; tax is on the goods, and half a unit is rounded up.
//!
//! Not played: call limits, because none are published; the merchants' own REST and MCP faces.
//!
//! INVARIANT: without a fault in the settings, charges minus refunds of a checkout is one exactly while it is completed or
//! its completion is in progress; the totals of every reply add up.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::books::Books;
use crate::control::{Control, ControlError};
use crate::fault::Trouble;
use crate::mock::{Caller, Mock, ServerInfo, ToolReply};
use crate::settings::SettingsError;

use self::catalogue::Arguments;
use self::merchant::{Merchant, Refusal, controls};
use self::settings::Completion;

mod catalogue;
mod checkout_tools;
mod merchant;
mod search;
mod settings;

#[cfg(test)]
mod tests;

pub(crate) use self::settings::Settings;

/// The Forage mock.
pub(crate) struct Forage {
    merchant: Merchant,
    /// The addresses of the products that each caller was shown since its last purchase.
    visits: BTreeMap<String, BTreeSet<String>>,
}

impl Forage {
    /// A server on its first day; `Value::Null` stands for no settings.
    pub(crate) fn new(settings: &Value) -> Result<Self, SettingsError> {
        let settings = Settings::from_json(settings)?;
        Ok(Self { merchant: Merchant::new(settings), visits: BTreeMap::new() })
    }

    /// Plays a tool whose arguments fit.
    fn play(&mut self, now: u64, caller: &Caller, tool: &str, arguments: &Arguments) -> Result<Value, Refusal> {
        match tool {
            "search_products" => Ok(self.search_products(caller, arguments)),
            "compare_prices" => Ok(self.compare_prices(caller, arguments)),
            "find_deals" => self.find_deals(caller, arguments),
            "start_checkout" => self.start_checkout(now, caller, arguments),
            "update_checkout_info" => self.update_checkout_info(now, caller, arguments),
            "complete_purchase" => self.complete_purchase(now, caller, arguments),
            _ => self.check_order(caller, arguments),
        }
    }

    /// A refusal shows the checkout where the caller may know of it.
    fn refused(&self, refusal: &Refusal) -> ToolReply {
        let notice = refusal.message.clone();
        let checkout = refusal.checkout.as_deref().and_then(|id| self.merchant.shown(id, Some(notice)));
        let body = checkout.unwrap_or_else(|| json!({ "messages": [refusal.message.to_json()] }));
        ToolReply { is_error: true, ..shown(&body) }
    }
}

/// Who is calling, as far as Forage can tell: a credential, else a session, else nobody in particular.
fn who(caller: &Caller) -> String {
    match (&caller.credential, &caller.session) {
        (Some(credential), _) => format!("credential {credential}"),
        (None, Some(session)) => format!("session {session}"),
        (None, None) => "anonymous".to_owned(),
    }
}

/// The JSON as one text, and once more as the structured result.
fn shown(body: &Value) -> ToolReply {
    let text = body.to_string();
    ToolReply { structured: Some(json!({ "result": text })), content: vec![text], is_error: false }
}

fn executing(tool: &str, trouble: &str) -> ToolReply {
    ToolReply::error(format!("Error executing tool {tool}: {trouble}"))
}

impl Mock for Forage {
    fn name(&self) -> &str {
        "forage"
    }

    fn info(&self) -> ServerInfo<'_> {
        ServerInfo {
            name: "Forage Shopping",
            version: "1.30.0",
            instructions: "Shopping at several merchants. To buy: search_products, start_checkout with a product's \
                           address, update_checkout_info until the checkout is ready_for_complete, complete_purchase, \
                           check_order. If a checkout requires_escalation, give the buyer its continue_url.",
        }
    }

    fn tools(&self) -> &[Value] {
        catalogue::definitions()
    }

    fn call(&mut self, now: u64, caller: &Caller, tool: &str, arguments: &Map<String, Value>) -> ToolReply {
        let now = self.merchant.settle_at(now);
        if tool == "update_checkout_info" {
            self.remember_buyer(caller, arguments);
        }
        match catalogue::read(tool, arguments) {
            None => ToolReply::error(format!("Unknown tool: {tool}")),
            Some(Err(trouble)) => executing(tool, &trouble),
            Some(Ok(arguments)) => match self.play(now, caller, tool, &arguments) {
                Ok(body) => shown(&body),
                Err(refusal) => self.refused(&refusal),
            },
        }
    }

    fn plays(&self) -> &'static [&'static str] {
        &controls::PLAYED
    }

    fn control(&mut self, now: u64, control: &Control) -> Result<(), ControlError> {
        let at = self.merchant.settle_at(now);
        match control {
            Control::Advance { ms } => {
                self.merchant.books.clock.advance(*ms);
                self.merchant.settle_at(now);
            }
            // The merchants keep everything; what Forage knew of its callers' searches was in memory only.
            Control::Restart {} => self.visits.clear(),
            Control::Fault(fault) => {
                let fault = fault.of(self)?;
                self.merchant.books.script(fault);
            }
            _ if self.merchant.obey(at, control)? => {}
            _ => return Err(control.not_played(self)),
        }
        Ok(())
    }

    fn settle(&mut self, now: u64) {
        self.merchant.settle_at(now);
    }

    fn out_of_band(&self) -> BTreeMap<String, String> {
        let page = |id: &String, url: &str| (format!("continue_url:{id}"), url.to_owned());
        self.merchant.checkouts().filter_map(|open| Some(page(&open.id, open.page()?))).collect()
    }

    /// The buyers' data and pages are left out.
    fn state(&self) -> Value {
        let arithmetic = self.merchant.settings.arithmetic;
        let each = self.merchant.checkouts().map(|checkout| {
            let total = checkout.quote(arithmetic).map(|quote| quote.total_minor);
            json!({
                "checkout_id": checkout.id,
                "status": checkout.state().as_str(),
                "currency": checkout.currency,
                "total": total,
                "order": checkout.order,
            })
        });
        json!({ "checkouts": each.collect::<Vec<_>>(), "attribution_sessions": self.visits.len() })
    }

    fn books(&self) -> &Books {
        &self.merchant.books
    }

    fn books_mut(&mut self) -> &mut Books {
        &mut self.merchant.books
    }

    fn keeps_accounts_straight(&self) -> bool {
        self.merchant.settings.completion == Completion::Once
    }

    fn fail(&self, tool: &str, trouble: Trouble) -> ToolReply {
        let says = match trouble {
            Trouble::Internal => "internal_error: the merchant failed",
            Trouble::NotJson => "invalid_response: the merchant did not answer with JSON",
            Trouble::NoCode => "unknown: the merchant gave no reason",
        };
        executing(tool, says)
    }
}

impl std::fmt::Debug for Forage {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The visitors are credentials.
        write!(out, "Forage({:?}, {} attribution sessions)", self.merchant, self.visits.len())
    }
}
