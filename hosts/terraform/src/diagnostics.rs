//! Messages for people: the component's diagnostics and the host's, as Terraform shows them.

use std::path::Path;

use component_runtime::{CallError, Denial, Explanation, Grant, printable};
use huaweicloud_sign::Secrets;
use model::text::is_padded;

use crate::contract::{self, Severity, Step};
use crate::proto::{self, AttributePath, Diagnostic, Selector};
use crate::value::path_text;

/// The longest text of a component that is passed on, in characters. Nobody reads more.
const LONGEST: usize = 4096;

impl Diagnostic {
    /// Returns whether it is an error, and not a warning.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == 1
    }

    /// Returns the path of the argument that it is about, such as `rules[0].port`. Empty: it is about no single one.
    #[must_use]
    pub fn place(&self) -> String {
        let step = |selector: &Selector| match selector {
            Selector::AttributeName(name) => Step::Attribute(name.clone()),
            Selector::ElementKeyString(key) => Step::Key(key.clone()),
            Selector::ElementKeyInt(index) => Step::Index(u32::try_from(*index).unwrap_or(u32::MAX)),
        };
        let steps = self.attribute.iter().flat_map(|path| &path.steps);
        path_text(&steps.filter_map(|part| part.selector.as_ref()).map(step).collect::<Vec<_>>())
    }
}

/// An error.
pub fn error(summary: impl Into<String>, detail: impl Into<String>, path: &[Step]) -> Diagnostic {
    Diagnostic { severity: 1, summary: summary.into(), detail: detail.into(), attribute: attribute_path(path) }
}

/// A warning.
pub fn warning(summary: impl Into<String>, detail: impl Into<String>, path: &[Step]) -> Diagnostic {
    Diagnostic { severity: 2, ..error(summary, detail, path) }
}

/// A diagnostic of the component.
pub fn of_component(told: contract::Diagnostic) -> Diagnostic {
    let path = told.path.unwrap_or_default();
    match told.severity {
        Severity::Error => error(cut(&told.summary), cut(&told.detail), &path),
        Severity::Warning => warning(cut(&told.summary), cut(&told.detail), &path),
    }
}

/// Why the component could not be called.
pub fn of_call(problem: &CallError, provider: &str) -> Diagnostic {
    let next = match problem {
        CallError::Incompatible(_) => {
            "Use a component that keeps to the contract, or a provider that knows its version."
        }
        CallError::Machine(_) => "Then run Terraform again.",
        CallError::Trapped(_) => {
            "This is a fault of the component, or it ran out of memory: report it to those who made it, with the stack that \
             TF_LOG=debug shows."
        }
        CallError::Overdue(_) => "Look for a server that never ends its answer, then try again.",
        CallError::CpuExhausted(_) => {
            "Ask for less at a time. If it is no more than usual, report it to those who made the component."
        }
        CallError::TooManyCalls { .. } => {
            "Run Terraform with a smaller -parallelism, or look for a server that is slow."
        }
    };
    let summary = match problem {
        CallError::Machine(_) => format!("This machine cannot run the component of provider {provider}"),
        CallError::TooManyCalls { .. } => format!("The component of provider {provider} was not called"),
        _ => format!("The component of provider {provider} failed"),
    };
    let problem = problem.to_string();
    // What the component wrote to stderr ends as it likes.
    let end = if problem.contains('\n') { "\n" } else { "." };
    error(summary, cut(&format!("{problem}{end}\n{next}")), &[])
}

/// Returns what the policy denied, and what would allow it. The component knows only that its request failed. `file` is
/// what the policy file grants, and `variable` names that file.
pub fn of_denial(denial: &Denial, file: &Grant, variable: &str) -> String {
    let next = match denial.policy(file) {
        Some(policy) => format!("To allow it, let {variable} name a file with this policy:\n{policy}"),
        None => denial.advice().to_owned(),
    };
    format!("\n\nDenied: {}: {}.\n{next}", denial.asked(), denial.reason())
}

/// Adds why the last request failed. The component knows only a code. If the host knows what to do, its advice replaces the
/// component's own, which is the last of several lines.
pub fn explain(diagnostic: &mut Diagnostic, explanation: &Explanation) {
    let (detail, next) = match (explanation.advice(), diagnostic.detail.rsplit_once('\n')) {
        (None, _) => (diagnostic.detail.as_str(), String::new()),
        (Some(next), None) => (diagnostic.detail.as_str(), format!("\n{next}")),
        (Some(next), Some((detail, _))) => (detail, format!("\n{next}")),
    };
    diagnostic.detail = format!("{detail}\n\nReason: {}{next}", explanation.reason());
}

/// Frees a message of secrets.
pub fn redact(diagnostics: &mut [Diagnostic], secrets: &Secrets) {
    for diagnostic in diagnostics {
        texts(diagnostic, |text, _| secrets.redact(text));
    }
}

/// Replaces characters that control a terminal, break lines or change the direction of text. Runs last, because
/// redaction finds only unchanged secrets.
pub fn printable(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    for diagnostic in &mut diagnostics {
        texts(diagnostic, |text, lines| *text = if lines { printable::lines(text) } else { printable::line(text) });
    }
    diagnostics
}

/// Changes every text of a diagnostic. `change` also receives whether the text may have several lines.
fn texts(diagnostic: &mut Diagnostic, mut change: impl FnMut(&mut String, bool)) {
    change(&mut diagnostic.summary, false);
    change(&mut diagnostic.detail, true);
    for step in diagnostic.attribute.iter_mut().flat_map(|path| &mut path.steps) {
        if let Some(Selector::AttributeName(text) | Selector::ElementKeyString(text)) = &mut step.selector {
            change(text, false);
        }
    }
}

/// Returns the name of a file. It is quoted if it has white space at its ends or holds characters that cannot be seen.
pub fn file(path: &Path) -> String {
    let name = path.display().to_string();
    if is_padded(&name) || printable::line(&name) != name { format!("{path:?}") } else { name }
}

/// A step to an attribute.
pub fn attribute(name: &str) -> Step {
    Step::Attribute(name.to_owned())
}

fn attribute_path(path: &[Step]) -> Option<AttributePath> {
    let step = |step: &Step| {
        Some(match step {
            Step::Attribute(name) => Selector::AttributeName(name.clone()),
            Step::Index(index) => Selector::ElementKeyInt((*index).into()),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
        })
    };
    let steps: Vec<_> = path.iter().map(|part| proto::Step { selector: step(part) }).collect();
    (!steps.is_empty()).then_some(AttributePath { steps })
}

/// Returns a text of at most [`LONGEST`] characters, and marks where it was cut.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_the_table_of_all_hosts_are_harmless_in_a_diagnostic() {
        let vectors = include_str!("../../../tests/vectors/printable.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
        for text in vectors["texts"].as_array().unwrap() {
            let [given, line, lines] = ["text", "line", "lines"].map(|name| text[name].as_str().unwrap());
            let path = [Step::Attribute(given.to_owned()), Step::Key(given.to_owned()), Step::Index(1)];
            let told = printable(vec![error(given, given, &path)]);
            assert_eq!((told[0].summary.as_str(), told[0].detail.as_str()), (line, lines), "{}", text["what"]);
            let steps = &told[0].attribute.as_ref().unwrap().steps;
            assert_eq!(steps[0].selector, Some(Selector::AttributeName(line.to_owned())));
            assert_eq!(steps[1].selector, Some(Selector::ElementKeyString(line.to_owned())));
        }
    }

    #[test]
    fn a_secret_is_redacted_wherever_it_is_reported_also_at_the_end_of_what_was_cut() {
        let secret = "hush\u{202e}-hush-hush";
        let long = format!("{}{secret}", "x".repeat(LONGEST - 6));
        let path = Some(vec![contract::Step::Key(secret.to_owned())]);
        let of = |detail: &str| contract::Diagnostic {
            severity: Severity::Error,
            summary: secret.to_owned(),
            detail: detail.to_owned(),
            path: path.clone(),
        };
        let mut told = vec![of_component(of(secret)), of_component(of(&long))];
        redact(&mut told, &Secrets::new(&[secret]));
        assert!(!format!("{told:?}").contains("hush"), "{told:?}");
    }

    #[test]
    fn a_component_is_not_blamed_for_the_machine_or_for_other_calls() {
        let lacking = Explanation::new("This machine has no memory left.").advising("Give it more memory.");
        let told = of_call(&CallError::Machine(lacking), "example");
        assert_eq!(told.summary, "This machine cannot run the component of provider example");
        assert!(told.detail.contains("no memory left. Give it more memory.\nThen run Terraform again."), "{told:?}");
        let busy = CallError::TooManyCalls { calls: 16, waited: std::time::Duration::from_secs(1) };
        assert_eq!(of_call(&busy, "example").summary, "The component of provider example was not called");
    }

    #[test]
    fn the_host_s_advice_takes_the_place_of_the_component_s() {
        let (bare, advised) = (Explanation::new("Why."), Explanation::new("Why.").advising("Do that."));
        for (detail, explanation, expected) in [
            ("It failed.\nDo this.", &advised, "It failed.\n\nReason: Why.\nDo that."),
            ("It failed.\nDo this.", &bare, "It failed.\nDo this.\n\nReason: Why."),
            ("It failed.", &advised, "It failed.\n\nReason: Why.\nDo that."),
        ] {
            let mut told = error("", detail, &[]);
            explain(&mut told, explanation);
            assert_eq!(told.detail, expected);
        }
    }

    #[test]
    fn a_file_is_quoted_where_its_name_has_what_cannot_be_seen() {
        assert_eq!(file(Path::new("/a b/policy.json")), "/a b/policy.json");
        assert_eq!(file(Path::new("policy.json\n")), "\"policy.json\\n\"");
        assert_eq!(file(Path::new("a\u{202e}b")), "\"a\\u{202e}b\"");
    }
}
