//! The four tools that buy: start, update, complete and check. Each answers with the whole checkout.

use serde_json::{Map, Value};

use crate::mock::Caller;
use crate::secret::{Secret, SecretKind};

use super::catalogue::Arguments;
use super::merchant::checkout::Attribution;
use super::merchant::{Changes, Claims, Refusal};
use super::{Forage, who};

/// Shorter data would be found by chance in messages that have nothing to do with it.
const SHORTEST: usize = 6;

impl Forage {
    pub(crate) fn start_checkout(
        &mut self,
        now: u64,
        caller: &Caller,
        arguments: &Arguments,
    ) -> Result<Value, Refusal> {
        let owner = who(caller);
        let visited = self.visits.get(&owner).is_some_and(|visited| !visited.is_empty());
        let attribution = if visited { Attribution::Attached } else { Attribution::None };
        let (product_url, quantity) = (arguments.text("product_url"), arguments.number("quantity"));
        let id = self.merchant.create(now, owner, product_url, quantity, claims(arguments), attribution)?;
        Ok(self.whole(&id))
    }

    pub(crate) fn update_checkout_info(
        &mut self,
        now: u64,
        caller: &Caller,
        arguments: &Arguments,
    ) -> Result<Value, Refusal> {
        let id = arguments.text("checkout_id");
        self.merchant.seen_by(&who(caller), id)?;
        let given = |name: &str| Some(arguments.text(name)).filter(|text| !text.is_empty()).map(str::to_owned);
        let changes = Changes {
            email: given("email"),
            name: given("name"),
            shipping_address: arguments.object("shipping_address").cloned(),
            discount_codes: arguments.texts("discount_codes"),
            claims: claims(arguments),
        };
        self.merchant.update(now, id, changes)?;
        Ok(self.whole(id))
    }

    pub(crate) fn complete_purchase(
        &mut self,
        now: u64,
        caller: &Caller,
        arguments: &Arguments,
    ) -> Result<Value, Refusal> {
        let (id, owner) = (arguments.text("checkout_id"), who(caller));
        self.merchant.seen_by(&owner, id)?;
        self.merchant.complete(now, id)?;
        if self.merchant.seen_by(&owner, id)?.state().is_paid() {
            self.visits.remove(&owner);
        }
        Ok(self.whole(id))
    }

    pub(crate) fn check_order(&self, caller: &Caller, arguments: &Arguments) -> Result<Value, Refusal> {
        let id = arguments.text("checkout_id");
        self.merchant.seen_by(&who(caller), id)?;
        Ok(self.whole(id))
    }

    fn whole(&self, id: &str) -> Value {
        self.merchant.shown(id, None).unwrap_or_default()
    }

    /// Remembers what a buyer tells of herself for the witnesses, before anybody can refuse it: the call is in the journal
    /// either way. Of an address only the street, since the rest of it is no secret. Once for each caller who tells it,
    /// because all of them may see it again.
    pub(crate) fn remember_buyer(&mut self, caller: &Caller, arguments: &Map<String, Value>) {
        let text = |name: &str| arguments.get(name).and_then(Value::as_str);
        let street = arguments.get("shipping_address").and_then(|address| address.get("street_address")?.as_str());
        let books = &mut self.merchant.books;
        for value in [text("email"), text("name"), street].into_iter().flatten() {
            let is_known = |secret: &Secret| secret.value == value && secret.minted_for == caller.credential;
            if value.len() >= SHORTEST && !books.secrets.iter().any(is_known) {
                books.remember(Secret {
                    kind: SecretKind::PersonalData,
                    value: value.to_owned(),
                    about: text("checkout_id").map(str::to_owned),
                    minted_for: caller.credential.clone(),
                });
            }
        }
    }
}

/// What the client says about money in arguments that no tool declares.
fn claims(arguments: &Arguments) -> Claims {
    let currency = arguments.text("currency");
    Claims {
        unit_minor: arguments.number("price"),
        currency: Some(currency).filter(|code| !code.is_empty()).map(str::to_owned),
        total_minor: arguments.number("total"),
    }
}
