//! The tools about accounts and plans: `register`, `set_api_key`, `whoami`, `list_plans`.

use serde_json::{Value, json};

use crate::instant::iso;
use crate::ledger::EntryKind;
use crate::mint::IdKind;
use crate::mock::Caller;

use super::account::{Key, KeyOrigin, SCOPES, prefix};
use super::catalogue::Arguments;
use super::limits::Limited;
use super::plan::on_sale;
use super::refusal::{Answer, Code, Refusal};
use super::{BorealHost, Whoami};

impl BorealHost {
    pub(crate) fn register(&mut self, now: u64, caller: &Caller, arguments: &Arguments) -> Answer {
        self.charge_limit(now, Limited::Registration, &caller.address)?;
        let email = arguments.text("email");
        check_email(email)?;
        let account_id = self.open_account(now, email);
        self.books.write(None, EntryKind::AccountRegistered);
        let (api_key, key_id) =
            self.mint_key(now, &account_id, arguments.text("name"), KeyOrigin::Registration(caller));
        self.deliver(caller, &api_key, None);
        Ok(json!({
            "api_key": api_key,
            "key_id": key_id,
            "prefix": prefix(&api_key),
            "scopes": SCOPES,
            "account_id": account_id,
            "message": "Keep this key. It is not shown again.",
        }))
    }

    /// Only the prefix is checked here. A key that nobody has is activated all the same and fails later.
    pub(crate) fn set_api_key(&mut self, caller: &Caller, arguments: &Arguments) -> Value {
        let api_key = arguments.text("api_key");
        if !api_key.starts_with("bh_") {
            return json!({ "success": false, "error": "An API key starts with bh_." });
        }
        self.contexts.of(caller).api_key = Some(api_key.to_owned());
        let message = match self.accounts.by_key(api_key) {
            Some(_) => "The key is active for this session.",
            None => "The key is set for this session, but it could not be verified.",
        };
        json!({ "success": true, "message": message, "key_prefix": prefix(api_key) })
    }

    pub(crate) fn whoami(&mut self, now: u64, caller: &Caller) -> Answer {
        let unauthorized = || Code::Unauthorized.because("A valid API key is required.");
        let api_key = self.contexts.of(caller).api_key.clone().ok_or_else(unauthorized)?;
        self.accounts.by_key(&api_key).ok_or_else(unauthorized)?;
        self.charge_limit(now, Limited::KeyMinute, &api_key)?;
        self.charge_limit(now, Limited::KeyDay, &api_key)?;
        let (key, account) = self.accounts.by_key(&api_key).ok_or_else(unauthorized)?;
        let sites = self.accounts.sites_of(&key.account_id);
        let shown = match self.settings.whoami {
            Whoami::Prefix => prefix(&api_key),
            Whoami::WholeKey => api_key.clone(),
        };
        Ok(json!({
            "user": { "id": key.account_id, "email": account.email, "date_joined": iso(account.joined_at) },
            "api_key": {
                "name": key.name,
                "prefix": shown,
                "scopes": SCOPES,
                "created_at": iso(key.created_at),
            },
            "account": { "sites": sites, "active_subscriptions": sites },
        }))
    }

    /// Opens an account; without an address the buyer gets a synthetic one.
    pub(crate) fn open_account(&mut self, now: u64, email: &str) -> String {
        let id = self.mint.id(IdKind::Account);
        let email = match email {
            "" => format!("agent-{id}@api.borealhost.ai"),
            given => given.to_owned(),
        };
        self.accounts.open(&id, email, now);
        id
    }

    /// Makes an API key and gives back its value and its id.
    pub(crate) fn mint_key(
        &mut self,
        at: u64,
        account_id: &str,
        name: &str,
        origin: KeyOrigin<'_>,
    ) -> (String, String) {
        let value = format!("bh_{}", self.mint.hex_48("api_key"));
        let id = self.mint.id(IdKind::Key);
        let key = Key { name: name.to_owned(), account_id: account_id.to_owned(), created_at: at };
        self.accounts.add_key(&value, key);
        self.books.remember(origin.secret(&value, account_id));
        self.books.ledger.write(at, origin.checkout(), EntryKind::KeyMinted);
        (value, id)
    }

    /// Notes that a reply carries the key, and activates it for the caller as the published client does.
    pub(crate) fn deliver(&mut self, caller: &Caller, api_key: &str, checkout: Option<&str>) {
        self.contexts.of(caller).api_key = Some(api_key.to_owned());
        self.books.write(checkout, EntryKind::KeyDelivered);
    }
}

/// The plans of a track. `include_deprecated` has nothing to add.
pub(crate) fn list_plans(arguments: &Arguments) -> Value {
    on_sale(arguments.text("track")).map(|plan| plan.to_json()).collect()
}

/// An empty address is fine; any other needs a name and a host.
pub(crate) fn check_email(email: &str) -> Result<(), Refusal> {
    let plausible = email
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !email.contains(char::is_whitespace));
    match email.is_empty() || plausible {
        true => Ok(()),
        false => Err(Code::Validation.because("Enter a valid email address.")),
    }
}
