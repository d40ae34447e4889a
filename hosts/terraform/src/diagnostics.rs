//! What people are told: the component's diagnostics and the host's, as Terraform shows them.

use component_runtime::{CallError, Denial, Explanation};
use huaweicloud_sign::Secrets;

use crate::contract::{self, Severity, Step};
use crate::proto::{AttributePath, Diagnostic, Selector, Step as ProtoStep};

/// The longest text that is passed on, in characters. Redaction takes time by the square of it.
const LONGEST: usize = 4096;

/// What does not work.
pub fn error(summary: impl Into<String>, detail: impl Into<String>, path: &[Step]) -> Diagnostic {
    Diagnostic { severity: 1, summary: summary.into(), detail: detail.into(), attribute: attribute_path(path) }
}

/// What works, and people should know.
pub fn warning(summary: impl Into<String>, detail: impl Into<String>, path: &[Step]) -> Diagnostic {
    Diagnostic { severity: 2, ..error(summary, detail, path) }
}

/// What the component says.
pub fn of_component(told: contract::Diagnostic) -> Diagnostic {
    let path = told.path.unwrap_or_default();
    match told.severity {
        Severity::Error => error(clean(&told.summary), clean(&told.detail), &path),
        Severity::Warning => warning(clean(&told.summary), clean(&told.detail), &path),
    }
}

/// Why the component could not be called.
pub fn of_call(problem: &CallError, provider: &str) -> Diagnostic {
    let next = match problem {
        CallError::Incompatible(_) => {
            "Use a component that keeps to the contract, or a provider that knows its version."
        }
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
    error(format!("The component of provider {provider} failed"), clean(&format!("{problem}.\n{next}")), &[])
}

/// What the policy denied, of which the component knows only that its request failed. `variable` names the policy file.
pub fn of_denial(denial: &Denial, variable: &str) -> String {
    let lines: Vec<String> = denial.missing().iter().map(ToString::to_string).collect();
    let remedy = match lines.as_slice() {
        [] => "No policy allows this.".to_owned(),
        lines => {
            format!("To allow it, add to \"allow\" in the policy file that {variable} names:\n{}", lines.join("\n"))
        }
    };
    format!("\n\nDenied: {}: {}.\n{remedy}", denial.asked(), denial.reason())
}

/// Adds why the last request failed, of which the component knows a code alone. Where the host knows what to do, the
/// component's request to be reported to somebody is left out.
pub fn explain(diagnostic: &mut Diagnostic, explanation: &Explanation) {
    let told = explanation.next().is_none();
    let lines = diagnostic.detail.lines().filter(|line| told || *line != "Report this message.");
    let detail = lines.collect::<Vec<_>>().join("\n");
    let next = explanation.next().map(|next| format!("\n{next}")).unwrap_or_default();
    diagnostic.detail = format!("{detail}\n\nReason: {}{next}", explanation.why());
}

/// Frees what is told of secrets.
pub fn redact(diagnostics: &mut [Diagnostic], secrets: &Secrets) {
    for diagnostic in diagnostics {
        secrets.redact(&mut diagnostic.summary);
        secrets.redact(&mut diagnostic.detail);
    }
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
    let steps: Vec<_> = path.iter().map(|part| ProtoStep { selector: step(part) }).collect();
    (!steps.is_empty()).then_some(AttributePath { steps })
}

/// A text as it may be shown: no longer than anybody reads, and nothing that controls a terminal.
fn clean(text: &str) -> String {
    let mut shown: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).take(LONGEST).collect();
    if text.chars().count() > LONGEST {
        shown.push('…');
    }
    shown
}
