//! One process of somebody else's gateway: started in a group of its own, listened to, and ended whatever happens.
//!
//! INVARIANT: every process that is started here is known by its id to [`live`](super::live) until it is gone, and is
//! ended by that id, together with the processes of its group.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::between::outside::line::next_line;
use crate::between::outside::live::{Running, while_running};

pub use crate::between::outside::live::end_all;

/// How many lines of its output are kept.
const TAIL: usize = 10;

/// How many bytes of each line are kept: far more than are ever shown, so that a secret is whole when it is looked for
/// in what is shown.
const LINE: usize = 8 << 10;

/// How long the system may take for a process that was killed.
const GONE: Duration = Duration::from_secs(2);

/// The variables that every program gets; others would make it depend on who runs it.
const INHERITED: [&str; 5] = ["PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH"];

/// How a process is started.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: Vec<(String, String)>,
    /// Where it runs.
    pub(crate) folder: PathBuf,
    /// Whether its standard output is a conversation, and not words for people.
    pub(crate) speaks_stdio: bool,
}

/// A running process.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    group: Option<Pid>,
    tail: Tail,
    /// Read what it says until it says no more.
    listeners: Vec<JoinHandle<()>>,
    /// The lines of its output for people, as they come.
    pub(crate) lines: mpsc::UnboundedReceiver<String>,
    /// Its standard input and output, where they are a conversation.
    pub(crate) stdio: Option<(ChildStdin, ChildStdout)>,
}

/// The last lines of its output.
type Tail = Arc<Mutex<VecDeque<String>>>;

impl Process {
    pub(crate) fn start(start: &Start) -> Result<Self, String> {
        let mut command = Command::new(&start.program);
        command.args(&start.arguments).current_dir(&start.folder).env_clear();
        command.envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.envs(start.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(if start.speaks_stdio { Stdio::piped() } else { Stdio::null() });
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).kill_on_drop(true);
        let spawned = while_running(|running| spawn(&mut command, running));
        let (mut child, group) =
            spawned.map_err(|error| format!("`{}` cannot be started: {error}", start.program.display()))?;
        let (tail, (sender, lines)) = (Tail::default(), mpsc::unbounded_channel());
        let mut listeners = Vec::new();
        if let Some(stderr) = child.stderr.take() {
            listeners.push(tokio::spawn(listen(stderr, Arc::clone(&tail), sender.clone())));
        }
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let stdio = match (stdin, stdout) {
            (Some(stdin), Some(stdout)) => Some((stdin, stdout)),
            (_, stdout) => {
                listeners.extend(stdout.map(|stdout| tokio::spawn(listen(stdout, Arc::clone(&tail), sender))));
                None
            }
        };
        Ok(Self { child, group, tail, listeners, lines, stdio })
    }

    /// How it ended, if it did.
    pub(crate) async fn ended(&mut self) -> Option<String> {
        self.child.try_wait().ok().flatten()?;
        Some(self.end().await)
    }

    /// How it ended, if it ends in time.
    pub(crate) async fn ended_within(&mut self, patience: Duration) -> Option<String> {
        tokio::time::timeout(patience, self.child.wait()).await.ok()?.ok()?;
        Some(self.end().await)
    }

    /// Waits until it ends and everything that it said was read: whoever tells of its end tells its last words too.
    pub(crate) async fn end(&mut self) -> String {
        let ended = self.child.wait().await;
        self.signal(Signal::KILL);
        self.forget();
        while let Some(listener) = self.listeners.last_mut() {
            // Somebody outside of its group may hold its output open.
            let _ = tokio::time::timeout(GONE, listener).await;
            self.listeners.pop();
        }
        match ended {
            Ok(status) => format!("it ended with {status}"),
            Err(error) => format!("it is lost: {error}"),
        }
    }

    /// Asks it to end and waits for it; what does not end in time is killed.
    pub(crate) async fn stop(mut self, deadline: Duration) {
        self.signal(Signal::TERM);
        // Whether it ended in time or not, nothing of its group stays.
        let _ = tokio::time::timeout(deadline, self.child.wait()).await;
    }

    /// Ends it at once, and waits until it is gone.
    pub(crate) async fn kill(&mut self) {
        self.signal(Signal::KILL);
        if tokio::time::timeout(GONE, self.child.wait()).await.is_ok() {
            self.forget();
        }
    }

    /// The last lines that it said, with whatever secrets are in them.
    pub(crate) fn last_words(&self) -> Vec<String> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = self.group {
            // A group that is gone needs no signal.
            let _ = kill_process_group(group, signal);
        }
    }

    /// It is gone and was waited for, so its id may be somebody else's soon.
    fn forget(&mut self) {
        if let Some(group) = self.group.take() {
            while_running(|running| running.groups.remove(&group.as_raw_nonzero()));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        self.forget();
    }
}

/// Starts the command and notes its group, in one go for whoever ends everything.
fn spawn(command: &mut Command, running: &mut Running) -> io::Result<(Child, Option<Pid>)> {
    let child = command.spawn()?;
    let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    running.groups.extend(group.map(Pid::as_raw_nonzero));
    Ok((child, group))
}

/// The program that a word names: one with a `/` in it is looked for from `here`.
pub(crate) fn program(word: &str, here: &Path) -> PathBuf {
    if word.contains('/') { here.join(word) } else { PathBuf::from(word) }
}

async fn listen(output: impl AsyncRead + Unpin, tail: Tail, sender: mpsc::UnboundedSender<String>) {
    let mut output = BufReader::new(output);
    while let Ok(Some(line)) = next_line(&mut output, LINE).await {
        let line = String::from_utf8_lossy(&line.kept).trim_end().to_owned();
        {
            let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
            if tail.len() == TAIL {
                tail.pop_front();
            }
            tail.push_back(line.clone());
        }
        // Nobody listens any more once it is ready.
        let _ = sender.send(line);
    }
}
