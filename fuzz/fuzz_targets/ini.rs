//! Any credentials file: no panic, a fault within the file, and a value that is wrapped is there as a whole or not at all.
#![no_main]

use libfuzzer_sys::fuzz_target;

// The reader alone is pure; as a dependency, its crate would bring wasmtime into every build with a sanitizer.
#[path = "../../hosts/servicestage/src/credentials"]
mod credentials {
    #[allow(dead_code, reason = "the target uses its part")]
    mod ini;

    /// The values of a section by their keys, those that SDKs read differently left out; or the line of a fault.
    pub fn read(text: &str, name: &str) -> Result<Option<Vec<(String, String)>>, usize> {
        let Some(section) = ini::Ini::parse(text).map_err(|fault| fault.line)?.section(name) else { return Ok(None) };
        let values = section.iter().filter_map(|(key, value)| Some((key.clone(), value.text().ok()?.to_owned())));
        Ok(Some(values.collect()))
    }
}

fuzz_target!(|input: (String, String, Vec<(u8, Vec<String>)>)| {
    let (text, name, values) = input;
    match credentials::read(&text, &name) {
        Err(line) => assert!((1..=text.lines().count()).contains(&line), "line {line} of {text:?}"),
        Ok(None) => {}
        Ok(Some(values)) => {
            for (key, value) in values {
                assert!(!key.is_empty() && !key.contains(char::is_whitespace), "{key:?} in {text:?}");
                assert!(!value.contains('\n') && value.trim() == value, "{value:?} in {text:?}");
            }
        }
    }

    // What people write: each value wrapped as a token is.
    let mut file = "[DEFAULT]\nz = 1\n[s] ; comment\n".to_owned();
    let mut expected = vec![("z".to_owned(), "1".to_owned())];
    for (index, (indent, parts)) in values.iter().enumerate() {
        let base64 = |part: &String| part.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/')).collect();
        let parts: Vec<String> = parts.iter().map(base64).filter(|part: &String| !part.is_empty()).collect();
        let indent = usize::from(indent % 8);
        // No further than a line may be indented that does not continue the one before.
        file.push_str(&format!("k{index} = "));
        file.push_str(&parts.join(&format!("\n\n# comment\n{}", " ".repeat(indent + 1))));
        file.push('\n');
        expected.push((format!("k{index}"), parts.concat()));
    }
    expected.sort();
    assert_eq!(credentials::read(&file, "s"), Ok(Some(expected)), "{file:?}");
});
