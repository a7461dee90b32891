//! One running gateway with its folder, or over stdio those that share one.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use floorwalker_gateway::Reply;
use http::{HeaderValue, StatusCode};

use crate::between::outside::process::Process;
use crate::between::outside::start::crash;
use crate::between::outside::stdio::{Conversation, plain};
use crate::between::{Crash, Trouble};

/// How long a process may take to be gone whose connection broke.
pub(crate) const PARTING: Duration = Duration::from_millis(200);

/// One running gateway, or over stdio those that share its files.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) server: Option<String>,
    pub(crate) grant: Option<String>,
    pub(crate) folder: PathBuf,
    pub(crate) listening: Option<(Process, u16)>,
    pub(crate) talking: BTreeMap<Talker, (Process, Conversation)>,
}

/// Who talks over stdio: server, grant and session.
pub(crate) type Talker = (String, String, Option<HeaderValue>);

impl Unit {
    pub(crate) fn processes(&mut self) -> impl Iterator<Item = &mut Process> {
        let listening = self.listening.as_mut().map(|(process, _)| process);
        listening.into_iter().chain(self.talking.values_mut().map(|(process, _)| process))
    }

    pub(crate) fn last_words(&self) -> Vec<String> {
        let listening = self.listening.iter().map(|(process, _)| process);
        let talking = self.talking.values().map(|(process, _)| process);
        listening.chain(talking).flat_map(Process::last_words).collect()
    }

    /// A connection broke: because the gateway is gone, or because it did not want to answer.
    pub(crate) async fn parted(&mut self, why: &str) -> Result<Reply, Trouble> {
        let Some((process, _)) = &mut self.listening else { return Err(crash("it does not run".to_owned())) };
        match process.ended_within(PARTING).await {
            Some(ended) => Err(Trouble::Crashed(Crash { why: ended, said: process.last_words() })),
            None => Ok(Reply { body: why.to_owned().into(), ..plain(StatusCode::BAD_GATEWAY) }),
        }
    }

    /// Whether all of its processes are there: the first that is gone though nobody ended it is a trouble.
    pub(crate) async fn lost(&mut self) -> Result<(), Trouble> {
        for process in self.processes() {
            if let Some(why) = process.ended().await {
                return Err(Trouble::Crashed(Crash { why, said: process.last_words() }));
            }
        }
        Ok(())
    }
}
