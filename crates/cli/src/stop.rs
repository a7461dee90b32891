//! Signals: the first asks to stop, the second insists.

use std::{io, process, thread};

use floorwalker_scenario::end_all;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// What the shell is told when somebody stops a command: 128 and the number of the signal.
const INTERRUPTED: i32 = 130;

/// From now on a signal ends every program that this one started, and then this one.
pub(crate) fn end_with_us() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let stop = runtime.block_on(async { Stop::listen() })?;
    thread::spawn(move || {
        runtime.block_on(stop.asked(1));
        end_all(|| process::exit(INTERRUPTED));
    });
    Ok(())
}

/// How often somebody asked this process to stop.
#[derive(Clone, Debug)]
pub(crate) struct Stop {
    asked: watch::Receiver<u32>,
}

impl Stop {
    /// Listens for Ctrl-C and SIGTERM from now on, in the runtime that runs this.
    pub(crate) fn listen() -> io::Result<Self> {
        let mut interrupted = signal(SignalKind::interrupt())?;
        let mut terminated = signal(SignalKind::terminate())?;
        let (count, asked) = watch::channel(0_u32);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupted.recv() => {}
                    _ = terminated.recv() => {}
                }
                count.send_modify(|times| *times = times.saturating_add(1));
            }
        });
        Ok(Self { asked })
    }

    /// Returns when it was asked so often.
    pub(crate) async fn asked(&self, times: u32) {
        // The sender lives as long as the runtime.
        let _ = self.asked.clone().wait_for(|asked| *asked >= times).await;
    }
}
