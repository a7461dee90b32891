//! `floorwalker approvals`: the calls that wait for a person, and the person's answer.
//!
//! INVARIANT: the token comes from the environment or a file, never from the command line, which others can see; and it is
//! shown nowhere.

use std::{fmt, fs, path::PathBuf, time::Duration};

use floorwalker_gateway::{HttpUpstream, Inbound, Outbound, Upstream as _};
use floorwalker_json::{shown, visible};
use futures_util::StreamExt as _;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header::AUTHORIZATION};
use serde_json::Value;

use crate::{exit::Failure, screen};

mod told;

const EXAMPLE: &str = "\
Examples:
  export FLOORWALKER_APPROVER_TOKEN=...   # made by `floorwalker grants create hana`
  floorwalker approvals list
  floorwalker approvals show 00ff00ff00ff-7
  floorwalker approvals approve 00ff00ff00ff-7
  floorwalker approvals deny 00ff00ff00ff-7 --token-file hana.token --url http://127.0.0.1:8788

Exit codes: 0 it was done; 1 the gateway says no; 2 the command line or the token is missing something; 4 the
gateway cannot be reached, or does not answer within 30 seconds.";

/// The variable that holds an approver's token.
const TOKEN: &str = "FLOORWALKER_APPROVER_TOKEN";
const URL: &str = "http://127.0.0.1:8788";

/// How long the gateway may take for its whole answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// List, show and answer the calls that wait for a person
///
/// The gateway's configuration says who may answer (`approvals`), and the policy for which calls. What is approved is one
/// exact call, once, as `show` shows it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List what waits for an answer, and what was answered lately
    #[command(after_help = EXAMPLE)]
    List(Door),
    /// Show one ask with all of its arguments
    #[command(after_help = EXAMPLE)]
    Show(One),
    /// Let exactly this call pass, once
    #[command(after_help = EXAMPLE)]
    Approve(One),
    /// Say no, or take back a yes that was not used yet
    #[command(after_help = EXAMPLE)]
    Deny(One),
}

/// Where the gateway listens for approvers, and who comes.
#[derive(Debug, clap::Args)]
struct Door {
    /// Where the gateway listens for approvers
    #[arg(long, value_name = "URL", default_value = URL)]
    url: String,
    /// A file with the approver's token; without it the token is taken from FLOORWALKER_APPROVER_TOKEN
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// What is printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Debug, clap::Args)]
struct One {
    /// The ask's id, as the list has it
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    door: Door,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Lines for people
    Text,
    /// The gateway's answer as it is
    Json,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let (door, method, path) = match self.command {
            Command::List(door) => (door, Method::GET, "/approvals".to_owned()),
            Command::Show(One { id, door }) => (door, Method::GET, format!("/approvals/{}", checked(id)?)),
            Command::Approve(One { id, door }) => (door, Method::POST, format!("/approvals/{}/approve", checked(id)?)),
            Command::Deny(One { id, door }) => (door, Method::POST, format!("/approvals/{}/deny", checked(id)?)),
        };
        let token = door.token()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (status, body) = runtime.block_on(door.ask_within(PATIENCE, method, &path, &token))?;
        if !status.is_success() {
            let why = body.get("error").and_then(Value::as_str).unwrap_or("the answer is not one of a gateway");
            screen::tell_error(&format!("{} (HTTP {})", visible(why), status.as_u16()));
            return Err(Failure::NotHeld);
        }
        screen::print(&match door.format {
            Format::Json => format!("{body:#}\n"),
            Format::Text => told::text(&body),
        })?;
        Ok(())
    }
}

/// An id becomes a part of the path, so it is one.
fn checked(id: String) -> Result<String, Failure> {
    match id.parse::<floorwalker_policy::AskId>() {
        Ok(_) => Ok(id),
        Err(error) => Err(Failure::Usage(format!("`{}` is no ask: {error}", shown(&id)))),
    }
}

impl Door {
    fn token(&self) -> Result<Token, Failure> {
        let text = match &self.token_file {
            Some(path) => fs::read_to_string(path).map_err(|error| {
                Failure::Usage(format!("the token file `{}` cannot be read: {error}", path.display()))
            })?,
            None => std::env::var(TOKEN).map_err(|_| {
                Failure::Usage(format!("nobody says who you are; set {TOKEN}, or name a file with `--token-file`"))
            })?,
        };
        let mut value = HeaderValue::try_from(format!("Bearer {}", text.trim()))
            .map_err(|_| Failure::Usage("the token holds what a header cannot carry".to_owned()))?;
        value.set_sensitive(true);
        Ok(Token(value))
    }

    /// Asks, and waits so long at most: whoever listens there need not be a gateway.
    async fn ask_within(
        &self,
        patience: Duration,
        method: Method,
        path: &str,
        token: &Token,
    ) -> Result<(StatusCode, Value), Failure> {
        tokio::time::timeout(patience, self.ask(method, path, token)).await.unwrap_or_else(|_| {
            Err(Failure::Harness(format!(
                "the gateway at `{}` did not answer within {} s, so nobody knows whether it was told; ask again with \
                 `floorwalker approvals list`",
                shown(&self.url),
                patience.as_secs_f64()
            )))
        })
    }

    async fn ask(&self, method: Method, path: &str, token: &Token) -> Result<(StatusCode, Value), Failure> {
        let url = format!("{}{path}", self.url.trim_end_matches('/'));
        let shown = shown(&self.url);
        let gateway = HttpUpstream::new(&url).map_err(|error| Failure::Usage(format!("`{shown}`: {error}")))?;
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, token.0.clone());
        let unreached = |error: &dyn fmt::Display| {
            Failure::Harness(format!(
                "the gateway at `{shown}` cannot be reached: {error}; is it running with `approvals`?"
            ))
        };
        let sent = gateway.send(Outbound { method, headers, body: Default::default() }).await;
        let Inbound { status, mut messages, .. } = sent.map_err(|error| unreached(&error))?;
        let body = match messages.next().await {
            Some(body) => serde_json::from_slice(&body.map_err(|error| unreached(&error))?).unwrap_or(Value::Null),
            None => Value::Null,
        };
        Ok((status, body))
    }
}

/// Who comes, as a header says it; never printed.
struct Token(HeaderValue);

#[cfg(test)]
mod tests;
