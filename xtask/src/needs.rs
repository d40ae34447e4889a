//! What the component declares that it needs of the network, appended to it as a custom section.
//!
//! The text is that of `wit/servicestage/needs.json`, byte for byte, so that a build is the same everywhere. Hosts
//! intersect it with what their user grants; a component without it reaches nothing.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use wasm_encoder::{ComponentSection as _, CustomSection};
use wasmparser::{Parser, Payload};

use crate::shell;

/// The name of the section, by which hosts find it. `hosts/runtime/src/policy/declaration.rs` has it too.
const SECTION: &str = "network-needs";

const FILE: &str = "wit/servicestage/needs.json";

/// The declaration, as it is written and as it reads.
pub struct Needs {
    pub json: String,
    pub requests: Vec<String>,
}

impl Needs {
    /// Reads the file that the declaration is kept in.
    pub fn look() -> Result<Self> {
        let path = shell::root().join(FILE);
        let json = std::fs::read_to_string(&path).with_context(|| format!("{FILE} cannot be read"))?;
        Self::parse(json).with_context(|| format!("{FILE} is not a declaration"))
    }

    fn parse(json: String) -> Result<Self> {
        let value: Value = serde_json::from_str(&json)?;
        ensure!(value["version"] == 1, "its version is {}; hosts read version 1", value["version"]);
        let requests = value["requests"].as_array().context("it has no list `requests`")?;
        let requests: Vec<String> = requests.iter().map(describe).collect::<Result<_>>()?;
        ensure!(!requests.is_empty(), "it declares no request, so that every one would be denied");
        Ok(Self { json, requests })
    }

    /// Appends the declaration to a component that has none.
    pub fn append(&self, wasm: &mut Vec<u8>) -> Result<()> {
        ensure!(sections(wasm)?.is_empty(), "the component that was built has a section {SECTION} already");
        CustomSection { name: SECTION.into(), data: self.json.as_bytes().into() }.append_to_component(wasm);
        Ok(())
    }

    /// Fails unless the component declares this, once, and nothing else.
    pub fn check(&self, wasm: &[u8]) -> Result<()> {
        match sections(wasm)?.as_slice() {
            [only] if *only == self.json.as_bytes() => Ok(()),
            [_] => bail!("the component's section {SECTION} is not {FILE}. Build it again."),
            found => bail!("the component has {} sections {SECTION}, and must have one. Build it again.", found.len()),
        }
    }
}

/// One request, as one reads it.
fn describe(request: &Value) -> Result<String> {
    let text = |name| request[name].as_str().with_context(|| format!("`{request}` has no text `{name}`"));
    let query = match &request["query"] {
        Value::Null => Vec::new(),
        query => query.as_array().with_context(|| format!("`{request}` has no list `query`"))?.iter().collect(),
    };
    let names = query.into_iter().map(|name| name.as_str().context("a name in `query` is not text"));
    let names = names.collect::<Result<Vec<_>>>()?.join(", ");
    let query = if names.is_empty() { String::new() } else { format!(" with {names}") };
    Ok(format!("{}: {} {}{query}", text("role")?, text("method")?, text("path")?))
}

/// The contents of the outermost sections of that name.
fn sections(wasm: &[u8]) -> Result<Vec<&[u8]>> {
    let mut found = Vec::new();
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.context("not a WebAssembly component")? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 0 && section.name() == SECTION => found.push(section.data()),
            _ => {}
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    fn needs(length: usize) -> Needs {
        let json = r#"{"version": 1, "requests": [{"role": "a", "method": "GET", "path": "/x", "query": ["b", "c"]}]}"#;
        Needs::parse(format!("{json}{}", " ".repeat(length))).unwrap()
    }

    #[test]
    fn what_is_appended_is_found_once() {
        for length in [0, 30, 300, 20_000] {
            let (needs, mut wasm) = (needs(length), EMPTY.to_vec());
            assert!(needs.check(&wasm).unwrap_err().to_string().contains("has 0 sections"));
            needs.append(&mut wasm).unwrap();
            needs.check(&wasm).unwrap();
            assert!(needs.append(&mut wasm).unwrap_err().to_string().contains("already"));
        }
        let mut wasm = EMPTY.to_vec();
        needs(0).append(&mut wasm).unwrap();
        assert!(needs(1).check(&wasm).unwrap_err().to_string().contains("is not wit/"));
    }

    #[test]
    fn a_declaration_reads_as_one_says_it() {
        assert_eq!(needs(0).requests, ["a: GET /x with b, c"]);
        Needs::look().unwrap();
        for json in ["", "[]", r#"{"version": 2, "requests": []}"#, r#"{"version": 1, "requests": []}"#] {
            assert!(Needs::parse(json.to_owned()).is_err(), "{json}");
        }
        let error = Needs::parse(r#"{"version": 1, "requests": [{"role": "a"}]}"#.to_owned()).err().unwrap();
        assert!(error.to_string().contains("no text `method`"), "{error}");
    }
}
