//! Starting one process of a gateway: its files are written, its command is filled in, and it is waited for.

use std::io;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use minijinja::Value;
use tokio::net::TcpStream;
use tokio::time::{interval, timeout};

use crate::between::outside::file::{GatewayFile, Ready, Speaks};
use crate::between::outside::live::while_running;
use crate::between::outside::names::{About, Names};
use crate::between::outside::process::{Process, Start, program};
use crate::between::outside::text::{Text, Unfilled};
use crate::between::{Crash, Trouble};

/// How often a gateway is started anew that ended before it was ready: somebody else may have taken its port meanwhile.
const TRIES: usize = 3;

/// How often it is looked whether a port takes connections.
const LOOK: Duration = Duration::from_millis(20);

/// What one process is started from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan<'p> {
    pub(crate) file: &'p GatewayFile,
    pub(crate) names: &'p Names,
    pub(crate) about: About<'p>,
    pub(crate) folder: &'p Path,
}

impl<'p> Plan<'p> {
    /// Starts a process that listens on a port, and says on which.
    pub(crate) async fn listening(self) -> Result<(Process, u16), Trouble> {
        let mut tries = 0;
        loop {
            tries += 1;
            let port = match &self.file.ready {
                Ready::PortAfter(_) => 0,
                Ready::Reachable | Ready::Says(_) => free_port().map_err(|error| crash(error.to_string()))?,
            };
            let plan = Self { about: About { port: Some(port), ..self.about }, ..self };
            let mut process = plan.begin()?;
            match plan.ready(&mut process, port).await {
                Ok(port) => return Ok((process, port)),
                Err(NotReady::Ended(_)) if port != 0 && tries < TRIES => {}
                Err(NotReady::Ended(why) | NotReady::Silent(why)) => {
                    return Err(Trouble::Crashed(Crash { why, said: process.last_words() }));
                }
            }
        }
    }

    /// Starts a process that speaks on its standard input and output.
    pub(crate) async fn speaking(self) -> Result<Process, Trouble> {
        let mut process = self.begin()?;
        match self.ready(&mut process, 0).await {
            Ok(_) => Ok(process),
            Err(NotReady::Ended(why) | NotReady::Silent(why)) => {
                Err(Trouble::Crashed(Crash { why, said: process.last_words() }))
            }
        }
    }

    /// Writes the files and starts the command.
    fn begin(self) -> Result<Process, Trouble> {
        let names = self.names.about(self.about);
        for (name, content) in &self.file.files {
            let path = self.folder.join(fill(name, &names)?);
            let content = fill(content, &names)?;
            while_running(|_| write(&path, &content))
                .map_err(|error| crash(format!("`{}`: {error}", path.display())))?;
        }
        let mut words = self.file.run.iter().map(|word| fill(word, &names)).collect::<Result<Vec<_>, _>>()?.into_iter();
        let first = words.next().ok_or_else(|| crash("`run` is empty".to_owned()))?;
        let environment = self.file.environment.iter();
        let start = Start {
            program: program(&first, &self.file.here),
            arguments: words.collect(),
            environment: environment
                .map(|(name, value)| Ok((name.clone(), fill(value, &names)?)))
                .collect::<Result<_, Trouble>>()?,
            folder: self.folder.to_owned(),
            speaks_stdio: self.file.speaks == Speaks::Stdio,
        };
        Process::start(&start).map_err(crash)
    }

    /// Waits until it can be spoken to, and says its port.
    async fn ready(self, process: &mut Process, port: u16) -> Result<u16, NotReady> {
        let deadline = self.file.deadline;
        let ready = timeout(deadline, self.readiness(process, port)).await;
        process.lines.close();
        ready.unwrap_or_else(|_| {
            let within = crate::duration::shown(deadline);
            Err(NotReady::Silent(format!("it was not ready within {within}{}", self.sign())))
        })
    }

    async fn readiness(self, process: &mut Process, port: u16) -> Result<u16, NotReady> {
        match &self.file.ready {
            Ready::Reachable if self.file.speaks == Speaks::Stdio => Ok(0),
            Ready::Reachable => {
                process.lines.close();
                let mut look = interval(LOOK);
                loop {
                    look.tick().await;
                    if let Some(ended) = process.ended().await {
                        return Err(NotReady::Ended(format!("{ended} before it was ready")));
                    }
                    if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                        return Ok(port);
                    }
                }
            }
            Ready::Says(text) => said(process, |line| line.contains(text).then_some(port)).await,
            Ready::PortAfter(text) => said(process, |line| port_after(line, text)).await,
        }
    }

    /// What was waited for.
    fn sign(self) -> String {
        match &self.file.ready {
            Ready::Reachable => String::new(),
            Ready::Says(text) | Ready::PortAfter(text) => format!(": it never said `{text}`"),
        }
    }
}

/// Why a process cannot be spoken to.
enum NotReady {
    Ended(String),
    Silent(String),
}

/// Waits for a line in which something is found.
async fn said<T>(process: &mut Process, find: impl Fn(&str) -> Option<T>) -> Result<T, NotReady> {
    while let Some(line) = process.lines.recv().await {
        if let Some(found) = find(&line) {
            return Ok(found);
        }
    }
    Err(NotReady::Ended(format!("{} before it was ready", process.end().await)))
}

fn port_after(line: &str, text: &str) -> Option<u16> {
    let (_, rest) = line.split_once(text)?;
    let digits = rest.split(|character: char| !character.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// The text filled in, or the trouble with it.
pub(crate) fn fill(text: &Text, names: &Value) -> Result<String, Trouble> {
    text.fill(names).map_err(|unfilled| match unfilled {
        Unfilled::Unsupported(why) => Trouble::Unsupported(why),
        Unfilled::Wrong(why) => {
            let beginning: String = text.written().lines().next().unwrap_or_default().chars().take(60).collect();
            crash(format!("its file cannot be filled in at `{beginning}`: {why}"))
        }
    })
}

fn write(path: &Path, content: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, content)
}

/// A port that nobody has right now.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

pub(crate) fn crash(why: String) -> Trouble {
    Trouble::Crashed(Crash { why, said: Vec::new() })
}

#[cfg(test)]
mod tests;
