//! The component's code, compiled into the provider: what `terraform plan` costs without a sandbox. For the benchmark
//! alone. Like a component it gets no secret; unlike one it speaks HTTP itself, and to loopback only.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use component_runtime::{CallError, Declaration, Limits, Stack};
use declarative_plugin::component;
use declarative_plugin::contract as native;
use huaweicloud_sign::Secrets;
use model::error::ErrorKind;
use servicestage_component::data_source::ServiceStage;
use servicestage_component::failure::Failure;
use servicestage_component::list::{RequestLimits, Transport};
use servicestage_component::request::Request;
use servicestage_component::response::{Headers, Response};

use crate::contract::{
    Attribute, Authentication, Collection, Description, Diagnostic, ElementType, Endpoint, Header, Input, Mode,
    ObjectType, Reading, Resolved, Scheme, Severity, Source, Step, ValueType, Values,
};

/// The most that one read asks for, as the component does.
const CHUNK: usize = 64 * 1024;

/// In the place of a component.
pub struct Contract;

impl Contract {
    pub fn load(_: Limits, _: &str, _: &str) -> Result<(Self, Option<Declaration>, bool), String> {
        Ok((Self, None, true))
    }

    pub async fn declaration(&self, section: Option<Declaration>) -> Result<Declaration, String> {
        Ok(section.unwrap_or_default())
    }

    pub fn redacting(&self, _: Secrets) -> Self {
        Self
    }

    pub async fn describe(&self) -> Result<Description, CallError> {
        let native::Description { name, description, objects, provider, sources, authentication, endpoints } =
            component::describe::<ServiceStage>();
        let object = |object: native::ObjectType| ObjectType {
            attributes: object.attributes.into_iter().map(attribute).collect(),
        };
        let source =
            |native::Source { name, description, object, deprecated }| Source { name, description, object, deprecated };
        let endpoint =
            |native::Endpoint { role, attribute, defaults, stable }| Endpoint { role, attribute, defaults, stable };
        Ok(Description {
            name,
            description,
            objects: objects.into_iter().map(object).collect(),
            provider,
            sources: sources.into_iter().map(source).collect(),
            authentication: authentication.into_iter().map(way).collect(),
            endpoints: endpoints.into_iter().map(endpoint).collect(),
        })
    }

    pub async fn validate_provider(&self, configuration: Values) -> Result<Vec<Diagnostic>, CallError> {
        Ok(told(component::validate_provider::<ServiceStage>(&read_values(configuration))))
    }

    pub async fn validate_arguments(&self, source: &str, arguments: Values) -> Result<Vec<Diagnostic>, CallError> {
        Ok(told(component::validate_arguments::<ServiceStage>(source, &read_values(arguments))))
    }

    pub async fn read(
        &self,
        _: Arc<Stack>,
        source: &str,
        provider: Values,
        arguments: Values,
        _: Vec<Resolved>,
    ) -> Result<Result<Reading, Vec<Diagnostic>>, CallError> {
        let (provider, arguments) = (read_values(provider), read_values(arguments));
        let mut direct = Direct { began: Instant::now() };
        let read = || component::read::<ServiceStage>(&mut direct, source, &provider, &arguments, None);
        let reading = tokio::task::block_in_place(read);
        Ok(reading.map(|reading| Reading { json: reading.json, diagnostics: told(reading.diagnostics) }).map_err(told))
    }
}

fn attribute(attribute: native::Attribute) -> Attribute {
    let collection = |collection| match collection {
        native::Collection::List => Collection::List,
        native::Collection::Set => Collection::Set,
        native::Collection::Map => Collection::Map,
    };
    Attribute {
        name: attribute.name,
        holds: ValueType {
            collections: attribute.holds.collections.into_iter().map(collection).collect(),
            element: match attribute.holds.element {
                native::ElementType::Text => ElementType::Text,
                native::ElementType::Number => ElementType::Number,
                native::ElementType::TruthValue => ElementType::TruthValue,
                native::ElementType::Object(object) => ElementType::Object(object),
            },
        },
        mode: match attribute.mode {
            native::Mode::Required => Mode::Required,
            native::Mode::Optional => Mode::Optional,
            native::Mode::Computed => Mode::Computed,
            native::Mode::OptionalComputed => Mode::OptionalComputed,
        },
        description: attribute.description,
        sensitive: attribute.sensitive,
        deprecated: attribute.deprecated,
        environment: attribute.environment,
    }
}

fn way(way: native::Authentication) -> Authentication {
    let input = |native::Input { name, attribute, optional }| Input { name, attribute, optional };
    match way {
        native::Authentication::Header(native::Header { name, prefix, attribute }) => {
            Authentication::Header(Header { name, prefix, attribute })
        }
        native::Authentication::Scheme(native::Scheme { name, inputs }) => {
            Authentication::Scheme(Scheme { name, inputs: inputs.into_iter().map(input).collect() })
        }
    }
}

fn read_values(values: Values) -> native::Values {
    let step = |step| match step {
        Step::Attribute(name) => native::Step::Attribute(name),
        Step::Index(index) => native::Step::Index(index),
        Step::Key(key) => native::Step::Key(key),
    };
    let path = |path: Vec<Step>| path.into_iter().map(step).collect();
    native::Values { json: values.json, unknown: values.unknown.into_iter().map(path).collect() }
}

fn told(diagnostics: Vec<native::Diagnostic>) -> Vec<Diagnostic> {
    let step = |step| match step {
        native::Step::Attribute(name) => Step::Attribute(name),
        native::Step::Index(index) => Step::Index(index),
        native::Step::Key(key) => Step::Key(key),
    };
    let one = |diagnostic: native::Diagnostic| Diagnostic {
        severity: match diagnostic.severity {
            native::Severity::Error => Severity::Error,
            native::Severity::Warning => Severity::Warning,
        },
        summary: diagnostic.summary,
        detail: diagnostic.detail,
        path: diagnostic.path.map(|path| path.into_iter().map(step).collect()),
    };
    diagnostics.into_iter().map(one).collect()
}

/// One connection for each request, which the fixture server closes after its answer.
struct Direct {
    began: Instant,
}

impl Transport for Direct {
    fn now(&self) -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn sleep(&mut self, wait: Duration) {
        std::thread::sleep(wait);
    }

    fn send(&mut self, request: Request, _: RequestLimits) -> Result<Response, Failure> {
        let authority = request.origin.authority();
        let mut stream = TcpStream::connect(&authority).map_err(failed)?;
        let mut text = format!("{} {} HTTP/1.1\r\nhost: {authority}\r\n", request.method, request.path_and_query);
        for header in &request.headers {
            text.push_str(&format!("{}: {}\r\n", header.name, header.value));
        }
        stream.write_all(format!("{text}\r\n").as_bytes()).map_err(failed)?;
        let mut first = Vec::new();
        let end = loop {
            if let Some(end) = first.windows(4).position(|end| end == b"\r\n\r\n") {
                break end;
            }
            let chunk = chunk(&mut stream).map_err(failed)?;
            if chunk.is_empty() {
                return Err(failed("the connection ended before the answer began"));
            }
            first.extend(chunk);
        };
        let body = first.split_off(end + 4);
        let head = String::from_utf8_lossy(&first);
        let status = head.split(' ').nth(1).unwrap_or_default().parse().map_err(failed)?;
        let header = |name: &str| {
            let named = |line: &str| {
                Some(line.split_once(':').filter(|(own, _)| own.eq_ignore_ascii_case(name))?.1.trim().to_owned())
            };
            head.lines().find_map(named)
        };
        let mut rest = Vec::new();
        let body = stream.read_to_end(&mut rest).map(|_| [body, rest].concat()).map_err(failed);
        Ok(Response { status, headers: Headers::look_up(status, header), body })
    }
}

fn chunk(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut chunk = vec![0; CHUNK];
    let read = stream.read(&mut chunk)?;
    chunk.truncate(read);
    Ok(chunk)
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::lasting(ErrorKind::Other(error.to_string()), "This provider is for the benchmark alone.")
}
