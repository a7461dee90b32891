//! Digests against published vectors (FIPS 180-4 examples; RFC 4231, test case 2 with its key padded).

use super::*;

#[test]
fn plain_digests() {
    let table = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ];
    for (text, hex) in table {
        assert_eq!(Digest::of(text.as_bytes()).to_string(), hex);
    }
}

#[test]
fn keyed_digests() {
    // HMAC fills its key with zeros up to the block, so the short key of the vector may be filled here, too.
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(b"Jefe");
    let digest = Digest::keyed(&DigestKey::new(bytes), b"what do ya want for nothing?");
    assert_eq!(digest.to_string(), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_ne!(Digest::keyed(&DigestKey::new([1; 32]), b"x"), Digest::keyed(&DigestKey::new([2; 32]), b"x"));
}

#[test]
fn hex_is_read_back() {
    let digest = Digest::of(b"abc");
    let hex = digest.to_string();
    assert_eq!(Digest::from_hex(&hex), Some(digest));
    assert_eq!(Digest::from_hex(&hex.to_uppercase()), Some(digest));
    let broken = [&hex[1..], &format!("{hex}0"), &format!("{hex}00"), &hex.replace('b', "g"), "", &"é".repeat(32)];
    for text in broken {
        assert_eq!(Digest::from_hex(text), None, "{text}");
    }
}

#[test]
fn keys_are_not_printed() {
    assert_eq!(format!("{:?}", DigestKey::new([65; 32])), "DigestKey(..)");
}
