//! The exports of the declarative contract.

#![expect(dead_code, reason = "a host writes it")]

use std::ptr::NonNull;

use crate::abi::{self, List, Outcome, Text};
use crate::data_source::{self, diagnostic, reading, values};
use crate::layout::Maybe;
use crate::transport::WasiHttp;

#[unsafe(export_name = "declarative:plugin/data-source@0.1.0#validate-provider")]
unsafe extern "C" fn validate_provider(
    json: NonNull<u8>,
    json_length: usize,
    unknown: NonNull<List<Step>>,
    unknown_length: usize,
) -> *mut List<Diagnostic> {
    // SAFETY: a host calls.
    let configuration = unsafe { values(json, json_length, unknown, unknown_length) };
    abi::hand_out(told(data_source::validate_provider(&configuration)))
}

#[unsafe(export_name = "cabi_post_declarative:plugin/data-source@0.1.0#validate-provider")]
unsafe extern "C" fn free_faults_of_provider(diagnostics: *mut List<Diagnostic>) {
    // SAFETY: a host gives back what it got.
    unsafe { abi::free(diagnostics) };
}

#[unsafe(export_name = "declarative:plugin/data-source@0.1.0#validate-arguments")]
unsafe extern "C" fn validate_arguments(
    source: NonNull<u8>,
    source_length: usize,
    json: NonNull<u8>,
    json_length: usize,
    unknown: NonNull<List<Step>>,
    unknown_length: usize,
) -> *mut List<Diagnostic> {
    // SAFETY: a host calls.
    let (source, arguments) =
        unsafe { (text(source, source_length), values(json, json_length, unknown, unknown_length)) };
    abi::hand_out(told(data_source::validate_arguments(&source, &arguments)))
}

#[unsafe(export_name = "cabi_post_declarative:plugin/data-source@0.1.0#validate-arguments")]
unsafe extern "C" fn free_faults_of_arguments(diagnostics: *mut List<Diagnostic>) {
    // SAFETY: a host gives back what it got.
    unsafe { abi::free(diagnostics) };
}

#[unsafe(export_name = "declarative:plugin/data-source@0.1.0#read")]
unsafe extern "C" fn read(
    source: NonNull<u8>,
    source_length: usize,
    provider: NonNull<u8>,
    provider_length: usize,
    provider_unknown: NonNull<List<Step>>,
    provider_unknown_length: usize,
    arguments: NonNull<u8>,
    arguments_length: usize,
    arguments_unknown: NonNull<List<Step>>,
    arguments_unknown_length: usize,
) -> *mut Outcome<Reading, List<Diagnostic>> {
    // SAFETY: a host calls.
    let (source, provider, arguments) = unsafe {
        (
            text(source, source_length),
            values(provider, provider_length, provider_unknown, provider_unknown_length),
            values(arguments, arguments_length, arguments_unknown, arguments_unknown_length),
        )
    };
    let reading = data_source::read(&mut WasiHttp::begin(), &source, &provider, &arguments);
    Outcome::hand_out(reading.map(Into::into).map_err(told))
}

#[unsafe(export_name = "cabi_post_declarative:plugin/data-source@0.1.0#read")]
unsafe extern "C" fn free_reading(outcome: *mut Outcome<Reading, List<Diagnostic>>) {
    // SAFETY: a host gives back what it got.
    unsafe { abi::free(outcome) };
}

/// # Safety
/// A host passes these parts.
unsafe fn text(first: NonNull<u8>, length: usize) -> String {
    // SAFETY: the caller's promise.
    unsafe { Text::of_parts(first, length) }.into()
}

/// # Safety
/// A host passes these parts.
unsafe fn values(
    json: NonNull<u8>,
    json_length: usize,
    unknown: NonNull<List<Step>>,
    unknown_length: usize,
) -> values::Values {
    // SAFETY: the caller's promise.
    let (json, unknown) = unsafe { (text(json, json_length), List::of_parts(unknown, unknown_length)) };
    let mut outermost = Vec::new();
    for path in Vec::from(unknown) {
        if let Some(Step::Attribute(name)) = Vec::from(path).into_iter().next() {
            outermost.push(name.into());
        }
    }
    values::Values { json, unknown: outermost }
}

fn told(diagnostics: Vec<diagnostic::Diagnostic>) -> List<Diagnostic> {
    diagnostics.into_iter().map(Into::into).collect::<Vec<_>>().into()
}

#[repr(C, u8)]
enum Step {
    Attribute(Text),
    Index(u32),
    Key(Text),
}

#[repr(C)]
struct Reading {
    json: Text,
    diagnostics: List<Diagnostic>,
}

#[repr(C)]
struct Diagnostic {
    severity: Severity,
    summary: Text,
    detail: Text,
    path: Maybe<List<Step>>,
}

#[repr(u8)]
enum Severity {
    Error,
    Warning,
}

impl From<reading::Reading> for Reading {
    fn from(reading: reading::Reading) -> Self {
        Self { json: reading.json.into(), diagnostics: told(reading.diagnostics) }
    }
}

impl From<diagnostic::Diagnostic> for Diagnostic {
    fn from(diagnostic: diagnostic::Diagnostic) -> Self {
        Self {
            severity: match diagnostic.severity {
                diagnostic::Severity::Error => Severity::Error,
                diagnostic::Severity::Warning => Severity::Warning,
            },
            summary: diagnostic.summary.into(),
            detail: diagnostic.detail.into(),
            path: Maybe::of(diagnostic.attribute.map(|name| vec![Step::Attribute(name.to_owned().into())])),
        }
    }
}
