//! The two tools that come before the money: a quote and a checkout session.

use serde_json::json;

use crate::instant::iso;
use crate::ledger::EntryKind;
use crate::mint::IdKind;
use crate::mock::Caller;
use crate::provider;
use crate::secret::{Secret, SecretKind};

use super::Toofi;
use super::catalogue::Arguments;
use super::purchase::{Purchase, State};
use super::quote::{Currency, QUOTE_MS, Quote, Wish};
use super::refusal::{Answer, Code, Refusal, shown};
use super::requests::{Made, Request};
use super::settings::{QuoteCheck, RequestId, SessionCurrency};

/// What a purchase will cost.
struct Bill {
    credits: u64,
    amount_minor: u64,
    currency: Currency,
    /// The currency that was quoted; the same where nothing was.
    quoted_in: Currency,
}

impl Toofi {
    pub(crate) fn quote(&mut self, now: u64, arguments: &Arguments) -> Answer {
        let currency = Currency::named(arguments.text("currency"))?;
        let wish = Wish::of(arguments, self.settings.units)?;
        let quote = Quote {
            id: self.mint.serial("quote"),
            amount_minor: self.prices.of(&wish, currency, self.settings.units),
            wish,
            currency,
            expires_at: now.saturating_add(QUOTE_MS),
        };
        self.books.write(None, EntryKind::QuoteMade);
        let answer = quote.shown();
        self.quotes.insert(quote.id.clone(), quote);
        Ok(answer)
    }

    pub(crate) fn create(&mut self, now: u64, caller: &Caller, arguments: &Arguments) -> Answer {
        let email = arguments.text_or("owner_email", "email");
        check_email(email)?;
        let return_url = arguments.text("return_url");
        if !return_url.is_empty() && !return_url.starts_with("https://") {
            return Err(Code::InvalidReturnUrl.because("return_url begins with https://."));
        }
        let request = Request::of(caller, "create_agent_checkout_session", arguments);
        if let Some(made) = self.repeated(&request)? {
            return match made {
                Made::Purchase(id) => self.shown_open(&id, self.token_again(&id)),
                Made::Plan(shown) => Ok(shown),
            };
        }
        let bill = self.bill(now, arguments)?;
        let id = self.open(now, caller, &bill, email, return_url);
        self.requests.note(request, Made::Purchase(id.clone()));
        let token = self.purchases.get(&id).map(|purchase| purchase.claim_token.clone());
        self.shown_open(&id, token)
    }

    /// The claim token once more, where the server is that careless.
    fn token_again(&self, id: &str) -> Option<String> {
        let purchase = self.purchases.get(id).filter(|_| self.settings.request_id == RequestId::RepeatsToken)?;
        Some(purchase.claim_token.clone())
    }

    fn bill(&self, now: u64, arguments: &Arguments) -> Result<Bill, Refusal> {
        let quote_id = arguments.text("quote_id");
        if quote_id.is_empty() {
            let wish = Wish::of(arguments, self.settings.units)?;
            let (credits, currency) = (wish.credits(), Currency::Eur);
            let amount_minor = self.prices.of(&wish, currency, self.settings.units);
            return Ok(Bill { credits, amount_minor, currency, quoted_in: currency });
        }
        let quote = self.quotes.get(quote_id).ok_or_else(|| Code::UnknownQuote.because("There is no such quote."))?;
        self.check_quote(now, quote, arguments)?;
        let amount_minor = match self.settings.quote_check {
            QuoteCheck::Honoured => quote.amount_minor,
            QuoteCheck::Ignored => self.prices.of(&quote.wish, quote.currency, self.settings.units),
        };
        let currency = match self.settings.currency {
            SessionCurrency::Quoted => quote.currency,
            SessionCurrency::Switched => quote.currency.switched(),
        };
        Ok(Bill { credits: quote.wish.credits(), amount_minor, currency, quoted_in: quote.currency })
    }

    /// A quote is for money, still holds, and nothing else in the call names another price.
    fn check_quote(&self, now: u64, quote: &Quote, arguments: &Arguments) -> Result<(), Refusal> {
        if !quote.wish.agrees_with(arguments) {
            return Err(Code::QuoteMismatch.because("The quote is for something else than the rest of the call."));
        }
        if quote.currency == Currency::Credit {
            return Err(Code::QuoteNotPayable.because("A quote in TOOFI_CREDIT cannot be paid; ask for one in money."));
        }
        if self.settings.quote_check == QuoteCheck::Honoured && now >= quote.expires_at {
            return Err(Code::QuoteExpired.because("The quote has expired; ask for another."));
        }
        Ok(())
    }

    /// Opens a purchase with its page at the provider, and gives back its id.
    fn open(&mut self, now: u64, caller: &Caller, bill: &Bill, email: &str, return_url: &str) -> String {
        let id = self.mint.id(IdKind::Checkout);
        let claim_token = format!("toofi_ct_{}", self.mint.token("claim_token"));
        self.remember(caller.credential.clone(), &id, SecretKind::ClaimToken, &claim_token);
        self.books.write(Some(&id), EntryKind::CheckoutCreated);
        self.books.write(Some(&id), EntryKind::ClaimTokenMinted);
        let order = provider::Order {
            reference: id.clone(),
            amount_minor: bill.amount_minor,
            currency: bill.currency.as_str(),
            email: email.to_owned(),
            return_url: return_url.to_owned(),
        };
        let (session_id, settled) = self.provider.open(now, order);
        let purchase = Purchase {
            id: id.clone(),
            session_id,
            claim_token,
            credits: bill.credits,
            amount_minor: bill.amount_minor,
            currency: bill.currency.as_str(),
            quoted_in: bill.quoted_in.as_str(),
            owner: caller.credential.clone(),
            state: State::Open,
            grants: 0,
            balance: 0,
            keys: Vec::new(),
        };
        self.purchases.insert(id.clone(), purchase);
        self.books.ledger.write(now, Some(&id), EntryKind::StateEntered { state: State::Open.as_str() });
        if let Some(settled) = settled {
            self.hear_of(now, &id, settled);
        }
        id
    }

    /// What a creation answers. The status is that of the page: `open`, unless there was nothing to pay.
    fn shown_open(&self, id: &str, claim_token: Option<String>) -> Answer {
        let lost = || Code::InternalError.because("The purchase is lost.");
        let purchase = self.purchases.get(id).ok_or_else(lost)?;
        let session = self.provider.session(&purchase.session_id).ok_or_else(lost)?;
        let mut answer = shown(purchase.state.as_str(), [("purchase_id", json!(id))]);
        if let Some(token) = claim_token {
            answer.members.insert("claim_token".to_owned(), json!(token));
        }
        let rest = shown(
            "",
            [
                ("checkout_url", json!(session.url())),
                ("amount_total", json!(purchase.amount_minor)),
                ("currency", json!(purchase.currency)),
                ("credits", json!(purchase.credits)),
                ("expires_at", json!(iso(session.expires_at))),
            ],
        );
        answer.members.extend(rest.members);
        Ok(answer)
    }

    /// Tells the witnesses of a new secret and of the credential whose it is.
    pub(crate) fn remember(&mut self, owner: Option<String>, purchase_id: &str, kind: SecretKind, value: &str) {
        self.books.remember(Secret {
            kind,
            value: value.to_owned(),
            about: Some(purchase_id.to_owned()),
            minted_for: owner,
        });
    }
}

/// Who is counted as one caller: the bearer of a credential, or an address.
pub(crate) fn who(caller: &Caller) -> String {
    match &caller.credential {
        Some(credential) => format!("credential {credential}"),
        None => format!("address {}", caller.address),
    }
}

/// No address is fine; any other needs a name and a host.
fn check_email(email: &str) -> Result<(), Refusal> {
    let plausible = email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    match email.is_empty() || (plausible && !email.contains(char::is_whitespace)) {
        true => Ok(()),
        false => Err(Code::InvalidEmail.because("Enter a valid email address.")),
    }
}
