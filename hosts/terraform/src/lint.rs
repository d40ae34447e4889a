//! Faults of a description that a host meets only when it reads. A component with one loads, and some or all of its
//! requests are denied.

use std::iter;

use component_runtime::Declaration;
use component_runtime::policy::Origin;

use crate::contract::Endpoint;
use crate::endpoints;
use crate::schema::{Attribute, Schema, Type};
use crate::scheme;

/// The attributes of a block `provider` that Terraform does not pass on. Source: `providerBlockSchema` in its code.
const PROVIDER: &[&str] = &["alias", "count", "depends_on", "for_each", "lifecycle", "locals", "source", "version"];

/// The attributes of a block `data` that Terraform does not pass on. Source: `dataBlockSchema` in its code.
const SOURCE: &[&str] =
    &["connection", "count", "depends_on", "for_each", "lifecycle", "locals", "provider", "provisioner"];

/// Returns the faults, each as a sentence.
pub fn faults(schema: &Schema, declaration: &Declaration) -> Vec<String> {
    let mut faults = Vec::new();
    if schema.sources.is_empty() {
        faults.push("It offers no data source: list one in its description.".to_owned());
    }
    for need in declaration.needs() {
        let role = need.role.to_string();
        if !schema.endpoints.iter().any(|endpoint| endpoint.role == role) {
            faults.push(format!(
                "It declares {} {} for the role {role:?}, which no endpoint has: a host denies the request. Describe an \
                 endpoint of that role.",
                need.method, need.path
            ));
        }
    }
    let provider = [(String::from("the provider"), &schema.provider)];
    let sources = schema.sources.iter().map(|(name, source)| (format!("the data source {name:?}"), &source.object));
    for ((of, object), kept) in provider.into_iter().zip([PROVIDER]).chain(sources.zip(iter::repeat(SOURCE))) {
        for attribute in object.attributes.iter().filter(|attribute| kept.contains(&attribute.name.as_str())) {
            let name = &attribute.name;
            faults.push(format!(
                "Terraform keeps the name {name:?} for itself: name that attribute of {of} differently."
            ));
        }
    }
    for endpoint in &schema.endpoints {
        if !declaration.needs().iter().any(|need| need.role.to_string() == endpoint.role) {
            let role = &endpoint.role;
            faults.push(format!("It declares no request for the endpoint {role:?}: a host lets none out to it."));
        }
        faults.extend(endpoint.defaults.iter().filter_map(|pattern| fault_of_pattern(schema, endpoint, pattern)));
    }
    let schemes: Vec<&str> = schema.schemes().collect();
    if !schemes.is_empty() && schemes.len() == schema.authentication.len() && !schemes.iter().any(is_known) {
        faults.push(format!("It authenticates only by schemes that no host knows: {}.", schemes.join(", ")));
    }
    faults
}

fn is_known(scheme: &&str) -> bool {
    scheme::find(scheme).is_some()
}

fn fault_of_pattern(schema: &Schema, endpoint: &Endpoint, pattern: &str) -> Option<String> {
    let is_text = |attribute: &Attribute| attribute.holds == Type::Text && !attribute.is_computed();
    let mut unknown = None;
    let origin = endpoints::complete(pattern, |name| {
        let mut objects = schema.sources.values().map(|source| &source.object).chain([&schema.provider]);
        let is_known = objects.any(|object| object.attribute(name).is_some_and(is_text));
        unknown = (!is_known).then(|| name.to_owned());
        is_known.then_some("a")
    });
    if let Some(name) = unknown {
        return Some(format!(
            "The origin {pattern:?} of the endpoint {:?} names {{{name}}}, and no argument of that name is text: no host can \
             complete it.",
            endpoint.role
        ));
    }
    let error = origin.as_deref().unwrap_or(pattern).parse::<Origin>().err()?;
    Some(format!("The origin {pattern:?} of the endpoint {:?} is not valid: {error}.", endpoint.role))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{self, Authentication, Description, ElementType, Mode, ObjectType, ValueType};

    fn found(role: &str, pattern: &str, scheme: Option<&str>) -> Vec<String> {
        found_with("region", role, pattern, scheme)
    }

    /// The description has an attribute of this name, of the provider and of the data source.
    fn found_with(name: &str, role: &str, pattern: &str, scheme: Option<&str>) -> Vec<String> {
        let attribute = |name: &str| contract::Attribute {
            name: name.to_owned(),
            holds: ValueType { collections: vec![], element: ElementType::Text },
            mode: Mode::Optional,
            description: String::new(),
            sensitive: false,
            deprecated: None,
            environment: vec![],
        };
        let scheme = scheme.map(|name| contract::Scheme { name: name.to_owned(), inputs: vec![] });
        let schema = Schema::new(Description {
            name: String::new(),
            description: String::new(),
            objects: vec![ObjectType { attributes: vec![attribute("endpoint"), attribute(name)] }],
            provider: 0,
            sources: vec![contract::Source {
                name: "thing".to_owned(),
                description: String::new(),
                object: 0,
                deprecated: None,
            }],
            authentication: scheme.into_iter().map(Authentication::Scheme).collect(),
            endpoints: vec![Endpoint {
                role: "service".to_owned(),
                attribute: "endpoint".to_owned(),
                defaults: vec![pattern.to_owned()],
                stable: false,
            }],
        });
        let request = format!(r#"{{"role": "{role}", "method": "GET", "path": "/v1/things", "query": []}}"#);
        let declaration = Declaration::from_json(&format!(r#"{{"version": 1, "requests": [{request}]}}"#));
        faults(&schema.unwrap(), &declaration.unwrap())
    }

    #[test]
    fn a_sound_description_has_no_fault() {
        assert_eq!(found("service", "https://{region}.example.com", Some("sdk-hmac-sha256")), [""; 0]);
    }

    #[test]
    fn each_fault_says_what_a_host_does() {
        let role = found("other", "https://example.com", None);
        assert!(role[0].contains("GET /v1/things for the role \"other\", which no endpoint has"), "{role:?}");
        assert!(role[1].contains("no request for the endpoint \"service\""), "{role:?}");
        for (pattern, scheme, why) in [
            ("https://{zone}.example.com", None, "names {zone}, and no argument of that name is text"),
            ("https://{region", None, "is not valid"),
            ("example.com", None, "is not valid"),
            ("https://example.com", Some("unheard-of"), "only by schemes that no host knows: unheard-of"),
        ] {
            let faults = found("service", pattern, scheme);
            assert!(faults.len() == 1 && faults[0].contains(why), "{pattern}: {faults:?}");
        }
    }

    #[test]
    fn an_attribute_that_terraform_keeps_for_itself_is_a_fault() {
        for (name, of) in [
            ("count", &["the provider", "the data source \"thing\""][..]),
            ("version", &["the provider"]),
            ("provider", &["the data source \"thing\""]),
            ("versions", &[]),
        ] {
            let faults = found_with(name, "service", "https://example.com", None);
            assert_eq!(faults.len(), of.len(), "{faults:?}");
            for (fault, of) in faults.iter().zip(of) {
                assert!(fault.contains(&format!("{name:?}")) && fault.contains(of), "{fault}");
            }
        }
    }
}
