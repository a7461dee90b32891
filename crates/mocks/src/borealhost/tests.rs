//! BorealHost's tests: the published rows one by one, the shapes on the wire, the limits, and random purchases.

mod claims;
mod faults;
mod limits;
mod random;
mod rows;
mod secrets;
mod shapes;

use serde_json::{Map, Value, json};

use crate::{BorealHost, Caller, Control, Mock, Settings, ToolReply};

/// 2026-01-01T00:00:00Z.
const START: u64 = 1_767_225_600_000;
const FIRST: &str = "00000000-0000-4000-8000-000000000001";

/// A server, a time and whoever is calling.
struct Bench {
    server: BorealHost,
    now: u64,
    caller: Caller,
}

impl Bench {
    fn new(settings: Value) -> Self {
        let settings = Settings::from_json(&settings).expect("the settings are right");
        Self { server: BorealHost::new(settings), now: START, caller: caller("buyer") }
    }

    fn honest() -> Self {
        Self::new(Value::Null)
    }

    /// A server with one checkout brought to `state`.
    fn at(state: &str, settings: Value) -> Self {
        let mut bench = Self::new(settings);
        bench.bring_to(state);
        bench
    }

    fn bring_to(&mut self, state: &str) {
        self.ok("create_checkout", json!({ "sku": "bh_site_starter_monthly" }));
        if matches!(state, "not_ready" | "canceled") {
            if state == "canceled" {
                self.control(json!({ "world": "expire" }));
            }
            return;
        }
        self.ok("update_checkout", json!({ "checkout_id": FIRST, "requested_slug": "shop" }));
        if state == "ready" {
            return;
        }
        self.ok("complete_checkout", json!({ "checkout_id": FIRST }));
        match state {
            "awaiting_payment" => {}
            "failed" => self.control(json!({ "world": "decline" })),
            "in_progress" => self.control(json!({ "world": "pay" })),
            "completed" => {
                self.control(json!({ "world": "pay" }));
                self.control(json!({ "world": "provision" }));
            }
            other => panic!("no way to {other}"),
        }
    }

    fn call(&mut self, tool: &str, arguments: Value) -> ToolReply {
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        self.server.call(self.now, &self.caller.clone(), tool, &arguments)
    }

    /// The one object a tool answers with.
    fn ok(&mut self, tool: &str, arguments: Value) -> Map<String, Value> {
        let reply = self.call(tool, arguments);
        assert!(!reply.is_error, "{tool} refuses: {:?}", reply.content);
        assert_eq!(reply.content.len(), 1, "{tool} answers with one block");
        serde_json::from_str(&reply.content[0]).expect("the block is an object")
    }

    /// The code a tool refuses with.
    fn refused(&mut self, tool: &str, arguments: Value) -> String {
        let reply = self.call(tool, arguments);
        assert!(reply.is_error, "{tool} does not refuse: {:?}", reply.content);
        let frame = format!("Error executing tool {tool}: ");
        let rest = reply.content[0].strip_prefix(&frame).expect("the frame of a tool error");
        rest.split(':').next().unwrap_or_default().to_owned()
    }

    fn poll(&mut self) -> Map<String, Value> {
        self.ok("get_checkout_status", json!({ "checkout_id": FIRST }))
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

fn caller(session: &str) -> Caller {
    Caller { session: Some(session.to_owned()), credential: None, address: "192.0.2.1".to_owned() }
}

fn keys(object: &Map<String, Value>) -> Vec<&str> {
    object.keys().map(String::as_str).collect()
}
