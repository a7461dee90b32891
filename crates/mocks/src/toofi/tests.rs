//! Toofi's tests: the states row by row, prices, claims, webhooks, the shapes on the wire, and random purchases.

mod claims;
mod faults;
mod prices;
mod random;
mod rows;
mod shapes;
mod webhooks;

use serde_json::{Map, Value, json};

use crate::face::{FaceRequest, FaceResponse, exchange};
use crate::{Caller, Control, ControlError, Mock, ToolReply};

use super::{Settings, Toofi};

/// 2026-01-01T00:00:00Z.
const START: u64 = 1_767_225_600_000;
const FIRST: &str = "00000000-0000-4000-8000-000000000001";
const CREATE: &str = "create_agent_checkout_session";
const CLAIM: &str = "claim_agent_checkout_key";
const QUOTE: &str = "get_agent_billing_quote";
const BALANCE: &str = "get_agent_credit_balance";
const PLAN: &str = "generate_dental_treatment_plan_pdf";
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// A server, a time, whoever is calling, and the claim token that was shown last.
struct Bench {
    server: Toofi,
    now: u64,
    caller: Caller,
    token: Value,
}

impl Bench {
    fn new(settings: Value) -> Self {
        let settings = Settings::from_json(&settings).expect("the settings are right");
        Self { server: Toofi::new(settings), now: START, caller: caller("buyer"), token: Value::Null }
    }

    /// A server with one purchase brought to `state`.
    fn at(state: &str, settings: Value) -> Self {
        let mut bench = Self::new(settings);
        bench.create(json!({}));
        let transfer = json!({ "world": "pay", "by": "transfer" });
        match state {
            "open" => {}
            "processing" => bench.control(transfer),
            "paid" => bench.control(json!({ "world": "pay" })),
            "claimed" => {
                bench.control(json!({ "world": "pay" }));
                bench.claim();
            }
            "failed" => {
                bench.control(transfer);
                bench.control(json!({ "world": "decline" }));
            }
            "expired" => bench.control(json!({ "world": "expire" })),
            other => panic!("no way to {other}"),
        }
        bench
    }

    fn call(&mut self, tool: &str, arguments: Value) -> ToolReply {
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        self.server.call(self.now, &self.caller.clone(), tool, &arguments)
    }

    /// The object a tool answers with.
    fn ok(&mut self, tool: &str, arguments: Value) -> Map<String, Value> {
        let reply = self.call(tool, arguments);
        assert!(!reply.is_error, "{tool} refuses: {:?}", reply.content);
        object(&reply)
    }

    /// The code a tool refuses with.
    fn refused(&mut self, tool: &str, arguments: Value) -> String {
        let reply = self.call(tool, arguments);
        assert!(reply.is_error, "{tool} does not refuse: {:?}", reply.content);
        object(&reply)["error"].as_str().expect("a code").to_owned()
    }

    fn create(&mut self, arguments: Value) -> Map<String, Value> {
        let created = self.ok(CREATE, arguments);
        if let Some(token) = created.get("claim_token") {
            self.token = token.clone();
        }
        created
    }

    fn claim_arguments(&self) -> Value {
        json!({ "purchase_id": FIRST, "claim_token": self.token })
    }

    fn claim(&mut self) -> Map<String, Value> {
        self.ok(CLAIM, self.claim_arguments())
    }

    fn try_control(&mut self, control: Value) -> Result<(), ControlError> {
        let control = Control::from_json(&control).expect("a control");
        self.server.control(self.now, &control)
    }

    fn control(&mut self, control: Value) {
        self.try_control(control).expect("the control is possible");
    }

    fn webhook(&mut self, event: &str, sign: &str) {
        self.control(json!({ "world": "webhook", "event": event, "sign": sign }));
    }

    /// Sends bytes to the webhook's door, as anybody can.
    fn post(&mut self, signature: Option<&str>, body: &str) -> FaceResponse {
        let headers = signature.map(|value| ("Stripe-Signature".to_owned(), value.to_owned())).into_iter().collect();
        let path = "/webhook/stripe".to_owned();
        let request = FaceRequest { method: "POST".to_owned(), path, headers, body: body.as_bytes().to_vec() };
        exchange(&mut self.server, self.now, &request)
    }

    fn count(&mut self, name: &str) -> u64 {
        self.server.settle(self.now);
        self.server.ledger().counts()[name]
    }

    fn counts<const N: usize>(&mut self, names: [&str; N]) -> [u64; N] {
        names.map(|name| self.count(name))
    }

    fn status(&mut self) -> &'static str {
        self.server.settle(self.now);
        self.server.ledger().final_states()[FIRST]
    }
}

fn object(reply: &ToolReply) -> Map<String, Value> {
    let [text] = reply.content.as_slice() else { panic!("one block") };
    let whole: Value = serde_json::from_str(text).expect("the block is an object");
    assert_eq!(reply.structured.as_ref(), Some(&whole), "block and structured content are the same");
    whole.as_object().expect("an object").clone()
}

fn caller(name: &str) -> Caller {
    Caller { session: None, credential: Some(name.to_owned()), address: "192.0.2.1".to_owned() }
}

fn keys(object: &Map<String, Value>) -> Vec<&str> {
    object.keys().map(String::as_str).collect()
}
