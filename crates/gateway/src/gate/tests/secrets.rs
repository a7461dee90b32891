//! One-time secrets, and lists without what is hidden.

use super::Turn;
use super::stand::{Ask, Stand, TOOLS, holds, json};

fn key() -> String {
    format!("bh_{}", "0123456789abcdef".repeat(3))
}

/// A tool result in which a key is shown.
fn showing(key: &str) -> Turn {
    Turn::result(&format!(r#"{{"content":[{{"type":"text","text":"{{\"api_key\":\"{key}\"}}"}}]}}"#))
}

#[test]
fn a_secret_is_delivered_once() {
    for second in ["alice-token", "bob-token"] {
        let stand = Stand::started();
        let reply = stand.ask_when(showing(&key()), &Ask::call("whoami"));
        assert!(holds(&reply, &key()), "{reply:?}");
        let reply = stand.ask_when(showing(&key()), &Ask::call("whoami").by(second));
        assert!(!holds(&reply, &key()), "{second}");
        assert_eq!(stand.ended(), "withheld", "{second}");
        assert!(holds(&stand.ask_when(showing(&key().replace('0', "1")), &Ask::call("whoami")), "bh_1"));
    }
}

#[test]
fn a_secret_is_not_in_the_log() {
    let stand = Stand::started();
    stand.ask_when(showing(&key()), &Ask::call("whoami"));
    stand.ask_when(showing(&key()), &Ask::call("whoami"));
    assert!(stand.log.text().contains("withheld") && !stand.log.text().contains(&key()));
}

#[test]
fn a_secret_outside_of_a_tools_result_counts_as_well() {
    let stand = Stand::started();
    assert!(holds(&stand.ask_when(showing(&key()), &Ask::call("whoami")), &key()));
    let error = format!(r#"{{"jsonrpc":"2.0","id":$ID,"error":{{"code":1,"message":"your key is {}"}}}}"#, key());
    let prompts = format!(r#"{{"jsonrpc":"2.0","id":$ID,"result":{{"prompts":["{}"]}}}}"#, key());
    for (message, ask) in [(error, Ask::call("whoami")), (prompts, Ask::modern("prompts/list", "{}"))] {
        let reply = stand.ask_when(Turn::says(200, &[&message]), &ask);
        assert!(!holds(&reply, &key()), "{ask:?}");
        assert_eq!(stand.ended(), "withheld");
    }
}

#[test]
fn lists_are_filtered() {
    let stand = Stand::started();
    let reply = stand.ask_when(Turn::tools(&TOOLS, None), &Ask::modern("tools/list", "{}"));
    let tools = json(&reply.body)["result"]["tools"].clone();
    let names: Vec<&str> = tools.as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, TOOLS[..6]);
    assert!(!holds(&reply, "get_checkout_status"));
}

#[test]
fn lists_are_filtered_in_sessions() {
    let stand = Stand::started();
    let session = stand.session("alice-token");
    let reply = stand.ask_when(Turn::tools(&TOOLS, None), &Ask::in_session(&session, "tools/list", "{}"));
    assert!(holds(&reply, "set_api_key") && !holds(&reply, "get_checkout_status"));
}

#[test]
fn a_list_that_cannot_be_read_is_withheld() {
    let results = [
        r#"{"tools":[{"name":"whoami"},{"name":5}]}"#,
        r#"{"tools":[{"name":"whoami"},{"name":"whoami"}]}"#,
        r#"{"tools":[{"name":"whoami"},"get_checkout_status"]}"#,
        r#"{"tools":[{"name":"whoami","Name":"get_checkout_status"}]}"#,
        r#"{"tools":[{"name":"whoami"}],"Tools":[]}"#,
        r#"{"tools":{"name":"whoami"}}"#,
        r#"{"whoami":1}"#,
    ];
    for result in results {
        let stand = Stand::started();
        let reply = stand.ask_when(Turn::result(result), &Ask::modern("tools/list", "{}"));
        assert!(!holds(&reply, "whoami"), "{result}: {reply:?}");
        assert_eq!(stand.ended(), "withheld", "{result}");
    }
}
