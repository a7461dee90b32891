//! The webhook endpoint: who is believed, and what is heard twice.
//!
//! INVARIANT: the signature is checked over the bytes as they came, before anything reads them.

use crate::face::{Delivery as Sent, FaceRequest, FaceResponse};
use crate::ledger::EntryKind;
use crate::provider::{Heard, TOLERANCE_SECS, read, verify};

use super::Toofi;
use super::settings::{Events, SignatureCheck, Tolerance};

/// Where the provider sends its webhooks.
pub(crate) const PATH: &str = "/webhook/stripe";

impl Toofi {
    /// Answers a request to [`PATH`], whoever sent it.
    pub(crate) fn answer_webhook(&mut self, now: u64, request: &FaceRequest) -> FaceResponse {
        let now = self.settle_at(now);
        let (status, body) = match request.method.as_str() {
            "POST" => match self.take_webhook(now, request.header("stripe-signature"), &request.body) {
                true => (200, r#"{"received":true}"#),
                false => (400, r#"{"error":"the webhook is not believed"}"#),
            },
            _ => (405, ""),
        };
        FaceResponse {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.as_bytes().to_vec(),
            delivery: Sent::Sent,
        }
    }

    /// Takes a webhook in; says whether it was believed. An event that was believed before is, and changes nothing.
    pub(crate) fn take_webhook(&mut self, at: u64, signature: Option<&str>, body: &[u8]) -> bool {
        let heard = if self.is_believed(at, signature, body) { read(body) } else { None };
        let known = heard.filter(|heard| self.purchases.contains_key(&heard.reference));
        let Some(Heard { id, reference, says }) = known else {
            self.books.ledger.write(at, None, EntryKind::WebhookRefused);
            return false;
        };
        let is_new = self.heard.insert(id);
        if is_new || self.settings.events == Events::CountedAgain {
            self.books.ledger.write(at, Some(&reference), EntryKind::WebhookAccepted);
            self.believe(at, &reference, says);
        }
        true
    }

    fn is_believed(&self, at: u64, signature: Option<&str>, body: &[u8]) -> bool {
        let tolerance = match self.settings.tolerance {
            Tolerance::On => Some(TOLERANCE_SECS),
            Tolerance::Off => None,
        };
        self.settings.signature_check == SignatureCheck::Off
            || verify(self.provider.secret(), signature, body, at / 1_000, tolerance).is_ok()
    }
}
