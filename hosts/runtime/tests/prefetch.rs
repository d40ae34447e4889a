//! Records whose texts are fetched ahead are lifted as without, wherever they and their texts lie.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(feature = "compile")]

mod returning;

use component_runtime::{CallError, Limits, Prefetched};
use returning::{RESULT, laid, returned};

type Records = Vec<Prefetched<(String, u32)>>;

const MEMORY: usize = 64 << 10;

/// A text and a number: an address, a length, and it.
const RECORD: usize = 12;

/// Lists what a component returns whose memory ends with these records.
async fn list(texts: &[(u32, u32)]) -> Result<Vec<(String, u32)>, CallError> {
    let first = MEMORY - texts.len() * RECORD;
    let list = laid([first.try_into().unwrap(), texts.len().try_into().unwrap()]);
    let records = laid(texts.iter().zip(0..).flat_map(|((at, length), number)| [*at, *length, number]));
    let memory: [(usize, &[u8]); 4] = [(0, b"front"), (60_000, b"behind"), (first, &records), (RESULT, &list)];
    let records: Records = returned("(list (tuple string u32))", "utf8", &memory, Limits::default()).await?;
    Ok(records.into_iter().map(Prefetched::into_inner).collect())
}

#[tokio::test]
async fn in_order_out_of_order_and_up_to_the_end_of_memory() {
    // The last text is the end of memory: the number of the last record.
    let texts = [(60_000, 6), (0, 5), (65_536, 0), (60_002, 4), (0, 0), (60_000, 6), (1, 2), (65_532, 4)];
    let listed = list(&texts).await.unwrap();
    let expected = ["behind", "front", "", "hind", "", "behind", "ro", "\u{7}\0\0\0"];
    assert_eq!(listed, expected.into_iter().map(str::to_owned).zip(0..).collect::<Vec<_>>());
    for few in 0..texts.len() {
        assert_eq!(list(&texts[..few]).await.unwrap(), listed[..few]);
    }
}

#[tokio::test]
async fn a_text_beyond_memory_ends_the_call_and_not_the_host() {
    for beyond in [(u32::MAX, 1), (65_533, 4), (0, u32::MAX)] {
        let texts = [(0, 5), (0, 5), (0, 5), (0, 5), (0, 5), (0, 5), beyond];
        let error = list(&texts).await.unwrap_err();
        assert!(matches!(&error, CallError::Trapped(why) if why.contains("out of bounds")), "{error}");
    }
}
