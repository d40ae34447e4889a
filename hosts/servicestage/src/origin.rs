//! Where the requests of a call go, by the same rules as in the component: only there does the host authenticate.

use std::fmt;
use std::net::IpAddr;

use http::{HeaderValue, Uri};

use crate::error::InvalidArgument;
use crate::types::Connection;

/// Scheme and authority, in lower case and without the scheme's default port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: &'static str,
    authority: String,
}

/// What the tokens of a call are for, and where they are issued.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scope {
    pub iam: Origin,
    pub region: Option<String>,
    pub project_id: Option<String>,
}

/// The origins of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    /// The service's.
    pub service: Option<Origin>,
    /// IAM's, where projects are looked up and tokens issued.
    pub iam: Option<Origin>,
}

impl Origin {
    /// Reads an origin; nothing if it is none, or holds more than an origin does.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let only = matches!(uri.path(), "" | "/") && uri.query().is_none();
        if only { Self::of(&uri) } else { None }
    }

    /// The origin of a request; nothing if it has none, or names a user.
    #[must_use]
    pub fn of(uri: &Uri) -> Option<Self> {
        let (scheme, default_port) = match uri.scheme_str()? {
            "https" => ("https", 443),
            "http" => ("http", 80),
            _ => return None,
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
        let host = authority.host().to_ascii_lowercase();
        let authority = match authority.port_u16() {
            Some(port) if port != default_port => format!("{host}:{port}"),
            _ => host,
        };
        Some(Self { scheme, authority })
    }

    /// An origin that is written in this crate.
    pub(crate) fn known(text: &'static str) -> Self {
        let (scheme, authority) = match text.split_once("://") {
            Some(("http", authority)) => ("http", authority),
            Some((_, authority)) => ("https", authority),
            None => ("https", text),
        };
        Self { scheme, authority: authority.to_owned() }
    }

    /// Whether nobody on the way can read along: it speaks https, or is this machine.
    fn is_private(&self) -> bool {
        let host = self.authority.rsplit_once(':').filter(|(_, port)| !port.ends_with(']'));
        let host = host.map_or(self.authority.as_str(), |(host, _)| host);
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        self.scheme == "https" || host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }

    /// The host, with a port that is not the scheme's own.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    pub(crate) fn uri(&self, path_and_query: &str) -> Option<Uri> {
        format!("{self}{path_and_query}").parse().ok()
    }

    /// An authority always is a header's value: a URL's grammar is stricter.
    pub(crate) fn host_header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.authority).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

impl Origins {
    /// The origins that the component derives from a connection. What it refuses is none.
    #[must_use]
    pub fn of(connection: &Connection) -> Self {
        let origin = |endpoint: &Option<String>, service: &str| match endpoint {
            Some(endpoint) => Origin::parse(endpoint).filter(Origin::is_private),
            None => connection.region.as_deref().and_then(|region| default_origin(service, region)),
        };
        Self { service: origin(&connection.endpoint, "servicestage"), iam: origin(&connection.iam_endpoint, "iam") }
    }

    /// Whether a request goes to one of them.
    #[must_use]
    pub fn cover(&self, uri: &Uri) -> bool {
        Origin::of(uri).is_some_and(|origin| [&self.service, &self.iam].into_iter().flatten().any(|own| *own == origin))
    }
}

impl Scope {
    /// What a token for this connection is for.
    pub(crate) fn of(connection: &Connection, origins: &Origins) -> Result<Self, InvalidArgument> {
        let (region, project_id) = (connection.region.clone(), connection.project_id.clone());
        if region.is_none() && project_id.is_none() {
            return Err(InvalidArgument::new("region", "it is missing; a token is issued for the project of a region"));
        }
        let missing = || {
            InvalidArgument::new(
                "iam-endpoint",
                "it is missing or not valid, and there is no region to derive it from; IAM issues the token for a user \
                 and a password there",
            )
        };
        Ok(Self { iam: origins.iam.clone().ok_or_else(missing)?, region, project_id })
    }
}

/// Where an API of a region is. A text that is no region is none: it could end in another host.
fn default_origin(service: &str, region: &str) -> Option<Origin> {
    let valid = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if region.is_empty() || !region.bytes().all(valid) {
        return None;
    }
    let cloud = if region.starts_with("eu-west-1") { "eu" } else { "com" };
    Some(Origin { scheme: "https", authority: format!("{service}.{region}.myhuaweicloud.{cloud}") })
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn what_others_could_read_is_no_origin_of_a_call() {
        let service = |endpoint: &str| {
            Origins::of(&Connection { endpoint: Some(endpoint.to_owned()), ..Connection::default() }).service
        };
        for endpoint in ["https://example.com", "http://localhost:1", "http://127.0.0.1", "http://[::1]:8080"] {
            assert!(service(endpoint).is_some(), "{endpoint}");
        }
        for endpoint in ["http://example.com", "http://localhost.example.com", "http://10.0.0.1:80", "ftp://localhost"]
        {
            assert_eq!(service(endpoint), None, "{endpoint}");
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
