//! What `describe` returns: the tables of `schema`, laid out by the compiler, so that nothing is left to do when a host
//! calls. It needs no post-return function, since nothing is to be freed.

#![expect(dead_code, reason = "a host reads it")]

use crate::data_source::schema;
use crate::layout::Maybe;

#[unsafe(export_name = "declarative:plugin/data-source@0.1.0#describe")]
extern "C" fn describe() -> *const Description {
    &raw const DESCRIPTION
}

static DESCRIPTION: Description = Description {
    name: text(schema::NAME),
    description: text(schema::DESCRIPTION),
    objects: List::of(&OBJECTS),
    provider: schema::PROVIDER as u32,
    sources: List::of(&SOURCES),
    authentication: List::of(&AUTHENTICATION),
    endpoints: List::of(&ENDPOINTS),
};

static OBJECTS: [ObjectType; 3] = [
    ObjectType { attributes: List::of(&const { attributes(&schema::PROVIDER_ATTRIBUTES, &ENVIRONMENTS) }) },
    ObjectType { attributes: List::of(&const { attributes(&schema::PIPELINES_ATTRIBUTES, &[]) }) },
    ObjectType { attributes: List::of(&const { attributes(&schema::PIPELINE_ATTRIBUTES, &[]) }) },
];

/// The environment of each attribute of the provider. Where it is shorter, the rest is not looked at.
static ENVIRONMENTS: [[Text; 2]; schema::PROVIDER_ATTRIBUTES.len()] = environments(&schema::PROVIDER_ATTRIBUTES);

static SOURCES: [Source; 1] = [Source {
    name: text(schema::SOURCE.name),
    description: text(schema::SOURCE.description),
    object: schema::PIPELINES as u32,
    deprecated: Maybe::None,
}];

static AUTHENTICATION: [Authentication; 2] = {
    let (name, attribute) = schema::TOKEN_HEADER;
    let header = Header { name: text(name), prefix: text(""), attribute: text(attribute) };
    let scheme = Scheme { name: text(schema::SCHEME), inputs: List::of(&INPUTS) };
    [Authentication::Header(header), Authentication::Scheme(scheme)]
};

static INPUTS: [Input; 3] = {
    let [id, secret, token] = schema::SCHEME_INPUTS;
    [input(id), input(secret), input(token)]
};

static ENDPOINTS: [Endpoint; 2] = {
    let [service, iam] = schema::ENDPOINTS;
    let [of_service, of_iam] = &DEFAULTS;
    [endpoint(service, of_service), endpoint(iam, of_iam)]
};

static DEFAULTS: [[Text; 2]; 2] = {
    let [service, iam] = schema::ENDPOINTS;
    [defaults(service), defaults(iam)]
};

#[repr(C)]
struct Description {
    name: Text,
    description: Text,
    objects: List<ObjectType>,
    provider: u32,
    sources: List<Source>,
    authentication: List<Authentication>,
    endpoints: List<Endpoint>,
}

#[repr(C)]
struct Source {
    name: Text,
    description: Text,
    object: u32,
    deprecated: Maybe<Text>,
}

#[repr(C)]
struct ObjectType {
    attributes: List<Attribute>,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct Attribute {
    name: Text,
    holds: ValueType,
    mode: Mode,
    description: Text,
    sensitive: bool,
    deprecated: Maybe<Text>,
    environment: List<Text>,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct ValueType {
    collections: List<Collection>,
    element: ElementType,
}

#[derive(Clone, Copy)]
#[repr(u8)]
enum Collection {
    List,
    Set,
    Map,
}

#[derive(Clone, Copy)]
#[repr(C, u8)]
enum ElementType {
    Text,
    Number,
    TruthValue,
    Object(u32),
}

#[derive(Clone, Copy)]
#[repr(u8)]
enum Mode {
    Required,
    Optional,
    Computed,
    OptionalComputed,
}

#[repr(C, u8)]
enum Authentication {
    Header(Header),
    Scheme(Scheme),
}

#[repr(C)]
struct Header {
    name: Text,
    prefix: Text,
    attribute: Text,
}

#[repr(C)]
struct Scheme {
    name: Text,
    inputs: List<Input>,
}

#[repr(C)]
struct Input {
    name: Text,
    attribute: Text,
    optional: bool,
}

#[repr(C)]
struct Endpoint {
    role: Text,
    attribute: Text,
    defaults: List<Text>,
    stable: bool,
}

/// A list that nobody frees.
#[repr(C)]
struct List<T: 'static> {
    first: *const T,
    length: usize,
}

/// A string that nobody frees.
type Text = List<u8>;

// SAFETY: a component has one thread, and nobody writes to a description.
unsafe impl<T> Sync for List<T> {}

impl<T> Copy for List<T> {}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> List<T> {
    const fn of(items: &'static [T]) -> Self {
        Self { first: items.as_ptr(), length: items.len() }
    }
}

const fn text(text: &'static str) -> Text {
    List::of(text.as_bytes())
}

#[expect(clippy::indexing_slicing, reason = "the compiler does it, and would refuse")]
const fn attributes<const N: usize>(
    described: &[schema::Attribute; N],
    environments: &'static [[Text; 2]],
) -> [Attribute; N] {
    let mut attributes = [attribute(&described[0], &[]); N];
    let mut at = 0;
    while at < N {
        let length = described[at].environment.len();
        let environment: &[Text] = if length == 0 { &[] } else { environments[at].split_at(length).0 };
        attributes[at] = attribute(&described[at], environment);
        at += 1;
    }
    attributes
}

const fn attribute(described: &schema::Attribute, environment: &'static [Text]) -> Attribute {
    Attribute {
        name: text(described.name),
        holds: holds(described.holds),
        mode: match described.mode {
            schema::Mode::Optional => Mode::Optional,
            schema::Mode::Computed => Mode::Computed,
            schema::Mode::OptionalComputed => Mode::OptionalComputed,
        },
        description: text(described.description),
        sensitive: described.sensitive,
        deprecated: Maybe::None,
        environment: List::of(environment),
    }
}

const fn holds(holds: schema::Type) -> ValueType {
    let (collections, element): (&'static [Collection], _) = match holds {
        schema::Type::Text => (&[], ElementType::Text),
        schema::Type::Number => (&[], ElementType::Number),
        schema::Type::TextList => (&[Collection::List], ElementType::Text),
        schema::Type::TextSet => (&[Collection::Set], ElementType::Text),
        schema::Type::ObjectList(object) => (&[Collection::List], ElementType::Object(object)),
        schema::Type::TruthValue => (&[], ElementType::TruthValue),
    };
    ValueType { collections: List::of(collections), element }
}

#[expect(clippy::indexing_slicing, reason = "the compiler does it, and would refuse")]
const fn environments<const N: usize>(described: &[schema::Attribute; N]) -> [[Text; 2]; N] {
    let mut environments = [[text(""); 2]; N];
    let mut at = 0;
    while at < N {
        environments[at] = match described[at].environment {
            [] => [text(""); 2],
            [name] => [text(name), text("")],
            // Of more than two names `attributes` could not take all, which the compiler would say.
            [name, other, ..] => [text(name), text(other)],
        };
        at += 1;
    }
    environments
}

const fn input((name, attribute, optional): (&'static str, &'static str, bool)) -> Input {
    Input { name: text(name), attribute: text(attribute), optional }
}

const fn defaults(described: schema::Endpoint) -> [Text; 2] {
    let [one, other] = described.defaults;
    [text(one), text(other)]
}

const fn endpoint(described: schema::Endpoint, defaults: &'static [Text]) -> Endpoint {
    Endpoint {
        role: text(described.role),
        attribute: text(described.attribute),
        defaults: List::of(defaults),
        stable: described.stable,
    }
}
