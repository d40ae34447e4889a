//! The description of a component, checked, with types in place of indexes. A component is not trusted to keep to the
//! contract.

mod objects;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use component_runtime::http::is_forbidden_header;
use http::{HeaderName, HeaderValue};

use self::objects::{check_name, objects};
use crate::contract::{self, Authentication, Description, Endpoint, Mode};
use crate::scheme;

/// The checked description of a component. [`crate::DataSources::schema`] has an example.
#[derive(Debug)]
pub struct Schema {
    /// The description of the provider, as Markdown.
    pub description: String,
    /// The provider's configuration.
    pub provider: Arc<Object>,
    /// The data sources, by their names without the provider's.
    pub sources: BTreeMap<String, Source>,
    pub(crate) authentication: Vec<Authentication>,
    pub(crate) endpoints: Vec<Endpoint>,
    /// The provider's attributes whose values no component sees, because they may authenticate requests.
    pub(crate) kept: BTreeSet<String>,
}

/// A data source. [`crate::DataSources::schema`] has an example.
#[derive(Debug)]
pub struct Source {
    /// The description, as Markdown.
    pub description: String,
    /// The arguments, and the results.
    pub object: Arc<Object>,
    /// If it is deprecated, the data source to use instead, as a sentence.
    pub deprecated: Option<String>,
}

/// A type of objects. [`crate::DataSources::schema`] has an example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// The attributes, in the order of the description.
    pub attributes: Vec<Attribute>,
}

/// An attribute of an object. [`crate::DataSources::schema`] has an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name.
    pub name: String,
    /// The type of its values.
    pub holds: Type,
    pub(crate) mode: Mode,
    pub(crate) description: String,
    /// Also if only a part of it is: Terraform takes very long where a part of each item is sensitive.
    pub sensitive: bool,
    pub(crate) deprecated: Option<String>,
    pub(crate) environment: Vec<String>,
}

/// A type of values. [`crate::DataSources::schema`] has an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// A number with any number of digits.
    Number,
    /// `true` or `false`.
    TruthValue,
    /// Values in an order.
    List(Box<Type>),
    /// Values in no order, none of which stands twice.
    Set(Box<Type>),
    /// Values by keys.
    Map(Box<Type>),
    /// An object.
    Object(Arc<Object>),
}

impl Schema {
    /// Checks a description.
    pub(crate) fn new(description: Description) -> Result<Self, String> {
        let objects = objects(&description.objects)?;
        let object = |index: u32, of: &str| {
            let object = usize::try_from(index).ok().and_then(|index| objects.get(index));
            object.cloned().ok_or_else(|| format!("{of} names object {index}, and there are {}", objects.len()))
        };
        let provider = object(description.provider, "the provider")?;
        if let Some(computed) = provider.attributes.iter().find(|attribute| attribute.mode.is_computed()) {
            return Err(format!("the provider's attribute {:?} is computed", computed.name));
        }
        let kept = kept(&provider, &description.authentication);
        let mut provider = Object::clone(&provider);
        provider.attributes.iter_mut().for_each(|attribute| attribute.sensitive |= kept.contains(&attribute.name));
        let mut sources = BTreeMap::new();
        for source in description.sources {
            check_name(&source.name)?;
            let object = object(source.object, &source.name)?;
            let checked = Source { description: source.description, object, deprecated: source.deprecated };
            if sources.insert(source.name.clone(), checked).is_some() {
                return Err(format!("there are two data sources {:?}", source.name));
            }
        }
        let schema = Self {
            description: description.description,
            provider: Arc::new(provider),
            sources,
            authentication: description.authentication,
            endpoints: description.endpoints,
            kept,
        };
        schema.check_references()?;
        schema.check_headers()?;
        Ok(schema)
    }

    /// Returns the role of each endpoint, and the provider's attribute that names its origin.
    #[must_use]
    pub fn roles(&self) -> Vec<(&str, &str)> {
        self.endpoints.iter().map(|endpoint| (endpoint.role.as_str(), endpoint.attribute.as_str())).collect()
    }

    /// Returns the provider's attribute that feeds this input of a scheme, if the component names that scheme.
    #[must_use]
    pub fn input(&self, scheme: &str, input: &str) -> Option<&str> {
        let inputs = self.authentication.iter().filter_map(|way| match way {
            Authentication::Scheme(described) if described.name == scheme => Some(&described.inputs),
            _ => None,
        });
        inputs.flatten().find(|described| described.name == input).map(|described| described.attribute.as_str())
    }

    /// The names of the schemes by which requests can be authenticated.
    pub(crate) fn schemes(&self) -> impl Iterator<Item = &str> {
        self.authentication.iter().filter_map(|way| match way {
            Authentication::Scheme(scheme) => Some(scheme.name.as_str()),
            Authentication::Header(_) => None,
        })
    }

    fn check_references(&self) -> Result<(), String> {
        let endpoints = self.endpoints.iter().map(|endpoint| endpoint.attribute.as_str());
        for name in self.authentication.iter().flat_map(Authentication::attributes).chain(endpoints) {
            match self.provider.attribute(name) {
                Some(attribute) if attribute.holds == Type::Text => {}
                Some(_) => return Err(format!("the provider's attribute {name:?} is not text, and must be")),
                None => return Err(format!("the provider has no attribute {name:?}, which another part names")),
            }
        }
        Ok(())
    }

    /// Refuses to send credentials in a header that frames a request or belongs to the connection.
    fn check_headers(&self) -> Result<(), String> {
        for way in &self.authentication {
            let Authentication::Header(contract::Header { name, prefix, .. }) = way else { continue };
            let Ok(header) = HeaderName::from_bytes(name.as_bytes()) else {
                return Err(format!("it authenticates by the header {name:?}, which is not the name of a header"));
            };
            if is_forbidden_header(&header) {
                return Err(format!("it authenticates by the header {name:?}, which only the host sets"));
            }
            if HeaderValue::from_str(prefix).is_err() {
                return Err(format!("it writes {prefix:?} into the header {name:?}, which no header can hold"));
            }
        }
        Ok(())
    }
}

impl Object {
    /// Returns the attribute of this name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

impl Attribute {
    /// Returns whether the component may set it.
    #[must_use]
    pub fn is_computed(&self) -> bool {
        self.mode.is_computed()
    }
}

impl Mode {
    /// Whether the component may set it.
    pub fn is_computed(self) -> bool {
        matches!(self, Self::Computed | Self::OptionalComputed)
    }
}

impl Authentication {
    /// The attributes that feed it.
    pub fn attributes(&self) -> Vec<&str> {
        match self {
            Self::Header(header) => vec![header.attribute.as_str()],
            Self::Scheme(scheme) => scheme.inputs.iter().map(|input| input.attribute.as_str()).collect(),
        }
    }
}

/// Returns the attributes that feed an authentication. Adds those that read the same variable as one of them, or a
/// variable of a known scheme.
fn kept(provider: &Object, authentication: &[Authentication]) -> BTreeSet<String> {
    let feeding: BTreeSet<&str> = authentication.iter().flat_map(Authentication::attributes).collect();
    let feeds = |attribute: &&Attribute| feeding.contains(attribute.name.as_str());
    let secrets: Vec<&String> = provider.attributes.iter().filter(feeds).flat_map(|a| &a.environment).collect();
    // Some systems ignore the case of names.
    let is_secret = |variable: &String| {
        scheme::is_secret(variable) || secrets.iter().any(|secret| secret.eq_ignore_ascii_case(variable))
    };
    let keeps = |attribute: &&Attribute| feeds(attribute) || attribute.environment.iter().any(is_secret);
    provider.attributes.iter().filter(keeps).map(|attribute| attribute.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Collection, ElementType, ObjectType, ValueType};

    pub fn described(name: &str, collections: &[Collection], element: ElementType) -> contract::Attribute {
        contract::Attribute {
            name: name.to_owned(),
            holds: ValueType { collections: collections.to_vec(), element },
            mode: Mode::Optional,
            description: String::new(),
            sensitive: false,
            deprecated: None,
            environment: vec![],
        }
    }

    fn description(objects: Vec<Vec<contract::Attribute>>) -> Description {
        Description {
            name: String::new(),
            description: String::new(),
            objects: objects.into_iter().map(|attributes| ObjectType { attributes }).collect(),
            provider: 0,
            sources: vec![],
            authentication: vec![],
            endpoints: vec![],
        }
    }

    #[test]
    fn types_are_made_of_the_table_from_the_outermost_collection_inwards() {
        let collections = [Collection::Map, Collection::List];
        let secret = contract::Attribute { sensitive: true, ..described("b", &[], ElementType::Text) };
        let schema = Schema::new(description(vec![
            vec![described("a", &collections, ElementType::Object(1))],
            vec![secret, described("c", &[Collection::Set], ElementType::Number)],
        ]))
        .unwrap();
        let attribute = schema.provider.attribute("a").unwrap();
        let Type::Map(inner) = &attribute.holds else { panic!("{:?}", attribute.holds) };
        let Type::List(inner) = &**inner else { panic!("{inner:?}") };
        let Type::Object(inner) = &**inner else { panic!("{inner:?}") };
        assert_eq!(inner.attribute("c").unwrap().holds, Type::Set(Box::new(Type::Number)));
        assert!(attribute.sensitive);
    }

    #[test]
    fn a_description_that_breaks_the_contract_is_refused() {
        let text = |name: &str| described(name, &[], ElementType::Text);
        let object = |name: &str, index| described(name, &[], ElementType::Object(index));
        let reads = |name: &str| contract::Attribute { environment: vec![name.to_owned()], ..text("a") };
        let computed = contract::Attribute { mode: Mode::Computed, ..text("a") };
        let doubling = (1..30).map(|next| vec![object("a", next), object("b", next)]).chain([vec![]]).collect();
        let chain = (1..40).map(|next| vec![object("a", next)]).chain([vec![]]).collect();
        let lists = described("a", &[Collection::List; 40], ElementType::Text);
        let header = contract::Header { name: "x-key".to_owned(), prefix: String::new(), attribute: "key".to_owned() };
        let unfed = Description {
            authentication: vec![Authentication::Header(header)],
            ..description(vec![vec![described("key", &[], ElementType::Number)]])
        };
        for (description, why) in [
            (description(vec![]), "names object 0"),
            (description(vec![vec![object("a", 0)]]), "no object after its own"),
            (description(vec![vec![object("a", 7)]]), "no object after its own"),
            (description(vec![vec![text("a"), text("a")]]), "two attributes"),
            (description(vec![vec![text("A-b")]]), "is not a name"),
            (description(vec![vec![computed]]), "is computed"),
            (description(doubling), "more than 10000 attributes"),
            (description(chain), "more than 32 types in each other"),
            (description(vec![vec![lists]]), "more than 32 types in each other"),
            (unfed, "is not text"),
            (description(vec![vec![reads("A=B")]]), "\"A=B\" is not the name of an environment variable"),
            (description(vec![vec![reads("A\0B")]]), "\"A\\u{0}B\" is not the name of an environment variable"),
            (description(vec![vec![reads("")]]), "\"\" is not the name of an environment variable"),
        ] {
            let error = Schema::new(description).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }

    /// The vector of every host: which headers a component may name.
    #[test]
    fn credentials_are_sent_in_no_header_that_belongs_to_the_host() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/vectors/headers.json")).unwrap();
        let names = |list: &str| -> Vec<String> { serde_json::from_value(vectors[list].clone()).unwrap() };
        let with = |name: &str| {
            let header = contract::Header { name: name.to_owned(), prefix: String::new(), attribute: "key".to_owned() };
            let key = described("key", &[], ElementType::Text);
            Schema::new(Description {
                authentication: vec![Authentication::Header(header)],
                ..description(vec![vec![key]])
            })
        };
        for name in names("allowed") {
            with(&name).unwrap();
        }
        for (list, why) in [("forbidden", "which only the host sets"), ("invalid", "is not the name of a header")] {
            for name in names(list) {
                let error = with(&name).unwrap_err();
                assert!(error.contains(why) && error.contains(&format!("{name:?}")), "{error}");
            }
        }
    }
}
