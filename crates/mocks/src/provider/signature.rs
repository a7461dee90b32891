//! The webhook's signature: `t=<seconds>,v1=<hex>`, an HMAC-SHA256 over `<seconds>.<body>`.
//!
//! A header may carry several `v1`, for a secret that is being changed, and any of them may match; other schemes are
//! passed over. Only a signature that is too old is refused: one of the future passes, as in the published library.
//!
//! INVARIANT: digests are compared in constant time.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// How old a signature may be, in seconds.
pub(crate) const TOLERANCE_SECS: u64 = 300;

/// Why a body is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disbelief {
    /// No header, or none that can be read.
    Unsigned,
    /// No digest matches.
    Forged,
    /// Signed too long ago.
    Late,
}

/// The header's value for a body that is signed at that second.
pub(crate) fn sign(secret: &str, secs: u64, body: &str) -> String {
    format!("t={secs},v1={}", digest(secret, &secs.to_string(), body.as_bytes()))
}

/// Checks a body against its header. Without a tolerance no signature is too old.
pub(crate) fn verify(
    secret: &str,
    header: Option<&str>,
    body: &[u8],
    now_secs: u64,
    tolerance_secs: Option<u64>,
) -> Result<(), Disbelief> {
    let pairs = || header.into_iter().flat_map(|header| header.split(',')).filter_map(|pair| pair.split_once('='));
    let time = pairs().find_map(|(key, value)| (key.trim() == "t").then_some(value)).ok_or(Disbelief::Unsigned)?;
    let secs: u64 = time.parse().map_err(|_| Disbelief::Unsigned)?;
    let expected = digest(secret, time, body);
    let matches = |digest: &str| bool::from(digest.as_bytes().ct_eq(expected.as_bytes()));
    if !pairs().any(|(key, value)| key.trim() == "v1" && matches(value.trim())) {
        return Err(Disbelief::Forged);
    }
    match tolerance_secs {
        Some(tolerance) if secs < now_secs.saturating_sub(tolerance) => Err(Disbelief::Late),
        _ => Ok(()),
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn digest(secret: &str, time: &str, body: &[u8]) -> String {
    let mut hmac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    hmac.update(time.as_bytes());
    hmac.update(b".");
    hmac.update(body);
    hmac.finalize().into_bytes().iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
