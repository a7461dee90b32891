//! What comes down: the one answer that was asked for, and nothing that the upstream was entrusted with.

use super::Turn;
use super::stand::{Ask, BOBS_CREDENTIAL, CREDENTIAL, ID, Stand, holds, json};

/// Stands in everything that nobody may get.
const MARK: &str = "should-not-arrive";

#[test]
fn what_is_no_answer_to_the_question_is_withheld() {
    let rows = [
        ("another number type", r#"{"jsonrpc":"2.0","id":7.5,"result":{"x":"MARK"}}"#),
        ("null for a result", r#"{"jsonrpc":"2.0","id":null,"result":{"x":"MARK"}}"#),
        ("both", r#"{"jsonrpc":"2.0","id":7,"result":{"x":"MARK"},"error":{"code":1,"message":"MARK"}}"#),
        ("neither", r#"{"jsonrpc":"2.0","id":7,"x":"MARK"}"#),
        ("a batch", r#"[{"jsonrpc":"2.0","id":7,"result":{"x":"MARK"}}]"#),
        ("a result that is no object", r#"{"jsonrpc":"2.0","id":7,"result":"MARK"}"#),
        ("the id twice", r#"{"jsonrpc":"2.0","id":8,"id":7,"result":{"x":"MARK"}}"#),
        ("another protocol", r#"{"jsonrpc":"1.0","id":7,"result":{"x":"MARK"}}"#),
        ("half an answer", r#"{"jsonrpc":"2.0","id":7,"result":{"x":"MARK"#),
        ("more than an answer", r#"{"jsonrpc":"2.0","id":7,"result":{"x":"MARK"}} {}"#),
        ("no answer to the one who asked", r#"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"MARK"}}"#),
    ];
    for (what, message) in rows {
        let stand = Stand::started();
        let reply = stand.ask_when(Turn::says(200, &[&message.replace("MARK", MARK)]), &Ask::call("whoami"));
        assert!(!holds(&reply, MARK), "{what}: {reply:?}");
        assert_eq!(json(&reply.body)["id"].to_string(), ID, "{what}");
        assert_eq!(stand.ended(), "withheld", "{what}");
        assert!(!stand.log.text().contains(MARK), "{what}");
    }
}

#[test]
fn an_answer_to_somebody_elses_question_is_none() {
    for id in ["8", "\"7\"", "-7", "\"\""] {
        let stand = Stand::started();
        let message = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"x":"{MARK}"}}}}"#);
        let reply = stand.ask_when(Turn::says(200, &[&message]), &Ask::call("whoami"));
        assert!(!holds(&reply, MARK), "{id}: {reply:?}");
        assert_eq!(stand.ended(), "lost", "{id}");
    }
}

#[test]
fn what_comes_before_the_answer_is_skipped() {
    let befores = [
        r#"{"jsonrpc":"2.0","id":99,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":7,"method":"sampling/createMessage","params":{"x":"should-not-arrive"}}"#,
        r#"{"jsonrpc":"2.0","id":8,"result":{"x":"should-not-arrive"}}"#,
        r#"{"jsonrpc":"2.0","id":"7","result":{"x":"should-not-arrive"}}"#,
    ];
    for before in befores {
        let stand = Stand::started();
        let messages = [before, r#"{"jsonrpc":"2.0","id":7,"result":{"x":"the real one"}}"#];
        let reply = stand.ask_when(Turn::says(200, &messages), &Ask::call("whoami"));
        assert_eq!(json(&reply.body)["result"]["x"], "the real one", "{before}");
        assert_eq!((stand.ended().as_str(), stand.inbox.texts()), ("replied", Vec::new()), "{before}");
        assert!(!holds(&reply, MARK), "{before}");
    }
}

#[test]
fn only_the_answers_own_members_are_handed_on() {
    let key = format!("bh_{}", "a".repeat(48));
    let stand = Stand::started();
    let message = format!(r#"{{"jsonrpc":"2.0","id":7,"result":{{}},"extra":{{"api_key":"{key}"}}}}"#);
    let reply = stand.ask_when(Turn::says(200, &[&message]), &Ask::call("whoami"));
    assert!(!holds(&reply, &key) && !holds(&reply, "extra"), "{reply:?}");
    let error = r#"{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"no"},"extra":"should-not-arrive"}"#;
    assert!(!holds(&stand.ask_when(Turn::says(200, &[error]), &Ask::call("whoami")), MARK));
}

/// The credential as it is, and in other spellings of the same JSON text.
fn spellings(credential: &str) -> Vec<String> {
    let hex: String = credential.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    vec![credential.to_owned(), credential.replace('/', "\\/"), credential.replacen('/', "\\u002F", 1), hex]
}

#[test]
fn a_credential_of_the_server_is_withheld_in_every_spelling() {
    let asks = [
        ("alice-token", CREDENTIAL, Ask::call("whoami")),
        ("alice-token", BOBS_CREDENTIAL, Ask::call("whoami")),
        ("carol-token", BOBS_CREDENTIAL, Ask::call("whoami")),
        ("alice-token", CREDENTIAL, Ask::modern("prompts/list", "{}")),
    ];
    for (token, credential, ask) in asks {
        for spelling in spellings(credential) {
            let bodies = [
                format!(r#"{{"jsonrpc":"2.0","id":$ID,"result":{{"x":"so {spelling}."}}}}"#),
                format!(r#"{{"jsonrpc":"2.0","id":$ID,"result":{{"{spelling}":1}}}}"#),
                format!(r#"{{"jsonrpc":"2.0","id":$ID,"error":{{"code":1,"message":"{spelling}"}}}}"#),
            ];
            for body in bodies {
                let stand = Stand::started();
                let reply = stand.ask_when(Turn::says(200, &[&body]), &ask.clone().by(token));
                assert_eq!(stand.ended(), "withheld", "{token} {body}");
                assert!(!holds(&reply, &spelling), "{body}");
                assert!(!stand.log.text().contains(credential), "{body}");
            }
        }
    }
}

#[test]
fn a_credential_inside_of_json_inside_of_text_is_withheld() {
    let stand = Stand::started();
    let text = format!(r#"{{\"sent\":\"{CREDENTIAL}\"}}"#);
    let result = format!(r#"{{"content":[{{"type":"text","text":"{text}"}}]}}"#);
    stand.ask_when(Turn::result(&result), &Ask::call("whoami"));
    assert_eq!(stand.ended(), "withheld");
}

#[test]
fn notifications_are_searched_for_secrets_and_credentials() {
    let told =
        |data: &str| format!(r#"{{"jsonrpc":"2.0","method":"notifications/message","params":{{"data":{data}}}}}"#);
    let innocent = told(r#""half way""#);
    let mut guilty = vec![
        told(&format!(r#""bh_{}""#, "b".repeat(48))),
        told(r#"{"api_key":"a key of another form"}"#),
        told(r#"{"checkout_secret":"whatever"}"#),
        told(&format!("\"{BOBS_CREDENTIAL}\"")),
    ];
    guilty.extend(spellings(CREDENTIAL).iter().map(|spelling| told(&format!("\"{spelling}\""))));
    for message in guilty {
        let stand = Stand::started();
        let answer = r#"{"jsonrpc":"2.0","id":7,"result":{}}"#;
        let reply = stand.ask_when(Turn::says(200, &[&message, &innocent, answer]), &Ask::call("whoami"));
        assert_eq!(reply.status, 200);
        assert_eq!(stand.inbox.texts(), std::slice::from_ref(&innocent), "{message}");
    }
}

#[test]
fn the_upstreams_own_refusal_is_not_the_clients() {
    for status in [401, 403, 407, 500, 503] {
        for message in [
            r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32001,"message":"who are you"}}"#,
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"who are you"}}"#,
        ] {
            let stand = Stand::started();
            let reply = stand.ask_when(Turn::says(status, &[message]), &Ask::call("whoami"));
            // A client would take these for an answer about its own token, or for a fault of the gateway's transport.
            assert!(matches!(reply.status.as_u16(), 200 | 400 | 502), "{status}: {reply:?}");
            assert!(!reply.headers.contains_key("www-authenticate"));
            assert_eq!(json(&reply.body)["id"].to_string(), ID);
        }
    }
}

#[test]
fn an_answer_that_ends_early_is_lost() {
    for turn in [Turn::says(200, &[]), Turn::lost(), Turn::Hang] {
        let stand = Stand::started();
        stand.clock.rings();
        let reply = stand.ask_when(turn.clone(), &Ask::call("whoami"));
        assert_eq!(stand.ended(), "lost", "{turn:?}");
        assert!(holds(&reply, "lost"), "{reply:?}");
    }
}

#[test]
fn the_deadline_holds_after_the_first_message_as_well() {
    let stand = Stand::started();
    stand.clock.rings();
    let told = Ok(r#"{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"soon"}}"#.to_owned());
    let turn = Turn::Answer { status: 200, session: None, messages: vec![told], then_hangs: true };
    stand.ask_when(turn, &Ask::call("whoami"));
    assert_eq!(stand.ended(), "lost");
}
