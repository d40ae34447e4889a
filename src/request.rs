//! The two requests that are ever sent, and their authentication.
//!
//! Source: "Obtaining the Release Task List" and "Querying Project Information" of the vendor, and its
//! "API Request Signing Guide".

use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, USER_AGENT};
use http::{Method, Request, Uri};
use huaweicloud_sign as sign;

use crate::connection::{Credentials, Lookup, Origin};
use crate::error::{ErrorKind, Failure};

const X_AUTH_TOKEN: &str = "x-auth-token";
const X_PROJECT_ID: &str = "x-project-id";
const X_SDK_DATE: &str = "x-sdk-date";
const X_SECURITY_TOKEN: &str = "x-security-token";

/// What to fetch, before it is known when and in whose name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    origin: Origin,
    path: String,
    query: Option<(&'static str, String)>,
    project_id: Option<String>,
}

impl Target {
    /// The release tasks of a project.
    #[must_use]
    pub fn pipelines(service: &Origin, project_id: &str) -> Self {
        Self {
            origin: service.clone(),
            path: format!("/v3/{project_id}/pipeline/pipelines"),
            query: None,
            project_id: Some(project_id.to_owned()),
        }
    }

    /// The projects that have a region's name.
    #[must_use]
    pub fn projects(lookup: &Lookup) -> Self {
        Self {
            origin: lookup.iam.clone(),
            path: "/v3/projects".to_owned(),
            query: Some(("name", lookup.region.clone())),
            project_id: None,
        }
    }

    /// The URL. It never holds a secret.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}{}", self.origin.scheme, self.origin.authority, self.path_and_query())
    }

    /// The request, authenticated for this time since the Unix epoch.
    ///
    /// # Errors
    /// A value cannot stand in a header, which the checks of the connection rule out.
    pub fn request(&self, credentials: &Credentials, now: Duration) -> Result<Request<()>, Failure> {
        let mut request = Request::new(());
        *request.method_mut() = Method::GET;
        *request.uri_mut() = self.url().parse::<Uri>().map_err(unsendable)?;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json;charset=utf8"));
        headers.insert(
            USER_AGENT,
            HeaderValue::from_static(concat!("servicestage-component/", env!("CARGO_PKG_VERSION"))),
        );
        match credentials {
            Credentials::Ambient => {}
            Credentials::Token(token) => {
                headers.insert(X_AUTH_TOKEN, secret(token)?);
            }
            Credentials::AccessKey { access_key_id, secret_access_key, security_token } => {
                self.sign(headers, access_key_id, secret_access_key, security_token.as_deref(), now)?;
            }
        }
        Ok(request)
    }

    fn path_and_query(&self) -> String {
        match &self.query {
            Some((name, value)) => format!("{}?{}", self.path, sign::canonical::query(&[(name, value)])),
            None => self.path.clone(),
        }
    }

    /// Adds the headers of a signature. Only what no proxy and no runtime changes is signed, so neither `Accept` nor
    /// `User-Agent`; the host derives `Host` from the URL, so it is signed and not set.
    fn sign(
        &self,
        headers: &mut HeaderMap,
        access_key_id: &str,
        secret_access_key: &str,
        security_token: Option<&str>,
        now: Duration,
    ) -> Result<(), Failure> {
        let date = sign::date::format(now.as_secs());
        headers.insert(X_SDK_DATE, HeaderValue::from_str(&date).map_err(unsendable)?);
        if let Some(id) = &self.project_id {
            headers.insert(X_PROJECT_ID, HeaderValue::from_str(id).map_err(unsendable)?);
        }
        if let Some(token) = security_token {
            headers.insert(X_SECURITY_TOKEN, secret(token)?);
        }
        let query: Vec<(&str, &str)> = self.query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut signed = vec![(HOST.as_str(), self.origin.authority.as_str())];
        for name in [CONTENT_TYPE.as_str(), X_SDK_DATE, X_PROJECT_ID, X_SECURITY_TOKEN] {
            if let Some(value) = headers.get(name) {
                signed.push((name, value.to_str().map_err(unsendable)?));
            }
        }
        let request = sign::Request { method: "GET", path: &self.path, query: &query, headers: &signed, body: b"" };
        let authorization = sign::sign(&request, access_key_id, secret_access_key, &date).authorization;
        headers.insert(AUTHORIZATION, secret(&authorization)?);
        Ok(())
    }
}

fn secret(value: &str) -> Result<HeaderValue, Failure> {
    let mut value = HeaderValue::from_str(value).map_err(unsendable)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The checks of the connection refuse whatever would fail here.
fn unsendable(error: impl std::fmt::Display) -> Failure {
    Failure::lasting(ErrorKind::Other(format!("the request could not be built: {error}")), "Nothing was sent.")
}
