//! Any MCP server that is a program: started here, spoken to over its standard input and output, and ended with its
//! children. To whoever asks it is an upstream like any other.

use std::env;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use floorwalker_gateway::{Envelope, Inbound, Outbound, Outlet, Port, SendError, Upstream};
use futures_util::future::ready;
use futures_util::stream::{self, StreamExt as _};

use crate::between::outside::process::{Process, Start, program};
use crate::between::outside::stdio::Conversation;

/// How long it may take to end by itself, once its input is closed.
const GRACE: Duration = Duration::from_secs(1);

/// A running server.
pub struct ProgramUpstream {
    process: Process,
    /// Absent while somebody speaks with it, and after it hung up.
    conversation: Mutex<Option<Conversation>>,
}

/// What it says on the way is not kept.
struct Nobody;

impl ProgramUpstream {
    /// Starts the program in the folder of whoever calls. It gets the variables that every program needs, and those that
    /// are named here.
    ///
    /// # Errors
    /// Why it cannot be started.
    pub fn start(command: &[String], environment: Vec<(String, String)>) -> Result<Self, String> {
        let [word, arguments @ ..] = command else { return Err("there is no command".to_owned()) };
        let folder = env::current_dir().map_err(|error| format!("the current folder cannot be found: {error}"))?;
        let start = Start {
            program: program(word, &folder),
            arguments: arguments.to_vec(),
            environment,
            folder,
            speaks_stdio: true,
        };
        let mut process = Process::start(&start)?;
        let conversation = process.stdio.take().map(Conversation::new);
        Ok(Self { process, conversation: Mutex::new(conversation) })
    }

    /// Closes its input, waits a moment for it to end, and ends it. Gives its last words.
    pub async fn end(mut self) -> Vec<String> {
        drop(self.take());
        if tokio::time::timeout(GRACE, self.process.end()).await.is_err() {
            self.process.kill().await;
        }
        self.process.last_words()
    }

    async fn exchange(&self, outbound: Outbound) -> Result<Inbound, SendError> {
        let lost = || SendError::Lost("it hung up".to_owned());
        let mut conversation = self.take().ok_or_else(lost)?;
        let Outbound { method, headers, body } = outbound;
        let envelope = Envelope { method, path: String::new(), headers, body };
        let reply = conversation.exchange(&envelope, &Nobody).await.map_err(SendError::Lost)?;
        *self.conversation.lock().unwrap_or_else(PoisonError::into_inner) = Some(conversation);
        let message = Some(reply.body).filter(|body| !body.is_empty());
        Ok(Inbound { status: reply.status, session: None, messages: stream::iter(message.map(Ok)).boxed() })
    }

    fn take(&self) -> Option<Conversation> {
        self.conversation.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Upstream for ProgramUpstream {
    fn send(&self, request: Outbound) -> Port<'_, Result<Inbound, SendError>> {
        Box::pin(self.exchange(request))
    }
}

impl Outlet for Nobody {
    fn notify(&self, _message: Bytes) -> Port<'_, ()> {
        Box::pin(ready(()))
    }
}

impl fmt::Debug for ProgramUpstream {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ProgramUpstream").finish_non_exhaustive()
    }
}
