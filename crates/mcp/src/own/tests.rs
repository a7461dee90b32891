//! Our own messages pass our own decoder and say what their era wants.

use floorwalker_json::Node;

use crate::{
    Era, Id, Kind, LEGACY, MODERN, Message, Request, decode, discover, initialize, initialized, known, list_tools, ping,
};

fn request(body: &[u8]) -> Request<'_> {
    match decode(body) {
        Ok(Message::Request(request)) => request,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_request_is_known_in_its_era_and_keeps_its_id() {
    let id = Id::own(3);
    let table = [
        (Era::Legacy, initialize(&id)),
        (Era::Legacy, ping(&id)),
        (Era::Legacy, list_tools(Era::Legacy, &id, None)),
        (Era::Modern, discover(&id)),
        (Era::Modern, list_tools(Era::Modern, &id, Some("c"))),
    ];
    for (era, body) in table {
        let request = request(&body);
        assert!(known(era, Kind::Request, request.method()));
        assert_eq!(request.id(), &id);
        assert_eq!(request.protocol_version(), (era == Era::Modern).then_some(MODERN));
    }
}

#[test]
fn the_handshake_offers_the_newest_legacy_version() {
    let body = initialize(&Id::own(1));
    let request = request(&body);
    let params = request.params().unwrap();
    assert_eq!(params.get("protocolVersion").and_then(Node::as_str), LEGACY.first().copied());
    let name = params.get("clientInfo").and_then(|info| info.get("name"));
    assert_eq!(name.and_then(Node::as_str), Some("floorwalker"));
    let body = initialized();
    let Ok(Message::Notification(notification)) = decode(&body) else { panic!("no notification") };
    assert!(known(Era::Legacy, Kind::Notification, notification.method()));
}

#[test]
fn a_cursor_goes_back_as_it_came() {
    for cursor in ["", "a\"b\\", "é\n"] {
        let body = list_tools(Era::Legacy, &Id::own(1), Some(cursor));
        let request = request(&body);
        assert_eq!(request.params().unwrap().get("cursor").and_then(Node::as_str), Some(cursor));
    }
    let body = list_tools(Era::Legacy, &Id::own(1), None);
    assert!(request(&body).params().unwrap().get("cursor").is_none());
}

#[test]
fn the_modern_era_says_who_asks() {
    let body = discover(&Id::own(1));
    let request = request(&body);
    let meta = request.params().unwrap().get("_meta").unwrap();
    let name = meta.get("io.modelcontextprotocol/clientInfo").and_then(|info| info.get("name"));
    assert_eq!(name.and_then(Node::as_str), Some("floorwalker"));
    assert!(meta.get("io.modelcontextprotocol/clientCapabilities").and_then(Node::as_object).is_some());
}
