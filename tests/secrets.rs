//! No error holds a secret, however the server repeats it.

use model::credentials::{AccessKey, Credentials};
use model::text::shorten;
use proptest::prelude::*;
use servicestage_component::report::secrets;

fn redacted(secret: &str, text: &str) -> String {
    let mut text = text.to_owned();
    secrets(&Credentials::Token(secret.to_owned())).redact(&mut text);
    text
}

#[test]
fn a_secret_is_found_in_the_forms_of_json_and_of_urls() {
    let secret = r#"MIIa/b+c=="d\e"#;
    for form in [
        secret,
        r#"MIIa\/b+c==\"d\\e"#,
        r#"MIIa\u002fb\u002Bc\u003d=\u0022d\u005Ce"#,
        "MIIa%2Fb%2Bc%3D%3D%22d%5Ce",
        "MIIa%2fb%2bc==%22d%5ce",
    ] {
        assert_eq!(redacted(secret, &format!("a {form} b {form}")), "a [redacted] b [redacted]", "{form}");
    }
}

#[test]
fn a_part_of_a_secret_is_found_too() {
    let secret = "MIIabcdefgh/TOPSECRETREST0123456789";
    for part in ["MIIabcdefgh", "defgh/TOPSEC", "SECRETREST0123456789", "EST01234"] {
        assert_eq!(redacted(secret, &format!("a {part} b")), "a [redacted] b", "{part}");
    }
    assert_eq!(redacted(secret, "a TOPSECR b"), "a TOPSECR b");
    assert_eq!(redacted(secret, "a MIIa…"), "a [redacted]…");
}

/// Found by fuzzing.
#[test]
fn a_secret_that_looks_like_an_escape_is_found() {
    for secret in [r"\u0041bcdefgh", "%41bcdefgh", r"a\\bcdefgh"] {
        assert_eq!(redacted(secret, &format!("x {secret} y")), "x [redacted] y", "{secret}");
    }
}

#[test]
fn an_access_key_has_two_secrets_and_an_id_that_is_none() {
    let secrets = secrets(&Credentials::AccessKey(AccessKey {
        access_key_id: "AKEXAMPLE".to_owned(),
        secret_access_key: "s3cret".to_owned(),
        security_token: Some("security".to_owned()),
    }));
    let mut text = "AKEXAMPLE s3cret security".to_owned();
    secrets.redact(&mut text);
    assert_eq!(text, "AKEXAMPLE [redacted] [redacted]");
}

#[test]
fn texts_too_short_for_a_secret_change_nothing() {
    for secret in ["", "t", "ext"] {
        assert_eq!(redacted(secret, "a text"), "a text");
    }
    assert_eq!(redacted("text", "a text"), "a [redacted]");
}

proptest! {
    #[test]
    fn the_rest_of_a_shortened_secret_reveals_nothing(
        secret in "[a-zA-Z0-9+/=]{20,400}",
        before in "[ .:é\"]{0,30}",
        longest in 1_usize..450,
    ) {
        let told = redacted(&secret, &shorten(&format!("{before}{secret} and {secret}"), longest));
        for length in 4..=secret.len() {
            let cut = told.strip_suffix('…').unwrap_or(&told);
            prop_assert!(!cut.ends_with(&secret[..length]), "{length} characters of {secret} in {told}");
        }
        prop_assert!(!told.contains(&secret[..8]), "{told}");
    }

    #[test]
    fn beside_a_redaction_no_eight_characters_of_a_secret_are_left_however_it_repeats_itself(
        secret in r"[ab\]]{8,12}",
        text in r"[ab\]]{0,40}",
    ) {
        for left in redacted(&secret, &format!("{text}{secret}{text}")).split("[redacted]") {
            for part in secret.as_bytes().windows(8) {
                prop_assert!(!left.contains(str::from_utf8(part).unwrap()), "{left} of {secret} in {text}");
            }
        }
    }

    #[test]
    fn no_text_panics(secret in ".{0,20}", text in ".{0,60}") {
        redacted(&secret, &text);
    }
}
