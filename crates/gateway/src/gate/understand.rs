//! Understand: receive, identify and decode, as one value in and one value out.
//!
//! It awaits nothing and changes nothing. What it cannot make sense of it refuses, and what is refused here is never sent.

use std::sync::Arc;

use floorwalker_json::Node;
use floorwalker_mcp::{DecodeError, Era, Json, Kind, LEGACY, MODERN, Message, Mirrors, decode, era_of, known};
use http::StatusCode;

use super::{
    Gateway,
    asked::{Asked, Bearer, Matter},
    refusal::{Refusal, Refused},
    terms::Served,
};
use crate::{
    envelope::Envelope,
    grants::Grant,
    log::clip,
    receive::{METHOD, NAME, SESSION, VERSION, Wish, bearer, check_content, receive, text},
    render,
    sessions::Session,
};

/// Who asks, for which server, by which request.
struct Caller<'e> {
    envelope: &'e Envelope,
    grant: Arc<Grant>,
    served: Arc<Served>,
}

/// What is needed of a message to tell which protocol it speaks.
struct Head<'m> {
    kind: Kind,
    method: &'m str,
    id: Option<&'m str>,
    version: Option<&'m str>,
    /// Whether `_meta` says what the client can do.
    has_capabilities: bool,
    mirrors: Mirrors<'m>,
}

/// The protocol that a message speaks.
struct Spoken {
    era: Era,
    version: String,
    session: Option<Arc<Session>>,
}

impl Gateway {
    /// Receives, identifies and decodes. From here on the message has its terms, whatever is reloaded meanwhile.
    pub(super) fn understand<'e>(&self, envelope: &'e Envelope) -> Result<Asked<'e>, Refused> {
        let Envelope { method, path, headers, .. } = envelope;
        let terms = self.in_force();
        let (server, wish) = receive(method, path, headers, &terms.doors).map_err(Refusal::unreceived)?;
        let grant = bearer(headers).and_then(|token| terms.grants.identify(token));
        let grant = grant.ok_or_else(Refusal::unauthorized)?;
        // A server that is not there and one that is not granted are the same to whoever asks.
        let served = terms.served.get(server).filter(|served| grant.servers.contains_key(&served.server.name));
        let served = served.ok_or_else(|| Refusal::not_granted(&grant.id, server))?;
        let caller = Caller { envelope, grant: Arc::clone(grant), served: Arc::clone(served) };
        let understood = match wish {
            Wish::Post => self.message(&caller),
            Wish::Delete => self.end(&caller),
        };
        let (matter, spoken) = understood.map_err(|refused| refused.about(&grant.id, &served.server.name))?;
        let policy = grant.servers.get(&served.server.name).cloned().flatten();
        let Spoken { era, version, session } = spoken;
        let Caller { grant, served, .. } = caller;
        Ok(Asked { grant, served, policy, session, era, version, matter })
    }

    fn message<'e>(&self, caller: &Caller<'e>) -> Result<(Matter<'e>, Spoken), Refused> {
        check_content(&caller.envelope.headers).map_err(Refusal::unreceived)?;
        let message = decode(&caller.envelope.body).map_err(Refusal::undecoded)?;
        let head = Head::of(&message)?;
        let spoken = self.spoken(caller, &head)?;
        head.check_known(spoken.era)?;
        match message {
            Message::Request(request) => {
                if request.method() == "tools/call" {
                    request.tool_call().map_err(Refusal::undecoded)?;
                }
                Ok((Matter::Request(request), spoken))
            }
            Message::Notification(notification) => Ok((Matter::Notification(notification), spoken)),
            Message::Response(_) => Err(unawaited()),
        }
    }

    fn end<'e>(&self, caller: &Caller<'e>) -> Result<(Matter<'e>, Spoken), Refused> {
        let session = self.session(caller, None)?;
        let bearer = caller.envelope.headers.get(&SESSION).map_or(&b""[..], |value| value.as_bytes());
        let spoken = Spoken { era: Era::Legacy, version: session.version.clone(), session: Some(session) };
        Ok((Matter::End(Bearer(bearer)), spoken))
    }

    /// The era, version and session of a message, from its headers and its body, which must agree.
    fn spoken(&self, caller: &Caller<'_>, head: &Head<'_>) -> Result<Spoken, Refused> {
        let header = caller.envelope.headers.get(&VERSION).map(|value| value.to_str().unwrap_or("(not text)"));
        let named = || [header, head.version].into_iter().flatten();
        if let Some(version) = named().find(|version| era_of(version).is_none()) {
            return Err(unsupported(head, version));
        }
        match named().any(|version| era_of(version) == Some(Era::Modern)) {
            true => mirrored(caller.envelope, head),
            false => self.in_session(caller, head),
        }
    }

    fn in_session(&self, caller: &Caller<'_>, head: &Head<'_>) -> Result<Spoken, Refused> {
        if head.method == "initialize" {
            let version = LEGACY.first().copied().unwrap_or_default().to_owned();
            return Ok(Spoken { era: Era::Legacy, version, session: None });
        }
        let session = self.session(caller, Some(head))?;
        if text(&caller.envelope.headers, &VERSION).is_some_and(|version| version != session.version) {
            let says = "MCP-Protocol-Version is not the version that this session agreed on";
            return Err(head.refuse(StatusCode::BAD_REQUEST, render::INVALID_REQUEST, says));
        }
        Ok(Spoken { era: Era::Legacy, version: session.version.clone(), session: Some(session) })
    }

    fn session(&self, caller: &Caller<'_>, head: Option<&Head<'_>>) -> Result<Arc<Session>, Refused> {
        let refuse = |status, says: &str| match head {
            Some(head) => head.refuse(status, render::INVALID_REQUEST, says),
            None => Refusal::new(status, render::INVALID_REQUEST, says),
        };
        let Some(bearer) = caller.envelope.headers.get(&SESSION) else {
            return Err(refuse(StatusCode::BAD_REQUEST, "Mcp-Session-Id is missing; start with `initialize`"));
        };
        let found = self.sessions.find(bearer.as_bytes(), &caller.grant.id, &caller.served.server.name);
        found.ok_or_else(|| refuse(StatusCode::NOT_FOUND, render::NO_SESSION))
    }
}

/// Checks that the mirror headers of a 2026-07-28 message say what its body says.
fn mirrored(envelope: &Envelope, head: &Head<'_>) -> Result<Spoken, Refused> {
    let Some(version) = head.version else {
        let says = "params._meta has no `io.modelcontextprotocol/protocolVersion`";
        return Err(head.refuse(StatusCode::BAD_REQUEST, render::INVALID_PARAMS, says));
    };
    if head.kind == Kind::Request && !head.has_capabilities {
        let says = "params._meta has no `io.modelcontextprotocol/clientCapabilities`";
        return Err(head.refuse(StatusCode::BAD_REQUEST, render::INVALID_PARAMS, says));
    }
    let mismatch = |says: &str| head.refuse(StatusCode::BAD_REQUEST, render::HEADER_MISMATCH, says);
    if text(&envelope.headers, &VERSION) != Some(version) {
        return Err(mismatch("MCP-Protocol-Version and the version in _meta are not the same"));
    }
    let bytes = |name| envelope.headers.get(name).map(|value| value.as_bytes());
    head.mirrors.agree(bytes(&METHOD), bytes(&NAME)).map_err(|error| mismatch(&error.to_string()))?;
    Ok(Spoken { era: Era::Modern, version: version.to_owned(), session: None })
}

/// Names the versions that are spoken here, so that the client can go on with one of them.
fn unsupported(head: &Head<'_>, version: &str) -> Refused {
    let requested = clip(version, 32);
    let says = format!("protocol version {requested} is not spoken here");
    let supported = [MODERN].iter().chain(LEGACY).map(|version| Json::from(*version)).collect();
    let data = vec![("supported", Json::List(supported)), ("requested", Json::Text(requested.into()))];
    head.refuse(StatusCode::BAD_REQUEST, render::UNSUPPORTED_VERSION, &says).with_data(data)
}

/// The gateway hands no requests of an upstream on, so no response can be awaited.
fn unawaited() -> Refused {
    Refusal::new(StatusCode::BAD_REQUEST, render::INVALID_REQUEST, "nobody is waiting for a response")
}

fn has_capabilities(params: Option<&Node<'_>>) -> bool {
    let meta = params.and_then(|params| params.get("_meta"));
    let capabilities = meta.and_then(|meta| meta.get("io.modelcontextprotocol/clientCapabilities"));
    capabilities.is_some_and(|capabilities| capabilities.as_object().is_some())
}

impl<'m> Head<'m> {
    fn of(message: &'m Message<'_>) -> Result<Self, Refused> {
        match message {
            Message::Request(request) => Ok(Self {
                kind: Kind::Request,
                method: request.method(),
                id: Some(request.id().text()),
                version: request.protocol_version(),
                has_capabilities: has_capabilities(request.params()),
                mirrors: Mirrors::of(request.method(), request.params()),
            }),
            Message::Notification(notification) => Ok(Self {
                kind: Kind::Notification,
                method: notification.method(),
                id: None,
                version: notification.protocol_version(),
                has_capabilities: has_capabilities(notification.params()),
                mirrors: Mirrors::of(notification.method(), notification.params()),
            }),
            Message::Response(_) => Err(unawaited()),
        }
    }

    fn check_known(&self, era: Era) -> Result<(), Refused> {
        if known(era, self.kind, self.method) {
            return Ok(());
        }
        let status = match (self.kind, era) {
            (Kind::Request, Era::Legacy) => StatusCode::OK,
            (Kind::Request, Era::Modern) => StatusCode::NOT_FOUND,
            (Kind::Notification, _) => StatusCode::BAD_REQUEST,
        };
        Err(self.refuse(status, render::NO_METHOD, &format!("Method not found: {}", clip(self.method, 64))))
    }

    fn refuse(&self, status: StatusCode, code: i64, says: &str) -> Refused {
        Refusal::new(status, code, says).answering(self.id, self.method)
    }
}

impl Refusal {
    fn undecoded(error: DecodeError) -> Refused {
        Self::new(StatusCode::BAD_REQUEST, error.code, &error.message).answering(error.id.as_deref(), "")
    }
}
