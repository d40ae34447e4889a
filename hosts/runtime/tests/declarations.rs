//! A declaration within a component's bytes, whatever these are.

use component_runtime::policy::Declaration;
use component_runtime::policy::declaration::SECTION;
use proptest::prelude::*;

const PREAMBLE: &[u8] = b"\0asm\x0d\0\x01\0";
const NOTHING: &[u8] = br#"{"version": 1, "requests": []}"#;

fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).unwrap();
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id], leb128(content.len()).as_slice(), content].concat()
}

fn custom(name: &str, content: &[u8]) -> Vec<u8> {
    section(0, &[&leb128(name.len()), name.as_bytes(), content].concat())
}

fn component(sections: &[Vec<u8>]) -> Vec<u8> {
    [PREAMBLE, sections.concat().as_slice()].concat()
}

fn read(wasm: &[u8]) -> Result<Option<Declaration>, String> {
    Declaration::of_component(wasm).map_err(|error| error.to_string())
}

#[test]
fn it_is_found_wherever_it_stands() {
    let (others, own) = ([custom("name", b"x"), section(1, &[0; 300])], custom(SECTION, NOTHING));
    for sections in [
        vec![own.clone()],
        vec![own.clone(), others[0].clone(), others[1].clone()],
        vec![others[0].clone(), others[1].clone(), own],
    ] {
        assert_eq!(read(&component(&sections)), Ok(Some(Declaration::default())));
    }
    assert_eq!(read(&component(&others)), Ok(None));
    assert_eq!(read(PREAMBLE), Ok(None));
}

#[test]
fn a_component_within_does_not_speak_for_the_whole() {
    let inner = component(&[custom(SECTION, NOTHING)]);
    assert_eq!(read(&component(&[section(4, &inner)])), Ok(None));
}

#[test]
fn a_length_may_be_written_longer_than_it_needs() {
    let padded = [&[0, 0x81, 0x80, 0x80, 0x80, 0], b"\0".as_slice()].concat();
    assert_eq!(read(&component(&[padded])), Ok(None));
}

#[test]
fn malformed_declarations_are_reported() {
    for (wasm, told) in [
        (vec![], "not a WebAssembly component"),
        (b"\0asm\x01\0\0\0".to_vec(), "not a WebAssembly component"),
        (component(&[vec![0]]), "damaged at byte 9:"),
        (component(&[vec![0, 5, 1, b'a']]), "damaged at byte"),
        (component(&[vec![0, 1, 5]]), "damaged at byte"),
        (component(&[custom("x", b""), vec![0, 0]]), "damaged at byte 14:"),
        (component(&[vec![0, 0x80, 0x80, 0x80, 0x80, 0x80, 0]]), "damaged"),
        (component(&[vec![0, 0xff, 0xff, 0xff, 0xff, 0x1f]]), "damaged"),
        // Would be an empty section if the bits beyond 32 fell away.
        (component(&[vec![1, 0x80, 0x80, 0x80, 0x80, 0x10]]), "damaged"),
        (component(&[vec![0, 0xff, 0xff, 0xff, 0xff, 0x0f]]), "damaged"),
        (component(&[custom(SECTION, NOTHING), custom(SECTION, NOTHING)]), "two sections"),
        (component(&[custom(SECTION, &vec![b' '; (64 << 10) + 1])]), "holds 65537 bytes, and may hold 65536"),
        (component(&[custom(SECTION, &vec![b' '; 64 << 10])]), "cannot be read"),
        (component(&[custom(SECTION, b"\xff")]), "is not UTF-8"),
        (component(&[custom(SECTION, b"")]), "cannot be read"),
        (component(&[custom(SECTION, &[b'['; 10_000])]), "cannot be read"),
    ] {
        let error = read(&wasm).unwrap_err();
        assert!(error.contains(told), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
        let _ = read(&[PREAMBLE, &bytes].concat());
        let _ = read(&component(&[custom(SECTION, &bytes)]));
    }

    #[test]
    fn every_length_reads_as_it_was_written(length in 0_usize..40_000) {
        let wasm = component(&[section(1, &vec![0; length]), custom(SECTION, NOTHING)]);
        prop_assert_eq!(read(&wasm), Ok(Some(Declaration::default())));
        // And a component that breaks off is damaged, or looks whole without what is missing.
        prop_assert_ne!(read(&wasm[..wasm.len() - 1]), Ok(Some(Declaration::default())));
    }
}
