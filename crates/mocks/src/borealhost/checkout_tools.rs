//! The four checkout tools: create, update, complete and poll.

use serde_json::json;

use crate::instant::iso;
use crate::ledger::EntryKind;
use crate::mint::IdKind;
use crate::mock::Caller;
use crate::secret::{Secret, SecretKind};

use super::BorealHost;
use super::account_tools::check_email;
use super::catalogue::Arguments;
use super::checkout::{Checkout, Shown, State};
use super::limits::Limited;
use super::plan::Sku;
use super::refusal::{Answer, Code, Refusal};
use super::settings::{ApiKey, Completion, Payment, SecretCheck};

impl BorealHost {
    pub(crate) fn create_checkout(&mut self, now: u64, caller: &Caller, arguments: &Arguments) -> Answer {
        self.charge_limit(now, Limited::CheckoutCreate, &caller.address)?;
        let sku = Sku::read(arguments.text("sku"))
            .ok_or_else(|| Code::Validation.because("There is no such SKU. See list_plans."))?;
        let id = self.mint.id(IdKind::Checkout);
        let secret = self.mint.token("checkout_secret");
        self.books.remember(Secret {
            kind: SecretKind::CheckoutSecret,
            value: secret.clone(),
            about: Some(id.clone()),
            minted_for: caller.credential.clone(),
        });
        self.books.write(Some(&id), EntryKind::CheckoutCreated);
        let checkout = Checkout::new(id.clone(), sku, secret.clone(), now);
        let mut reply = checkout.to_json();
        reply.insert("checkout_secret".to_owned(), json!(secret));
        self.checkouts.insert(id.clone(), checkout);
        self.enter(now, &id, State::NotReady);
        self.contexts.of(caller).checkout_secrets.insert(id, secret);
        Ok(reply.into())
    }

    pub(crate) fn update_checkout(&mut self, now: u64, caller: &Caller, arguments: &Arguments) -> Answer {
        self.charge_limit(now, Limited::CheckoutUpdate, &caller.address)?;
        let id = arguments.text("checkout_id");
        self.check_secret(caller, id)?;
        if self.checkout(id)?.state() != State::NotReady {
            return Err(Code::Forbidden.because("A checkout must be in not_ready to be updated."));
        }
        let (email, slug) = (arguments.text("buyer_email"), arguments.text("requested_slug"));
        check_email(email)?;
        self.check_slug(slug)?;
        let checkout = self.checkout_mut(id)?;
        if !email.is_empty() {
            email.clone_into(&mut checkout.buyer_email);
        }
        if !slug.is_empty() {
            slug.clone_into(&mut checkout.requested_slug);
            self.enter(now, id, State::Ready);
        }
        Ok(self.checkout(id)?.to_json().into())
    }

    pub(crate) fn complete_checkout(&mut self, now: u64, caller: &Caller, arguments: &Arguments) -> Answer {
        self.charge_limit(now, Limited::CheckoutComplete, &caller.address)?;
        let id = arguments.text("checkout_id");
        self.check_secret(caller, id)?;
        self.check_completable(id)?;
        match arguments.text("payment_method") {
            "stripe_checkout" => self.hand_out_page(now, id),
            "stripe_payment_method" => self.charge_directly(now, caller, id, arguments.text("payment_method_id")),
            "admin_bypass" => Err(Code::Forbidden.because("This payment method is for staff.")),
            _ => Err(Code::Validation.because("payment_method is stripe_checkout or stripe_payment_method.")),
        }
    }

    pub(crate) fn get_checkout_status(&mut self, now: u64, caller: &Caller, arguments: &Arguments) -> Answer {
        self.charge_limit(now, Limited::CheckoutPoll, &caller.address)?;
        let id = arguments.text("checkout_id");
        match self.settings.secret_check {
            SecretCheck::On => self.check_secret(caller, id)?,
            SecretCheck::Off => {}
        }
        let checkout = self.checkout(id)?;
        let Some(purchase) = &checkout.purchase else {
            return Ok(checkout.to_json().into());
        };
        let mut reply = checkout.id_and_status();
        let (subscription_id, completed_at) = (purchase.subscription_id.clone(), iso(purchase.completed_at));
        if let Some(api_key) = self.show_key(caller, id) {
            reply.insert("api_key".to_owned(), json!(api_key));
            reply.insert("api_key_message".to_owned(), json!(KEY_MESSAGE));
        }
        reply.insert("subscription_id".to_owned(), json!(subscription_id));
        reply.insert("completed_at".to_owned(), json!(completed_at));
        Ok(reply.into())
    }

    fn hand_out_page(&mut self, now: u64, id: &str) -> Answer {
        let (session, fragment) = (self.mint.hex_48("stripe_session"), self.mint.token("stripe_fragment"));
        let url = format!("https://checkout.stripe.com/c/pay/cs_test_{session}#{fragment}");
        let checkout = self.checkout_mut(id)?;
        checkout.open_links += 1;
        checkout.payment_url = Some(url.clone());
        if checkout.state() == State::Ready {
            self.enter(now, id, State::AwaitingPayment);
        }
        let mut reply = self.checkout(id)?.id_and_status();
        reply.insert("stripe_checkout_url".to_owned(), json!(url));
        reply.insert("message".to_owned(), json!("Open the payment page, pay, and poll get_checkout_status."));
        Ok(reply.into())
    }

    fn charge_directly(&mut self, now: u64, caller: &Caller, id: &str, payment_method_id: &str) -> Answer {
        if !payment_method_id.starts_with("pm_") {
            return Err(Code::Validation.because("payment_method_id is required and starts with pm_."));
        }
        if self.settings.payment == Payment::Decline || payment_method_id == DECLINED_METHOD {
            if self.checkout(id)?.state() == State::Ready {
                self.enter(now, id, State::Failed);
            }
            return Err(Code::PaymentRequired.because("The payment was declined."));
        }
        self.charge(now, id);
        self.finish(now, id);
        let checkout = self.checkout(id)?;
        let mut reply = checkout.id_and_status();
        let made = checkout.purchase.as_ref().map(|made| (made.subscription_id.clone(), made.job_id.clone()));
        if let Some(api_key) = self.show_key(caller, id) {
            reply.insert("api_key".to_owned(), json!(api_key));
            reply.insert("api_key_message".to_owned(), json!(KEY_MESSAGE));
        }
        if let Some((subscription_id, job_id)) = made {
            reply.insert("subscription_id".to_owned(), json!(subscription_id));
            reply.insert("provisioning_job_id".to_owned(), json!(job_id));
        }
        Ok(reply.into())
    }

    /// The API key, if this reply may carry it.
    fn show_key(&mut self, caller: &Caller, id: &str) -> Option<String> {
        let purchase = self.checkouts.get_mut(id)?.purchase.as_mut()?;
        if purchase.shown == Shown::Already && self.settings.api_key == ApiKey::Once {
            return None;
        }
        let api_key = purchase.api_key.clone();
        if purchase.shown == Shown::NotYet {
            purchase.shown = Shown::Already;
            self.books.note_first_shown(&api_key, caller);
        }
        self.deliver(caller, &api_key, Some(id));
        Some(api_key)
    }

    fn check_completable(&self, id: &str) -> Result<(), Refusal> {
        let state = self.checkout(id)?.state();
        let again =
            self.settings.completion == Completion::Repeatable && (state.is_paid() || state == State::AwaitingPayment);
        match state == State::Ready || again {
            true => Ok(()),
            false => Err(Code::Forbidden.because("A checkout must be in ready to be completed.")),
        }
    }

    /// The caller's context must remember the checkout's secret; an unknown checkout is said to be unknown.
    fn check_secret(&mut self, caller: &Caller, id: &str) -> Result<(), Refusal> {
        let remembered = self.contexts.of(caller).checkout_secrets.get(id).cloned();
        match remembered.as_deref() == Some(self.checkout(id)?.secret.as_str()) {
            true => Ok(()),
            false => Err(Code::Forbidden.because("The secret of this checkout is missing or wrong.")),
        }
    }

    /// An empty slug asks for nothing; any other must be well-formed and free.
    fn check_slug(&self, slug: &str) -> Result<(), Refusal> {
        let taken =
            self.accounts.of_site(slug).is_some() || self.checkouts.values().any(|checkout| checkout.holds_slug(slug));
        match slug {
            "" => Ok(()),
            _ if !is_slug(slug) => Err(Code::Validation.because(SLUG_RULE)),
            _ if taken => Err(Code::Validation.because("This slug is taken.")),
            _ => Ok(()),
        }
    }

    fn checkout(&self, id: &str) -> Result<&Checkout, Refusal> {
        self.checkouts.get(id).ok_or_else(no_such_checkout)
    }

    fn checkout_mut(&mut self, id: &str) -> Result<&mut Checkout, Refusal> {
        self.checkouts.get_mut(id).ok_or_else(no_such_checkout)
    }
}

const KEY_MESSAGE: &str = "Keep this key. It is not shown again.";
const SLUG_RULE: &str = "A slug has 3 to 50 lower-case letters, digits and hyphens, and no hyphen at either end.";
/// The payment provider's own test method that is always declined.
const DECLINED_METHOD: &str = "pm_card_chargeDeclined";

fn no_such_checkout() -> Refusal {
    Code::NotFound.because("There is no such checkout.")
}

/// `^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$`
fn is_slug(text: &str) -> bool {
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    (3..=50).contains(&bytes.len())
        && bytes.iter().all(|byte| plain(byte) || *byte == b'-')
        && bytes.first().is_some_and(plain)
        && bytes.last().is_some_and(plain)
}
