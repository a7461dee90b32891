//! Forage's tests: the states row by row, the money, the shapes on the wire, the faults, and random purchases.

mod faults;
mod money;
mod random;
mod rows;
mod searches;
mod secrets;
mod shapes;

use serde_json::{Value, json};

use crate::{Caller, Control, Mock, ToolReply};

use super::Forage;

/// 2026-01-01T00:00:00Z.
const START: u64 = 1_767_225_600_000;
const FIRST: &str = "00000000-0000-4000-8000-000000000001";
const LAMP: &str = "https://northlight.example/p/trail-lamp";
const BRANDY: &str = "https://harbourhill.example/p/plum-brandy";
/// What a lamp comes to with shipping and tax.
const LAMP_TOTAL: u64 = 3_292;

/// A server, a time and whoever is calling.
struct Bench {
    server: Forage,
    now: u64,
    caller: Caller,
}

impl Bench {
    fn new(settings: Value) -> Self {
        Self { server: Forage::new(&settings).expect("the settings are right"), now: START, caller: caller("buyer") }
    }

    /// A server with one checkout of a lamp brought to `state`.
    fn at(state: &str, settings: Value) -> Self {
        let mut settings = settings;
        if state == "complete_in_progress" {
            if settings.is_null() {
                settings = json!({});
            }
            settings["fulfilment"] = json!("later");
        }
        let mut bench = Self::new(settings);
        bench.bring_to(state);
        bench
    }

    fn bring_to(&mut self, state: &str) {
        self.start(LAMP);
        match state {
            "incomplete" => {}
            "canceled" => self.control(json!({ "world": "expire" })),
            "requires_escalation" => {
                self.inform();
                self.control(json!({ "world": "escalate" }));
            }
            "ready_for_complete" => drop(self.inform()),
            "complete_in_progress" | "completed" => {
                self.inform();
                self.ok("complete_purchase", json!({ "checkout_id": FIRST }));
            }
            other => panic!("no way to {other}"),
        }
        assert_eq!(self.status(), state);
    }

    fn start(&mut self, product_url: &str) -> Value {
        self.ok("start_checkout", json!({ "product_url": product_url }))
    }

    fn inform(&mut self) -> Value {
        self.ok("update_checkout_info", informing())
    }

    fn call(&mut self, tool: &str, arguments: Value) -> ToolReply {
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        self.server.call(self.now, &self.caller.clone(), tool, &arguments)
    }

    /// The object a tool answers with, which is in the reply twice.
    fn ok(&mut self, tool: &str, arguments: Value) -> Value {
        let reply = self.call(tool, arguments);
        assert!(!reply.is_error, "{tool} refuses: {:?}", reply.content);
        body(&reply)
    }

    /// The code a tool refuses with, and what it shows.
    fn refused(&mut self, tool: &str, arguments: Value) -> (String, Value) {
        let reply = self.call(tool, arguments);
        assert!(reply.is_error, "{tool} does not refuse: {:?}", reply.content);
        let body = body(&reply);
        (body["messages"][0]["code"].as_str().expect("a code").to_owned(), body)
    }

    fn complete(&mut self) -> Value {
        self.ok("complete_purchase", json!({ "checkout_id": FIRST }))
    }

    fn check(&mut self) -> Value {
        self.ok("check_order", json!({ "checkout_id": FIRST }))
    }

    fn control(&mut self, control: Value) {
        let control = Control::from_json(&control).expect("a control");
        self.server.control(self.now, &control).expect("the control is possible");
    }

    fn count(&mut self, name: &str) -> u64 {
        self.server.settle(self.now);
        self.server.ledger().counts()[name]
    }

    fn status(&mut self) -> &'static str {
        self.server.settle(self.now);
        self.server.ledger().final_states()[FIRST]
    }
}

/// Everything the merchant needs.
fn informing() -> Value {
    json!({
        "checkout_id": FIRST,
        "email": "buyer@example.test",
        "name": "Ada Buyer",
        "shipping_address": { "street_address": "1 Harbour Road", "address_country": "US" },
    })
}

fn body(reply: &ToolReply) -> Value {
    assert_eq!(reply.content.len(), 1, "one block");
    let structured = reply.structured.as_ref().expect("structured content");
    assert_eq!(*structured, json!({ "result": reply.content[0] }), "the same text twice");
    serde_json::from_str(&reply.content[0]).expect("the block is JSON")
}

fn caller(session: &str) -> Caller {
    Caller { session: Some(session.to_owned()), credential: None, address: "192.0.2.1".to_owned() }
}

/// The codes of the messages about a checkout.
fn codes(checkout: &Value) -> Vec<&str> {
    checkout["messages"].as_array().unwrap().iter().map(|message| message["code"].as_str().unwrap()).collect()
}

/// The amounts of its totals, by type.
fn total(checkout: &Value, kind: &str) -> Option<i64> {
    let entries = checkout["totals"].as_array().unwrap();
    entries.iter().find(|entry| entry["type"] == kind).map(|entry| entry["amount"].as_i64().unwrap())
}
