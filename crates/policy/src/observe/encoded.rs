//! Text in the encodings that programs put text in: base64, hex and percent-encoding.
//!
//! A run can be glued to something else, such as the path of a URL, so it is decoded from each place at which a group of
//! its digits can begin. What comes out is searched and thrown away; most of it is nonsense.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use percent_encoding::percent_decode_str;

/// Shorter runs are words, and hold no secret.
const RUN_MIN: usize = 24;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Everything that the text may be the encoded form of, whole or in part.
pub(super) fn decoded(text: &str) -> Vec<String> {
    let mut decoded = Vec::new();
    if text.contains('%') {
        decoded.push(percent_decode_str(text).decode_utf8_lossy().into_owned());
    }
    for run in runs(text, |byte| byte.is_ascii_hexdigit()) {
        decoded.extend((0..2).filter_map(|start| run.get(start..)).map(|run| readable(&hex(run))));
    }
    for run in runs(text, |byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte)) {
        decoded.extend((0..4).filter_map(|start| base64(run.get(start..)?)).map(|bytes| readable(&bytes)));
    }
    decoded
}

/// Long runs of such bytes; line breaks do not end one, because encoders wrap their lines.
fn runs(text: &str, belongs: fn(u8) -> bool) -> impl Iterator<Item = Vec<u8>> {
    let is_break = |byte: u8| byte == b'\n' || byte == b'\r';
    let parts = text.as_bytes().split(move |byte| !belongs(*byte) && !is_break(*byte));
    parts
        .filter(|run| run.len() >= RUN_MIN)
        .map(move |run| run.iter().copied().filter(|byte| !is_break(*byte)).collect::<Vec<u8>>())
}

fn hex(run: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0);
    let byte = |pair: &[u8]| pair.iter().fold(0_u8, |byte, digit_of| byte.wrapping_shl(4) | digit(*digit_of));
    run.chunks_exact(2).map(byte).collect()
}

/// Both alphabets of base64; a last digit that stands alone says nothing.
fn base64(run: &[u8]) -> Option<Vec<u8>> {
    let standard = |byte: &u8| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    };
    let digits: Vec<u8> = run.iter().map(standard).collect();
    let whole = match digits.len() % 4 {
        1 => digits.split_last().map(|(_, whole)| whole)?,
        _ => &digits,
    };
    BASE64.decode(whole).ok()
}

fn readable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
