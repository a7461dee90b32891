//! The tools behind the key: the balance, a plan that costs credits, and what the server tells of itself for free.

use serde_json::json;

use crate::ledger::EntryKind;
use crate::mock::Caller;

use super::Toofi;
use super::catalogue::Arguments;
use super::purchase::Purchase;
use super::quote::{PACK, PLAN_CREDITS};
use super::refusal::{Answer, Code, Refusal, Shown, shown};
use super::requests::{Made, Request};
use super::settings::Balance;

/// How much of a key may be shown: its kind and two digits, too little to count as a piece of the secret.
const PREFIX_CHARACTERS: usize = 11;

impl Toofi {
    pub(crate) fn balance(&self, arguments: &Arguments) -> Answer {
        let key = arguments.text_or("agent_key", "toofi_agent_key");
        let id = self.of_key(key)?;
        let left = self.purchases.get(&id).map_or(0, |purchase| purchase.balance);
        let shown_key = match self.settings.balance {
            Balance::Prefix => format!("{}...", key.chars().take(PREFIX_CHARACTERS).collect::<String>()),
            Balance::WholeKey => key.to_owned(),
        };
        Ok(shown("ok", [("balance", json!(left)), ("currency", json!("TOOFI_CREDIT")), ("key", json!(shown_key))]))
    }

    /// Makes a plan. How it goes on is told by a tool that is not played.
    pub(crate) fn make_plan(&mut self, caller: &Caller, arguments: &Arguments) -> Answer {
        let request = Request::of(caller, "generate_dental_treatment_plan_pdf", arguments);
        if let Some(Made::Plan(shown)) = self.repeated(&request)? {
            return Ok(shown);
        }
        let made = self.spend_on_plan(arguments)?;
        self.requests.note(request, Made::Plan(made.clone()));
        Ok(made)
    }

    fn spend_on_plan(&mut self, arguments: &Arguments) -> Answer {
        let id = self.of_key(arguments.text_or("agent_key", "toofi_agent_key"))?;
        let spent = self.purchases.get_mut(&id).and_then(Purchase::spend);
        let left = spent.ok_or_else(|| {
            Code::InsufficientCredits.because(format!("A plan costs {PLAN_CREDITS} credits; buy more."))
        })?;
        self.books.write(Some(&id), EntryKind::CreditsSpent { units: PLAN_CREDITS });
        Ok(shown(
            "accepted",
            [
                ("operation_id", json!(self.mint.serial("operation"))),
                ("plan_id", json!(self.mint.serial("plan"))),
                ("patient_id", json!(self.mint.serial("patient"))),
                ("credits_spent", json!(PLAN_CREDITS)),
                ("balance", json!(left)),
            ],
        ))
    }

    /// The purchase whose key this is.
    fn of_key(&self, key: &str) -> Result<String, Refusal> {
        let found = self.purchases.values().find(|purchase| purchase.keys.iter().any(|own| own == key));
        let found = found.map(|purchase| purchase.id.clone());
        found.ok_or_else(|| Code::InvalidAgentKey.because("A valid agent_key is required."))
    }
}

impl Purchase {
    /// Takes what a plan costs and gives back what is left, if there is enough.
    fn spend(&mut self) -> Option<u64> {
        self.balance = self.balance.checked_sub(PLAN_CREDITS)?;
        Some(self.balance)
    }
}

pub(crate) fn capabilities() -> Shown {
    shown(
        "ok",
        [
            ("free_tools", json!(["discover_capabilities", "get_agent_billing_quote"])),
            ("credits", json!({ "generate_dental_treatment_plan_pdf": PLAN_CREDITS })),
            ("products", json!([PACK])),
            ("currencies", json!(["EUR", "USD", "JPY"])),
        ],
    )
}
