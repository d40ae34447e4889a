//! Redaction replaces what its definition says, and takes time that grows with its input alone.

use std::time::{Duration, Instant};

use huaweicloud_sign::secrets::{REVEALING, SHORTEST};
use huaweicloud_sign::{Secrets, header};
use proptest::prelude::*;

fn redacted(secrets: &[&str], text: &str) -> String {
    let mut text = text.to_owned();
    Secrets::new(secrets).redact(&mut text);
    text
}

/// The definition, one position at a time. At each position of the text, in both readings, it looks for the longest
/// part of a secret that begins there. It compares with each position of each secret.
fn by_definition(secrets: &[&str], text: &str) -> String {
    let secrets: Vec<Vec<char>> = secrets
        .iter()
        .map(|secret| secret.chars().collect())
        .filter(|secret: &Vec<char>| secret.len() >= SHORTEST)
        .collect();
    let (mut redacted, mut told) = (String::new(), 0);
    for (at, character) in text.char_indices() {
        let mut end = at;
        for escapes in [false, true] {
            let meant = read(&text[at..], escapes);
            for secret in &secrets {
                let longest = (0..secret.len()).map(|from| common(&secret[from..], &meant)).max().unwrap_or(0);
                let begun = common(secret, &meant);
                let cut_off = (SHORTEST..=begun)
                    .filter(|length| meant.get(*length).is_none_or(|(after, _)| *after == '…'))
                    .max()
                    .unwrap_or(0);
                let whole = if begun == secret.len() { begun } else { 0 };
                let revealing =
                    [if longest >= REVEALING { longest } else { 0 }, cut_off, whole].into_iter().max().unwrap();
                if revealing > 0 {
                    end = end.max(at + meant[revealing - 1].1);
                }
            }
        }
        if end > told.max(at) {
            if at >= told {
                redacted.push_str("[redacted]");
            }
            told = end;
        }
        if at >= told {
            redacted.push(character);
        }
    }
    redacted
}

fn common(secret: &[char], text: &[(char, usize)]) -> usize {
    secret.iter().zip(text).take_while(|(a, (b, _))| *a == b).count()
}

/// Returns each character that is meant, and where its written form ends.
fn read(text: &str, escapes: bool) -> Vec<(char, usize)> {
    let (mut meant, mut at) = (Vec::new(), 0);
    while let Some(first) = text[at..].chars().next() {
        let (character, length) = escapes.then(|| escaped(&text[at..])).flatten().unwrap_or((first, first.len_utf8()));
        at += length;
        meant.push((character, at));
    }
    meant
}

fn escaped(text: &str) -> Option<(char, usize)> {
    let code = |from: usize, to: usize| {
        let digits = text.get(from..to).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        char::from_u32(u32::from_str_radix(digits, 16).ok()?)
    };
    match text.as_bytes() {
        [b'\\', b'u', ..] => Some((code(2, 6)?, 6)),
        [b'\\', byte @ (b'"' | b'\\' | b'/'), ..] => Some((char::from(*byte), 2)),
        [b'%', ..] => Some((code(1, 3).filter(char::is_ascii)?, 3)),
        _ => None,
    }
}

/// Texts that are made of parts of the secrets, escaped in each way, and of other text between them.
fn told_of(secret: &str, pieces: &[(usize, usize, u8)]) -> String {
    let characters: Vec<char> = secret.chars().collect();
    let mut text = String::new();
    for (from, length, way) in pieces {
        let from = from % (characters.len() + 1);
        for character in characters[from..].iter().take(*length) {
            match way % 5 {
                0 if character.is_ascii() => text.push_str(&format!("%{:02x}", u32::from(*character))),
                1 if u32::from(*character) <= 0xFFFF => text.push_str(&format!("\\u{:04X}", u32::from(*character))),
                _ => text.push(*character),
            }
        }
        text.push_str(["", " ", "…", "%", "\\"][usize::from(way / 5) % 5]);
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn redaction_follows_its_definition(
        one in r#"[ab%4\\u01"…é]{0,14}"#,
        other in r"[ab%46\\]{0,20}",
        pieces in prop::collection::vec((0_usize..20, 0_usize..20, any::<u8>()), 0..5),
        around in r#"[ab%4\\u01"…é]{0,6}"#,
    ) {
        for secret in [&one, &other] {
            let text = format!("{around}{}{around}", told_of(secret, &pieces));
            prop_assert_eq!(redacted(&[&one, &other], &text), by_definition(&[&one, &other], &text));
        }
    }
}

#[test]
fn a_part_that_two_secrets_share_leaves_nothing_of_either() {
    assert_eq!(redacted(&["ABCDEFGHIJ", "GHIJKLMN"], "x ABCDEFGHIJKLMN y"), "x [redacted] y");
}

/// When each position of a token was compared with each position of a line of text, a token of 100 kB took 8 s.
#[test]
fn the_longest_secret_and_a_large_text_take_no_longer_than_a_call_may() {
    // Random letters, and one repeated letter. With the latter, comparisons from each position go far.
    let mut state = 1_u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'a' + u8::try_from((state >> 33) % 26).unwrap())
    };
    let random: String = (0..header::LONGEST).map(|_| letter()).collect();
    let same = "a".repeat(header::LONGEST);
    for secret in [&random, &same] {
        let text = format!("{}{}{}", &secret[5000..35_000], "b".repeat(4_000), "a".repeat(30_000));
        let began = Instant::now();
        assert!(redacted(&[secret], &text).starts_with("[redacted]b"));
        let took = began.elapsed();
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
}
