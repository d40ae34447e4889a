//! Texts that are lifted faster are lifted as without, whatever they hold and however they are written.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(feature = "compile")]

mod returning;

use component_runtime::{CallError, Limits, Text};
use returning::{RESULT, laid, returned};
use wasmtime::component::Lift;

/// What a component returns whose memory holds these bytes: one text, of so many units of this encoding.
async fn lifted<T>(bytes: &[u8], units: u32, encoding: &str, limits: Limits) -> Result<T, CallError>
where
    T: Lift + Send + Sync + 'static,
{
    returned("string", encoding, &[(64, bytes), (RESULT, &laid([64, units]))], limits).await
}

/// As it is lifted faster, and as the library lifts it: a text, or why there is none.
async fn both(bytes: &[u8], units: u32, encoding: &str, limits: Limits) -> [Result<String, String>; 2] {
    let faster = lifted::<Text>(bytes, units, encoding, limits).await;
    let library = lifted::<String>(bytes, units, encoding, limits).await;
    [faster.map(|Text(text)| text), library].map(|text| text.map_err(|error| error.to_string()))
}

#[tokio::test]
async fn ascii_other_characters_and_what_is_no_text() {
    for bytes in ["", "a", "release-task", "发布任务", "Straße", "0123456789abcdef0123456789abcdefé"] {
        let [faster, library] =
            both(bytes.as_bytes(), bytes.len().try_into().unwrap(), "utf8", Limits::default()).await;
        assert_eq!((faster.as_deref(), library.as_deref()), (Ok(bytes), Ok(bytes)));
    }
    let [faster, library] = both(b"abc\xff", 4, "utf8", Limits::default()).await;
    assert!(faster.as_ref().is_err_and(|error| error.contains("utf-8")), "{faster:?}");
    assert_eq!(faster, library);
}

#[tokio::test]
async fn in_other_encodings_ascii_bytes_are_other_texts() {
    for encoding in ["utf16", "latin1+utf16"] {
        let [faster, library] = both(b"abcd", 2, encoding, Limits::default()).await;
        assert!(library.as_ref().is_ok_and(|text| !text.is_empty()), "{library:?}");
        assert_eq!(faster, library, "{encoding}");
    }
}

#[tokio::test]
async fn beyond_memory_and_beyond_what_may_be_copied_out_is_nothing() {
    for units in [65_473, u32::MAX] {
        let [faster, library] = both(b"", units, "utf8", Limits::default()).await;
        assert!(faster.as_ref().is_err_and(|error| error.contains("out of bounds")), "{faster:?}");
        assert_eq!(faster, library);
    }
    let limits = Limits { lifted_bytes: 5, ..Limits::default() };
    let [faster, library] = both(b"abcde", 5, "utf8", limits).await;
    assert_eq!((faster.as_deref(), library.as_deref()), (Ok("abcde"), Ok("abcde")));
    let [faster, library] = both(b"abcdef", 6, "utf8", limits).await;
    assert!(faster.is_err());
    assert_eq!(faster, library);
}
