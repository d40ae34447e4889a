//! The same data source in five languages, through the real Terraform: `cargo xtask component` and `cargo xtask
//! languages` build them of `examples/data-sources`.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use support::{Folder, Service, Terraform};

const ADDRESS: &str = "registry.terraform.io/example/demo";

const TOKEN: &str = "hush-hush-token-0123456789";

/// A language: where its component is, and what it says of a member that the answer lacks, in the author's code.
struct Language {
    name: &'static str,
    file: &'static str,
    fault: &'static [&'static str],
}

const LANGUAGES: [Language; 5] = [
    Language { name: "C", file: "languages/c.wasm", fault: &["It has no `rates`."] },
    Language {
        name: "Go",
        file: "languages/go.wasm",
        fault: &["The data source rates is at fault", "interface conversion: interface {} is nil", "rates.go:"],
    },
    Language {
        name: "JavaScript",
        file: "languages/javascript.wasm",
        fault: &["The data source rates is at fault", "answer.rates is undefined", "rates.js:"],
    },
    Language {
        name: "Python",
        file: "languages/python.wasm",
        fault: &["The data source rates is at fault", "KeyError: 'rates'", "data_source.py:"],
    },
    Language { name: "Rust", file: "component/rates.wasm", fault: &["missing field `rates`"] },
];

impl Language {
    /// The provider's executable under the name `demo`, and the component beside it.
    fn provider(&self) -> Folder {
        let folder = Folder::new();
        support::link(Path::new(support::PROVIDER), &folder.0.join("terraform-provider-demo"));
        let component = self.component();
        fs::copy(&component, folder.0.join("terraform-provider-demo.wasm")).unwrap_or_else(|error| {
            panic!("{}: {}: {error}; `cargo xtask languages` builds it", self.name, component.display())
        });
        folder
    }

    fn component(&self) -> PathBuf {
        support::root().join("target").join(self.file)
    }

    /// Says the language where one of several fails.
    fn assert_said(&self, said: &str, parts: &[&str]) {
        // Terraform breaks lines where they are full.
        let said = said.split(|c: char| c.is_whitespace() || c == '│').filter(|word| !word.is_empty());
        let said = said.collect::<Vec<_>>().join(" ");
        for part in parts {
            assert!(said.contains(part), "{}: {part:?} is not in: {said}", self.name);
        }
        assert!(!said.contains("hush") && !said.contains("unreachable"), "{}: {said}", self.name);
    }
}

/// A data source of the currency `base`, from a service.
fn terraform(place: &Path, service: &Service, base: &str) -> Terraform {
    let configuration = format!(
        "terraform {{
  required_providers {{
    demo = {{ source = \"example/demo\" }}
  }}
}}
provider \"demo\" {{
  endpoint = \"{}\"
  token    = \"{TOKEN}\"
}}
data \"demo_rates\" \"it\" {{
  base = \"{base}\"
  date = \"2026-01-02\"
}}
output \"rates\" {{
  value = [for one in data.demo_rates.it.rates : \"${{one.currency}} ${{tostring(one.rate)}}\"]
}}
",
        service.url
    );
    Terraform::with_override(&configuration, ADDRESS, place)
}

#[test]
fn each_language_reads_with_the_token_that_the_host_adds_and_keeps_every_digit() {
    for language in &LANGUAGES {
        let folder = language.provider();
        let body = r#"{"base":"EUR","date":"2026-01-02","rates":[{"currency":"USD","rate":1.1742},
            {"currency":"IDR","rate":12345678901234567890.125}, {"currency":"\u20bf\"","rate":0.1}]}"#;
        let service = Service::new(move |_| (200, body.to_owned()));
        let outputs = terraform(&folder.0, &service, "EUR").apply();
        let expected = json!(["USD 1.1742", "IDR 12345678901234567890.125", "₿\" 0.1"]);
        assert_eq!(outputs["rates"], expected, "{}", language.name);
        for head in service.asked() {
            assert!(head.starts_with("GET /v1/rates/EUR?date=2026-01-02 HTTP/1.1\r\n"), "{}: {head}", language.name);
            assert!(head.contains(&format!("x-token: {TOKEN}\r\n")), "{}: {head}", language.name);
        }
        assert!(!service.asked().is_empty());
    }
}

/// An encoded slash is not part of a segment.
#[test]
fn a_request_that_is_not_declared_is_denied_and_not_sent() {
    for language in &LANGUAGES {
        let folder = language.provider();
        let service = Service::new(|_| (200, "{}".to_owned()));
        let said = terraform(&folder.0, &service, "A/B").fail(&["plan"]);
        language.assert_said(&said, &["the component does not declare this method, path and query"]);
        assert_eq!(service.asked().len(), 0, "{}", language.name);
    }
}

#[test]
fn a_fault_in_the_author_s_code_is_a_diagnostic_with_its_message() {
    for language in &LANGUAGES {
        let folder = language.provider();
        let service = Service::new(|_| (200, r#"{"base": "EUR"}"#.to_owned()));
        language.assert_said(&terraform(&folder.0, &service, "EUR").fail(&["plan"]), language.fault);
    }
}

#[test]
fn an_answer_that_is_not_as_expected_is_reported_with_its_request_and_without_its_query() {
    let answers: [(u16, &[u8], &[&str]); 6] = [
        (404, "no such \u{202e}currency".as_bytes(), &["404", "no such", "currency"]),
        // A damaged byte does not hide the rest of a refusal.
        (403, b"no \xff entry", &["403", "no", "entry"]),
        (200, b"{\"rates\": [", &[]),
        (200, b"\0", &[]),
        (200, b"{\"rates\": [{\"currency\": \"\xff\", \"rate\": 1}]}", &[]),
        // No answer.
        (0, b"", &[]),
    ];
    for language in &LANGUAGES {
        let folder = language.provider();
        for (status, body, parts) in answers {
            let service = Service::new(move |_| (status, body));
            let said = terraform(&folder.0, &service, "EUR").fail(&["plan"]);
            assert!(!said.contains('\u{202e}') && !said.contains("2026-01-02"), "{}: {said}", language.name);
            assert!(!said.contains("at fault"), "{}: {said}", language.name);
            language.assert_said(&said, parts);
            language.assert_said(&said, &["/v1/rates/EUR"]);
        }
    }
}
