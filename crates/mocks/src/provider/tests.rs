//! The provider's tests: the published signature, what a session can become, and what an event says.

use serde_json::{Value, json};

use crate::control::{PayBy, WebhookEvent};
use crate::mint::Seed;

use super::event::{Says, read};
use super::session::{LIFETIME_MS, Payment, Status};
use super::signature::{Disbelief, TOLERANCE_SECS, sign, verify};
use super::{Order, Provider, Settled};

/// 2026-01-01T00:00:00Z.
const NOW: u64 = 1_767_225_600_000;

/// A published example of a signed body.
const SECRET: &str = "whsec_test";
const SIGNED_AT: u64 = 1_700_000_000;
const BODY: &str = r#"{"id":"evt_test_1","type":"checkout.session.completed"}"#;
const DIGEST: &str = "fe00a76ea0f04f4316e631fdd0b66f6c4afb6befcf5a599ba4d6c0b040fe2ae0";

fn check(header: Option<&str>, body: &str, now: u64) -> Result<(), Disbelief> {
    verify(SECRET, header, body.as_bytes(), now, Some(TOLERANCE_SECS))
}

fn opened(amount_minor: u64) -> (Provider, String, Option<Settled>) {
    let mut provider = Provider::new(&Seed::new("test"));
    let order = Order {
        reference: "purchase".to_owned(),
        amount_minor,
        currency: "eur",
        email: "me@example.test".to_owned(),
        return_url: String::new(),
    };
    let (id, settled) = provider.open(NOW, order);
    (provider, id, settled)
}

fn says(settled: &Settled) -> Says {
    read(settled.told.body.as_bytes()).expect("an event").says
}

#[test]
fn the_signature_is_the_published_one() {
    assert_eq!(sign(SECRET, SIGNED_AT, BODY), format!("t={SIGNED_AT},v1={DIGEST}"));
}

#[test]
fn any_digest_may_match_and_other_schemes_are_passed_over() {
    let header = |rest: &str| format!("t={SIGNED_AT},{rest}");
    let wrong = "0".repeat(64);
    for good in [
        format!("v1={DIGEST}"),
        format!("v1={wrong},v1={DIGEST}"),
        format!("v0={wrong},v1={DIGEST}"),
        format!("v1={DIGEST},v1={wrong}"),
    ] {
        assert_eq!(check(Some(&header(&good)), BODY, SIGNED_AT), Ok(()), "{good}");
    }
    for bad in [format!("v1={wrong}"), format!("v0={DIGEST}"), format!("v1={}", &DIGEST[1..]), String::new()] {
        assert_eq!(check(Some(&header(&bad)), BODY, SIGNED_AT), Err(Disbelief::Forged), "{bad}");
    }
    let good = header(&format!("v1={DIGEST}"));
    assert_eq!(check(Some(&good), &BODY.replace('1', "2"), SIGNED_AT), Err(Disbelief::Forged));
    assert_eq!(check(Some(&good.replace("t=17", "t=18")), BODY, SIGNED_AT), Err(Disbelief::Forged));
    for unreadable in [None, Some(""), Some("t=soon,v1=00"), Some("v1=00")] {
        assert_eq!(check(unreadable, BODY, SIGNED_AT), Err(Disbelief::Unsigned), "{unreadable:?}");
    }
}

#[test]
fn only_a_signature_that_is_too_old_is_refused() {
    let header = sign(SECRET, SIGNED_AT, BODY);
    for (now, expected) in [
        (SIGNED_AT + TOLERANCE_SECS, Ok(())),
        (SIGNED_AT + TOLERANCE_SECS + 1, Err(Disbelief::Late)),
        (SIGNED_AT - 10 * TOLERANCE_SECS, Ok(())),
    ] {
        assert_eq!(check(Some(&header), BODY, now), expected, "{now}");
    }
    assert_eq!(verify(SECRET, Some(&header), BODY.as_bytes(), u64::MAX, None), Ok(()));
}

#[test]
fn a_card_is_charged_at_once_and_a_transfer_when_it_clears() {
    let (mut provider, id, _) = opened(1_500);
    let paid = provider.pay(NOW, &id, PayBy::Card).expect("it is open");
    assert_eq!((paid.charged_minor, says(&paid)), (Some(1_500), Says::Paid));
    assert!(provider.pay(NOW, &id, PayBy::Card).is_none(), "once");
    for (payment, charged, said) in [(Payment::Paid, Some(1_500), Says::Paid), (Payment::Declined, None, Says::Failed)]
    {
        let (mut provider, id, _) = opened(1_500);
        assert!(provider.conclude(NOW, &id, payment).is_none(), "nothing is awaited");
        let pending = provider.pay(NOW, &id, PayBy::Transfer).expect("it is open");
        assert_eq!((pending.charged_minor, says(&pending)), (None, Says::Pending));
        let settled = provider.conclude(NOW, &id, payment).expect("it is awaited");
        assert_eq!((settled.charged_minor, says(&settled)), (charged, said));
        assert!(provider.conclude(NOW, &id, Payment::Paid).is_none(), "once");
    }
}

#[test]
fn a_session_of_nothing_is_complete_at_once() {
    let (provider, id, settled) = opened(0);
    let settled = settled.expect("the shop is told");
    assert_eq!((settled.charged_minor, says(&settled)), (None, Says::Paid));
    assert!(settled.told.body.contains(r#""payment_status":"no_payment_required""#));
    assert_eq!(provider.session(&id).expect("a session").url(), None);
}

#[test]
fn a_session_expires_after_a_day_and_has_a_page_until_then() {
    let (mut provider, id, _) = opened(1_500);
    let url = provider.session(&id).and_then(|session| session.url()).expect("a page");
    assert!(url.starts_with(&format!("https://checkout.stripe.com/c/pay/{id}#")) && id.starts_with("cs_test_"));
    assert_eq!(provider.due(NOW + LIFETIME_MS - 1), []);
    assert_eq!(provider.due(NOW + LIFETIME_MS), [(NOW + LIFETIME_MS, id.clone())]);
    assert_eq!(says(&provider.expire(NOW, &id).expect("it is open")), Says::Expired);
    let session = provider.session(&id).expect("a session");
    assert_eq!((session.status, session.url()), (Status::Expired, None));
    assert!(provider.pay(NOW, &id, PayBy::Card).is_none() && provider.expire(NOW, &id).is_none());
}

#[test]
fn an_event_has_the_published_members() {
    let (mut provider, id, _) = opened(1_500);
    let told = provider.pay(NOW, &id, PayBy::Card).expect("it is open").told;
    let event: Value = serde_json::from_str(&told.body).expect("JSON");
    assert_eq!((&event["type"], &event["created"]), (&json!("checkout.session.completed"), &json!(NOW / 1_000)));
    assert!(event["id"].as_str().is_some_and(|id| id.starts_with("evt_")));
    let session = &event["data"]["object"];
    assert_eq!((&session["status"], &session["payment_status"]), (&json!("complete"), &json!("paid")));
    assert_eq!((&session["amount_total"], &session["currency"]), (&json!(1_500), &json!("eur")));
    assert_eq!((&session["client_reference_id"], &session["id"]), (&json!("purchase"), &json!(id)));
    assert!(session["payment_intent"].as_str().is_some_and(|id| id.starts_with("pi_")));
    let header = told.signature.as_deref();
    let secret = provider.secret().to_owned();
    assert!(secret.starts_with("whsec_"));
    assert_eq!(verify(&secret, header, told.body.as_bytes(), NOW / 1_000, Some(TOLERANCE_SECS)), Ok(()));
}

#[test]
fn the_payment_status_decides_and_not_the_name_of_the_event() {
    for (kind, status, expected) in [
        ("completed", "paid", Some(Says::Paid)),
        ("completed", "no_payment_required", Some(Says::Paid)),
        ("completed", "unpaid", Some(Says::Pending)),
        ("async_payment_succeeded", "unpaid", Some(Says::Pending)),
        ("async_payment_failed", "unpaid", Some(Says::Failed)),
        ("async_payment_failed", "paid", Some(Says::Paid)),
        ("expired", "unpaid", Some(Says::Expired)),
        ("created", "paid", None),
    ] {
        let object = json!({ "client_reference_id": "p", "payment_status": status });
        let event = json!({ "id": "e", "type": format!("checkout.session.{kind}"), "data": { "object": object } });
        assert_eq!(read(event.to_string().as_bytes()).map(|heard| heard.says), expected, "{kind} {status}");
    }
    assert_eq!(read(b"{"), None);
}

#[test]
fn the_provider_tells_only_what_is_or_was_so() {
    let events = [WebhookEvent::Paid, WebhookEvent::Pending, WebhookEvent::Failed, WebhookEvent::Expired];
    let could = |provider: &Provider, id: &str| events.map(|event| provider.session(id).unwrap().could_tell(event));
    let (mut open, id, _) = opened(1_500);
    assert_eq!(could(&open, &id), [false; 4]);
    open.expire(NOW, &id);
    assert_eq!(could(&open, &id), [false, false, false, true]);
    let (mut paid, id, _) = opened(1_500);
    paid.pay(NOW, &id, PayBy::Transfer);
    assert_eq!(could(&paid, &id), [false, true, false, false]);
    paid.conclude(NOW, &id, Payment::Paid);
    assert_eq!(could(&paid, &id), [true; 4]);
    let (mut declined, id, _) = opened(1_500);
    declined.pay(NOW, &id, PayBy::Transfer);
    declined.conclude(NOW, &id, Payment::Declined);
    assert_eq!(could(&declined, &id), [false, true, true, false]);
}

#[test]
fn debug_shows_neither_secret_nor_signature() {
    let (mut provider, id, _) = opened(1_500);
    let settled = provider.pay(NOW, &id, PayBy::Card).expect("it is open");
    let signature = settled.told.signature.clone().expect("it is signed");
    let shown = format!("{provider:?} {settled:?} {:?}", provider.session(&id));
    for hidden in [provider.secret(), &signature, "me@example.test", &id] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}
