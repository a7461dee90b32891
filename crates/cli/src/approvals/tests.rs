//! Who listens at the door need not be a gateway.

use std::{net::TcpListener, time::Duration};

use http::{HeaderValue, Method};

use super::{Door, Format, Token};

#[test]
fn whoever_says_nothing_is_not_waited_for_for_ever() {
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", mute.local_addr().unwrap());
    let door = Door { url: url.clone(), token_file: None, format: Format::Text };
    let token = Token(HeaderValue::from_static("Bearer t"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let asked = door.ask_within(Duration::from_millis(100), Method::GET, "/approvals", &token);
    let told = runtime.block_on(asked).unwrap_err();
    assert_eq!(
        told.to_string(),
        format!(
            "the gateway at `{url}` did not answer within 0.1 s, so nobody knows whether it was told; ask again with \
             `floorwalker approvals list`"
        )
    );
    assert!(matches!(told, crate::exit::Failure::Harness(_)));
}
