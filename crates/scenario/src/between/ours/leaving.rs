//! A client that hangs up while a server has its call: the call up to that moment, in the hands of whoever lets it go on.
//!
//! Whether the server has it is told by single polls: other calls get to no server during a poll of this one.

use std::future::poll_fn;
use std::task::Poll;

use floorwalker_gateway::{Port, Reply};

use crate::world::Wiring;

/// Where a call is when its client would leave.
pub(super) enum Stands<'c> {
    /// It is over already, and no server ever had it.
    Answered(Reply),
    /// A server has it. What becomes of the rest is for the gateway to say.
    AtServer(Port<'c, Reply>),
}

/// Plays a call until a server has it, or it is over.
///
/// # Errors
/// It was over before the client could leave.
pub(super) async fn until_served<'c>(wiring: &Wiring, mut call: Port<'c, Reply>) -> Result<Stands<'c>, String> {
    let parking = &wiring.parking;
    // A call that does not stop at its ports would be over in one poll.
    let together = parking.pause();
    parking.open(true);
    let mut is_served = false;
    let answered = poll_fn(|context| {
        if is_served {
            return Poll::Ready(Ok(None));
        }
        let before = wiring.received();
        let polled = call.as_mut().poll(context);
        is_served = wiring.received() > before;
        match (polled, is_served) {
            (Poll::Ready(_), true) => Poll::Ready(Err("the answer came before the agent could hang up".to_owned())),
            (Poll::Ready(reply), false) => Poll::Ready(Ok(Some(reply))),
            // Beside others the call goes on from here when its turn comes; alone nobody else has one.
            (Poll::Pending, true) if !together => Poll::Ready(Ok(None)),
            (Poll::Pending, _) => Poll::Pending,
        }
    })
    .await;
    parking.open(together);
    Ok(match answered? {
        Some(reply) => Stands::Answered(reply),
        None => Stands::AtServer(call),
    })
}
