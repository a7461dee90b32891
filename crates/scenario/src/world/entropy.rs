//! Bytes that nobody outside could guess, and that are the same in every run: digests of the seed and a counter.

use std::sync::atomic::{AtomicU64, Ordering};

use floorwalker_gateway::{Entropy, EntropyError};
use floorwalker_json::Digest;

/// A counter behind a digest.
#[derive(Debug)]
pub(crate) struct Counted {
    seed: u64,
    drawn: AtomicU64,
}

impl Counted {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, drawn: AtomicU64::new(0) }
    }
}

impl Entropy for Counted {
    fn bytes(&self) -> Result<[u8; 16], EntropyError> {
        let turn = self.drawn.fetch_add(1, Ordering::Relaxed);
        let digest = Digest::of(format!("floorwalker entropy {} {turn}", self.seed).as_bytes());
        let (bytes, _) = digest.as_bytes().split_at(16);
        bytes.try_into().map_err(|_| EntropyError("a digest has 32 bytes".to_owned()))
    }
}

/// Small random numbers for choosing interleavings: SplitMix64, which is enough for that and has no state but a number.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`, which is at least one.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        let sides = u64::try_from(sides.max(1)).unwrap_or(u64::MAX);
        usize::try_from(mixed % sides).unwrap_or(0)
    }
}
