//! The control listener: what the world does to a mock, and what the mock will tell about itself.
//!
//! `GET /ledger`, `/journal`, `/state` and `/out-of-band`; `POST /control` with one control as JSON. Whatever is
//! refused comes back as `{"error": "<a sentence>"}`. API keys, what buyers told of themselves and other secrets are masked in the journal; what lies
//! out of band is shown, for that is where a human would find it.

use std::cmp::Reverse;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde_json::{Value, json};

use floorwalker_mocks::{Control, ControlError, Entry, EntryKind, Executed, Mock, Outcome, Secret};

use crate::serve::Served;

type Reply = Response<axum::body::Body>;

pub(crate) fn router(served: Served) -> Router {
    Router::new()
        .route("/ledger", get(ledger))
        .route("/journal", get(journal))
        .route("/state", get(state))
        .route("/out-of-band", get(out_of_band))
        .route("/control", post(control))
        .fallback(nowhere)
        .with_state(served)
}

async fn ledger(State(served): State<Served>) -> Reply {
    look(&served, |mock| {
        let entries: Vec<Value> = mock.ledger().entries().iter().map(entry).collect();
        json!({ "counts": mock.ledger().counts(), "entries": entries })
    })
}

async fn journal(State(served): State<Served>) -> Reply {
    look(&served, |mock| {
        let secrets = mock.secrets();
        let executed: Vec<Value> = mock.journal().calls().iter().map(|call| executed(call, &secrets)).collect();
        json!({ "received": mock.journal().received().len(), "executed": executed })
    })
}

async fn state(State(served): State<Served>) -> Reply {
    look(&served, |mock| mock.state())
}

async fn out_of_band(State(served): State<Served>) -> Reply {
    look(&served, |mock| json!(mock.out_of_band()))
}

async fn control(State(served): State<Served>, body: Bytes) -> Reply {
    let control = match serde_json::from_slice(&body) {
        Ok(value) => Control::from_json(&value),
        Err(error) => Err(ControlError::Unreadable { because: error.to_string() }),
    };
    let (mut mock, now) = served.look();
    match control.and_then(|control| mock.control(now, &control)) {
        Ok(()) => reply(StatusCode::OK, &mock.state()),
        Err(error) => refuse(status(&error), &error.to_string()),
    }
}

async fn nowhere() -> Reply {
    refuse(StatusCode::NOT_FOUND, "there are /ledger, /journal, /state, /out-of-band and /control")
}

/// Shows the mock after everything that is due has happened.
fn look(served: &Served, show: impl FnOnce(&dyn Mock) -> Value) -> Reply {
    let (mut mock, now) = served.look();
    mock.settle(now);
    reply(StatusCode::OK, &show(mock.as_ref()))
}

fn entry(entry: &Entry) -> Value {
    let mut line = json!({ "at": entry.at, "checkout": entry.checkout });
    let (what, detail) = match entry.kind {
        EntryKind::StateEntered { state } => ("state_entered", Some(("state", json!(state)))),
        EntryKind::Charged { amount_minor } => ("charged", Some(("amount_minor", json!(amount_minor)))),
        EntryKind::CurrencySwitched => ("currency_switched", None),
        EntryKind::Refunded { amount_minor } => ("refunded", Some(("amount_minor", json!(amount_minor)))),
        EntryKind::CheckoutCreated => ("checkout_created", None),
        EntryKind::KeyMinted => ("key_minted", None),
        EntryKind::KeyDelivered => ("key_delivered", None),
        EntryKind::ClaimTokenMinted => ("claim_token_minted", None),
        EntryKind::KeyClaimed => ("key_claimed", None),
        EntryKind::AccountRegistered => ("account_registered", None),
        EntryKind::QuoteMade => ("quote_made", None),
        EntryKind::OrderPlaced => ("order_placed", None),
        EntryKind::AttributionAttached => ("attribution_attached", None),
        EntryKind::ConversionRecorded => ("conversion_recorded", None),
        EntryKind::CreditsGranted { units } => ("credits_granted", Some(("units", json!(units)))),
        EntryKind::CreditsSpent { units } => ("credits_spent", Some(("units", json!(units)))),
        EntryKind::WebhookAccepted => ("webhook_accepted", None),
        EntryKind::WebhookRefused => ("webhook_refused", None),
        EntryKind::CallAnswered => ("call_answered", None),
        EntryKind::CallFailed => ("call_failed", None),
    };
    if let Some(members) = line.as_object_mut() {
        members.insert("what".to_owned(), json!(what));
        members.extend(detail.map(|(name, value)| (name.to_owned(), value)));
    }
    line
}

fn executed(call: &Executed, secrets: &[Secret]) -> Value {
    json!({
        "at": call.at,
        "tool": call.tool,
        "arguments": masked(&call.arguments, secrets),
        "session": call.caller.session,
        "address": call.caller.address,
        "outcome": match call.outcome { Outcome::Ok => "ok", Outcome::Error => "error" },
    })
}

/// The arguments without secrets. They are read first, because JSON may spell a secret in more ways than one.
fn masked(arguments: &str, secrets: &[Secret]) -> String {
    let mut longest_first: Vec<&Secret> = secrets.iter().collect();
    longest_first.sort_by_key(|secret| Reverse(secret.value.len()));
    match serde_json::from_str::<Value>(arguments) {
        Ok(mut value) => {
            mask_in(&mut value, &longest_first);
            value.to_string()
        }
        Err(_) => mask(arguments, &longest_first),
    }
}

/// Masks every text in there, names of members included.
fn mask_in(value: &mut Value, secrets: &[&Secret]) {
    match value {
        Value::String(text) => *text = mask(text, secrets),
        Value::Array(items) => items.iter_mut().for_each(|item| mask_in(item, secrets)),
        Value::Object(members) => {
            for (name, mut member) in std::mem::take(members) {
                mask_in(&mut member, secrets);
                members.insert(mask(&name, secrets), member);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn mask(text: &str, secrets: &[&Secret]) -> String {
    secrets
        .iter()
        .fold(text.to_owned(), |text, secret| text.replace(&secret.value, &format!("[{}]", secret.kind.as_str())))
}

fn status(error: &ControlError) -> StatusCode {
    match error {
        ControlError::Unreadable { .. }
        | ControlError::NotPlayed { .. }
        | ControlError::NotPaidBy { .. }
        | ControlError::TooMuch { .. } => StatusCode::BAD_REQUEST,
        ControlError::NoSuchCheckout { .. } | ControlError::NoSuchTool { .. } => StatusCode::NOT_FOUND,
        ControlError::Ambiguous { .. } | ControlError::WrongState { .. } => StatusCode::CONFLICT,
    }
}

fn refuse(status: StatusCode, sentence: &str) -> Reply {
    reply(status, &json!({ "error": sentence }))
}

fn reply(status: StatusCode, body: &Value) -> Reply {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
