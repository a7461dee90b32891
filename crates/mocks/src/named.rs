//! Which checkout a control means: the one that is written, or the only one there is.

use crate::control::ControlError;

/// The id of the checkout that is meant, among the ids of those there are and the states they are in.
///
/// # Errors
/// Says which there are when none of that id is there, or none is written and there are several.
pub(crate) fn named<'c>(
    written: Option<&str>,
    there: impl Iterator<Item = (&'c str, &'static str)> + Clone,
) -> Result<String, ControlError> {
    let mut ids = there.clone().map(|(id, _)| id);
    match (written, ids.next(), ids.next()) {
        (Some(written), _, _) if there.clone().any(|(id, _)| id == written) => Ok(written.to_owned()),
        (Some(written), _, _) => Err(ControlError::NoSuchCheckout { written: written.to_owned(), known: known(there) }),
        (None, Some(only), None) => Ok(only.to_owned()),
        (None, _, _) => Err(ControlError::Ambiguous { known: known(there) }),
    }
}

fn known<'c>(there: impl Iterator<Item = (&'c str, &'static str)>) -> String {
    let all = there.map(|(id, state)| format!("`{id}` ({state})")).collect::<Vec<_>>().join(", ");
    if all.is_empty() { "none".to_owned() } else { all }
}
