//! Signals: the first asks to stop, the second insists.

use std::io;

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

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
