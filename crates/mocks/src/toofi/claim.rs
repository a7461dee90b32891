//! The claim: a paid purchase's token is exchanged for its agent key.

use serde_json::json;
use subtle::ConstantTimeEq as _;

use crate::ledger::EntryKind;
use crate::mock::Caller;
use crate::secret::SecretKind;

use super::Toofi;
use super::billing_tools::who;
use super::catalogue::Arguments;
use super::purchase::State;
use super::refusal::{Answer, Code, Refusal, shown};
use super::settings::{ClaimAgain, ClaimCheck, ClaimLimit};

impl Toofi {
    /// A wrong token and an unknown purchase are told apart by nothing; a right token learns how far its purchase is, and is
    /// not used up by asking too soon.
    pub(crate) fn claim(&mut self, now: u64, caller: &Caller, arguments: &Arguments) -> Answer {
        let id = arguments.text("purchase_id");
        let subject = self.counted(caller, id);
        if subject.as_deref().is_some_and(|subject| self.attempts.are_used_up(now, subject)) {
            return Err(Code::RateLimited.because("Too many wrong claims. Wait before trying again."));
        }
        let Some(state) = self.state_for(id, arguments.text("claim_token")) else {
            if let Some(subject) = subject {
                self.attempts.note(now, &subject);
            }
            return Err(Code::InvalidClaim.because("There is no such purchase, or the claim token is wrong."));
        };
        let agent_key = self.key_for(now, id, state)?;
        self.books.write(Some(id), EntryKind::KeyDelivered);
        Ok(shown(
            State::Claimed.as_str(),
            [
                ("purchase_id", json!(id)),
                ("agent_key", json!(agent_key)),
                ("notice", json!("Keep this key. It is not shown again.")),
            ],
        ))
    }

    /// Whose wrong claims this one is counted among.
    fn counted(&self, caller: &Caller, id: &str) -> Option<String> {
        match self.settings.claim_limit {
            ClaimLimit::PerCaller => Some(who(caller)),
            ClaimLimit::PerPurchase => Some(format!("purchase {id}")),
            ClaimLimit::Off => None,
        }
    }

    /// The state of the purchase, for whoever may ask.
    fn state_for(&self, id: &str, claim_token: &str) -> Option<State> {
        let purchase = self.purchases.get(id)?;
        let is_right = match self.settings.claim_check {
            ClaimCheck::Token => purchase.claim_token.as_bytes().ct_eq(claim_token.as_bytes()).into(),
            ClaimCheck::PurchaseOnly => true,
        };
        is_right.then_some(purchase.state)
    }

    fn key_for(&mut self, now: u64, id: &str, state: State) -> Result<String, Refusal> {
        let again = self.settings.claim;
        let claimed_before = || self.purchases.get(id).and_then(|purchase| purchase.keys.last().cloned());
        match state {
            State::Open | State::Processing => Err(Code::PaymentPending.because("The purchase is not paid yet.")),
            State::Failed => Err(Code::PaymentFailed.because("The payment failed.")),
            State::Expired => Err(Code::PurchaseExpired.because("The purchase expired unpaid.")),
            State::Claimed if again == ClaimAgain::Once => {
                Err(Code::AlreadyClaimed.because("The key of this purchase was claimed before."))
            }
            State::Claimed if again == ClaimAgain::RepeatsSameKey => {
                claimed_before().ok_or_else(|| Code::InternalError.because("The key is lost."))
            }
            State::Paid | State::Claimed => Ok(self.make_key(now, id)),
        }
    }

    /// Whoever claims it, the key belongs to whoever opened the purchase.
    fn make_key(&mut self, now: u64, id: &str) -> String {
        let agent_key = format!("toofi_ak_{}", self.mint.hex_48("agent_key"));
        let owner = self.purchases.get(id).and_then(|purchase| purchase.owner.clone());
        self.remember(owner, id, SecretKind::ApiKey, &agent_key);
        self.books.write(Some(id), EntryKind::KeyMinted);
        self.books.write(Some(id), EntryKind::KeyClaimed);
        if let Some(purchase) = self.purchases.get_mut(id) {
            purchase.keys.push(agent_key.clone());
        }
        self.enter(now, id, State::Claimed);
        agent_key
    }
}
