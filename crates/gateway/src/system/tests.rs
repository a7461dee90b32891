//! The clock does not run backwards, entropy differs, and the key stays.

use std::time::Duration;

use super::{SystemClock, SystemEntropy, secret_key};
use crate::ports::{Clock as _, Entropy as _};

#[test]
fn time_does_not_run_backwards_and_begins_at_the_wall() {
    let clock = SystemClock::new();
    let (first, second) = (clock.now(), clock.now());
    assert!(first <= second);
    assert!(clock.wall().since(first) < Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn sleeping_takes_its_time() {
    let before = tokio::time::Instant::now();
    SystemClock::new().sleep(Duration::from_secs(3600)).await;
    assert!(before.elapsed() >= Duration::from_secs(3600));
}

#[test]
fn entropy_differs() {
    assert_ne!(SystemEntropy.bytes().unwrap(), SystemEntropy.bytes().unwrap());
}

#[test]
fn the_key_is_made_once_and_is_for_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("floorwalker.key");
    let digest = |key| floorwalker_json::Digest::keyed(&key, b"secret");
    let made = digest(secret_key(&path).unwrap());
    assert_eq!(digest(secret_key(&path).unwrap()), made);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    std::fs::write(&path, "not a key").unwrap();
    let error = secret_key(&path).unwrap_err().to_string();
    assert!(!error.contains("not a key"), "{error}");
}
