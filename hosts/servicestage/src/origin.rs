//! Where the requests of a call go, by the same rules as in the component: only there does the host authenticate.

use component_runtime::Grant;
use component_runtime::policy::origin;
use http::{HeaderValue, Uri};
use model::region;

pub use component_runtime::policy::Origin;

use crate::error::InvalidArgument;
use crate::types::Connection;

/// The region and project that the tokens of a call are for, and where they are issued.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scope {
    pub iam: Origin,
    pub region: Option<String>,
    pub project_id: Option<String>,
}

/// The origins of one call.
///
/// ```
/// use servicestage::origin::Origins;
/// use servicestage::types::Connection;
///
/// let connection = Connection { region: Some("cn-north-4".to_owned()), ..Connection::default() };
/// let origins = Origins::of(&connection);
/// assert!(origins.cover(&"https://iam.cn-north-4.myhuaweicloud.com/v3/projects".parse().unwrap()));
/// assert!(!origins.cover(&"https://iam.cn-north-4.myhuaweicloud.com.example/".parse().unwrap()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    /// The service's.
    pub service: Option<Origin>,
    /// IAM's, where projects are looked up and tokens issued.
    pub iam: Option<Origin>,
}

impl Origins {
    /// Returns the origins that the component derives from a connection. An origin that it refuses is left out.
    #[must_use]
    pub fn of(connection: &Connection) -> Self {
        let origin = |endpoint: &Option<String>, service: &str| match endpoint {
            Some(endpoint) => endpoint.parse().ok(),
            None => connection.region.as_deref().and_then(|region| region::origin(service, region).ok()),
        };
        Self { service: origin(&connection.endpoint, "servicestage"), iam: origin(&connection.iam_endpoint, "iam") }
    }

    /// Whether a request goes to one of them.
    #[must_use]
    pub fn cover(&self, uri: &Uri) -> bool {
        origin::of(uri).is_ok_and(|origin| [&self.service, &self.iam].into_iter().flatten().any(|own| *own == origin))
    }
}

impl Scope {
    /// Returns the scope of a token for this connection.
    pub(crate) fn of(connection: &Connection) -> Result<Self, InvalidArgument> {
        let (region, project_id) = (connection.region.clone(), connection.project_id.clone());
        if region.is_none() && project_id.is_none() {
            return Err(InvalidArgument::new("region", "it is missing; a token is issued for the project of a region"));
        }
        check(connection)?;
        let missing = || {
            let reason = "it is missing, and there is no region to derive it from; IAM issues the token for a user and a \
                          password there";
            InvalidArgument::new("iam-endpoint", reason)
        };
        let iam = Origins::of(connection).iam.ok_or_else(missing)?;
        Ok(Self { iam, region, project_id })
    }
}

/// Checks region and endpoints as the component does, for a host that uses them itself.
///
/// # Errors
/// One of them is not valid.
pub fn check(connection: &Connection) -> Result<(), InvalidArgument> {
    for (argument, endpoint) in [("endpoint", &connection.endpoint), ("iam-endpoint", &connection.iam_endpoint)] {
        let read = endpoint.as_deref().map_or(Ok(None), |endpoint| endpoint.parse::<Origin>().map(Some));
        read.map_err(|error| InvalidArgument::new(argument, error.to_string()))?;
    }
    let region = connection.region.as_deref().map_or(Ok(()), region::check);
    region.map_err(|error| InvalidArgument::new("region", error.to_string()))
}

/// Adds to a grant the origins that a connection implies, and these ranges of addresses.
///
/// # Errors
/// One of the texts is not a range of addresses.
pub fn grant(mut grant: Grant, connection: &Connection, addresses: &[String]) -> Result<Grant, InvalidArgument> {
    let Origins { service, iam } = Origins::of(connection);
    for (role, origin) in [("service", service), ("iam", iam)] {
        // A text that the runtime does not take for an origin is not granted. The component refuses it, and says why.
        let _ = origin.map(|origin| grant.allow_origin(role, &origin.to_string()));
    }
    for range in addresses {
        grant.allow_address(range).map_err(|error| InvalidArgument::new("allow-address", error.to_string()))?;
    }
    Ok(grant)
}

/// Returns the URL of a path at an origin.
pub(crate) fn url(origin: &Origin, path_and_query: &str) -> Option<Uri> {
    format!("{origin}{path_and_query}").parse().ok()
}

/// Returns the value of a `Host` header. Every authority is a valid value, because its grammar is stricter.
pub(crate) fn host_header(authority: &str) -> HeaderValue {
    HeaderValue::from_str(authority).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[test]
    fn origins_are_those_of_the_component() {
        let connection = Connection { region: Some("eu-west-101".to_owned()), ..Connection::default() };
        let origins = Origins::of(&connection);
        assert_eq!(origins.service.unwrap().to_string(), "https://servicestage.eu-west-101.myhuaweicloud.eu");
        let connection = Connection {
            region: Some("evil.example.com/".to_owned()),
            iam_endpoint: Some("HTTP://LocalHost:80/".to_owned()),
            ..Connection::default()
        };
        let origins = Origins::of(&connection);
        assert_eq!((origins.service, origins.iam.unwrap().to_string()), (None, "http://localhost".to_owned()));
    }

    #[derive(Deserialize)]
    struct OriginCase {
        origin: String,
        normal: Option<String>,
    }

    #[test]
    fn an_endpoint_takes_its_normal_form_or_is_refused_as_in_every_host() {
        let cases: Vec<OriginCase> = serde_json::from_str(include_str!("../../../tests/vectors/origins.json")).unwrap();
        for OriginCase { origin, normal } in cases {
            let endpoint = Some(origin.clone());
            let connection = Connection { endpoint: endpoint.clone(), iam_endpoint: endpoint, ..Connection::default() };
            let Origins { service, iam } = Origins::of(&connection);
            let read = [service, iam].map(|origin| origin.map(|origin| origin.to_string()));
            assert_eq!(read, [normal.clone(), normal], "{origin:?}");
        }
    }

    #[test]
    fn a_token_is_asked_for_in_no_region_and_at_no_endpoint_that_the_component_would_refuse() {
        let scope = |region: Option<&str>, iam: Option<&str>| {
            let text = |text: Option<&str>| text.map(str::to_owned);
            Scope::of(&Connection {
                region: text(region),
                project_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
                iam_endpoint: text(iam),
                ..Connection::default()
            })
        };
        let good = scope(Some("cn-north-4"), Some("https://IAM.example.com/")).unwrap();
        assert_eq!(good.iam.to_string(), "https://iam.example.com");
        for (region, iam, argument, reason) in [
            (Some("cn-north-4\n"), None, "region", r#""cn-north-4\n" is not a region; remove the white space"#),
            (Some("cn-north-4 "), Some("https://iam.example.com"), "region", r#""cn-north-4 " is not a region"#),
            (
                Some("cn-north-4"),
                Some("https://user:secret@iam.example.com"),
                "iam-endpoint",
                "a user name or a password",
            ),
            (None, Some("https://iam.example.com\n"), "iam-endpoint", "begins or ends with white space"),
            (None, None, "iam-endpoint", "it is missing"),
        ] {
            let refused = scope(region, iam).unwrap_err();
            assert_eq!(refused.argument, argument, "{refused:?}");
            assert!(refused.reason.contains(reason) && !refused.reason.contains("secret"), "{refused:?}");
        }
    }

    #[test]
    fn only_the_very_same_origin_is_covered() {
        let connection = Connection { endpoint: Some("https://api.example.com".to_owned()), ..Connection::default() };
        let origins = Origins::of(&connection);
        for url in ["https://api.example.com/x", "https://API.example.com:443/x?y"] {
            assert!(origins.cover(&url.parse().unwrap()), "{url}");
        }
        for url in [
            "http://api.example.com/x",
            "https://api.example.com:8443/x",
            "https://api.example.com.evil.com/x",
            "https://api.example.com@evil.com/x",
            "https://user@api.example.com/x",
            "https://evil.com/x",
            "/x",
        ] {
            assert!(!origins.cover(&url.parse().unwrap()), "{url}");
        }
    }
}
