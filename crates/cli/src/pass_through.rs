//! `floorwalker pass-through`: hands everything on and decides nothing. Hidden, because it protects nobody.
//!
//! It is what gateways are compared with, and the bridge from standard input and output to a server that speaks HTTP.

use std::{
    fs,
    io::{self, BufRead as _, Write as _},
    net::SocketAddr,
    path::PathBuf,
};

use floorwalker_gateway::{HttpUpstream, Outbound, Upstream as _};
use futures_util::StreamExt as _;
use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::{Value, json};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};

use crate::{exit::Failure, screen};

const SESSION: &str = "mcp-session-id";

/// Hand every message on to an MCP server, and decide nothing
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The server's MCP endpoint
    #[arg(value_name = "URL")]
    url: http::Uri,
    /// Where to listen for bytes to hand on; without it, messages come and go on standard input and output
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// A file with the bearer token that is shown to the server, over stdio
    #[arg(long, value_name = "FILE", conflicts_with = "listen")]
    token_file: Option<PathBuf>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let runtime = Runtime::new()?;
        match self.listen {
            Some(address) => runtime.block_on(hand_on(address, &self.url)),
            None => Bridge::new(&self, runtime)?.run(),
        }
    }
}

/// Copies bytes both ways, connection by connection.
async fn hand_on(address: SocketAddr, url: &http::Uri) -> Result<(), Failure> {
    let server = server_of(url)?;
    let listener = TcpListener::bind(address).await?;
    screen::print(&format!("listening on {}\n", listener.local_addr()?))?;
    loop {
        let (mut client, _) = listener.accept().await?;
        let server = server.clone();
        tokio::spawn(async move {
            match TcpStream::connect(&server).await {
                // Whichever side breaks off, there is nobody to tell.
                Ok(mut upstream) => drop(copy_bidirectional(&mut client, &mut upstream).await),
                Err(error) => screen::tell_error(&format!("`{server}` cannot be reached: {error}")),
            }
        });
    }
}

/// Host and port of the server. Bytes are handed on as they are, so it must not want them encrypted.
fn server_of(url: &http::Uri) -> Result<String, Failure> {
    let host =
        url.host().ok_or_else(|| Failure::Usage(format!("`{url}` names no server; write `http://HOST/PATH`")))?;
    match url.scheme_str() {
        None | Some("http") => Ok(format!("{host}:{}", url.port_u16().unwrap_or(80))),
        Some(scheme) => {
            Err(Failure::Usage(format!("bytes are handed on as they are, so not to `{scheme}`; leave out `--listen`")))
        }
    }
}

/// From lines to requests, and back.
struct Bridge {
    upstream: HttpUpstream,
    headers: HeaderMap,
    runtime: Runtime,
}

impl Bridge {
    fn new(arguments: &Arguments, runtime: Runtime) -> Result<Self, Failure> {
        let url = arguments.url.to_string();
        let upstream = HttpUpstream::new(&url).map_err(|error| Failure::Usage(format!("`{url}`: {error}")))?;
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        if let Some(file) = &arguments.token_file {
            let token = fs::read_to_string(file)
                .map_err(|error| Failure::Usage(format!("`{}` cannot be read: {error}", file.display())))?;
            let mut value = HeaderValue::from_str(&format!("Bearer {}", token.trim()))
                .map_err(|_| Failure::Usage(format!("`{}` holds no token", file.display())))?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        Ok(Self { upstream, headers, runtime })
    }

    fn run(mut self) -> Result<(), Failure> {
        for line in io::stdin().lock().lines() {
            let line = line?;
            if let Err(why) = self.pass(&line)? {
                write_line(&no_answer(&line, &why))?;
            }
        }
        Ok(())
    }

    /// Sends one message and writes everything that comes back for it, or says why nothing more does.
    fn pass(&mut self, line: &str) -> io::Result<Result<(), String>> {
        let body = line.to_owned().into();
        let request = Outbound { method: Method::POST, headers: self.headers.clone(), body };
        let mut answer = match self.runtime.block_on(self.upstream.send(request)) {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(error.to_string())),
        };
        if let Some(session) = answer.session.take() {
            self.headers.insert(SESSION, session);
        }
        let mut is_answered = id_of(line).is_none();
        while let Some(message) = self.runtime.block_on(answer.messages.next()) {
            match message {
                Ok(message) => write_line(&message)?,
                Err(error) => return Ok(Err(error.to_string())),
            }
            is_answered = true;
        }
        let status = answer.status;
        Ok(if is_answered { Ok(()) } else { Err(format!("the server answered with status {status} and no message")) })
    }
}

/// What a message's answer has to name; a message without it has none.
fn id_of(line: &str) -> Option<Value> {
    serde_json::from_str::<Value>(line).ok()?.get("id").cloned()
}

/// What a client gets whose message has no answer.
fn no_answer(line: &str, why: &str) -> Vec<u8> {
    json!({ "jsonrpc": "2.0", "id": id_of(line), "error": { "code": -32603, "message": why } }).to_string().into_bytes()
}

fn write_line(message: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    // A line is a message, so the ends of lines inside of one are blanks, as they are in JSON.
    let line: Vec<u8> = message.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }).collect();
    out.write_all(&line)?;
    out.write_all(b"\n")?;
    out.flush()
}
