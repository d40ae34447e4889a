//! The metadata of the cloud server that this runs on: a temporary access key of the server's agency.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use component_runtime::Layer;
use component_runtime::policy::OriginError;
use http::{HeaderValue, Method, StatusCode};
use serde::Deserialize;

use super::exchange::{Answer, RequestTimeouts, send};
use super::{AccessKey, Secret};
use crate::credentials_error::CredentialsError;
use crate::error::{ErrorKind, InvalidArgument, Undecodable};
use crate::origin::{Origin, host_header};

/// The address of the metadata of every cloud server. Only the server itself reaches it.
const HOST: &str = "169.254.169.254";

/// As in the official SDK, which waits 3 seconds: what is not on this machine's own network does not answer at all.
const PATIENCE: RequestTimeouts =
    RequestTimeouts { connect: Duration::from_secs(3), pause: Duration::from_secs(3), total: Duration::from_secs(6) };

/// How long the token for the metadata itself is asked for, in seconds; the official SDK asks for the same.
const TOKEN_TTL: &str = "21600";

const NEXT: &str = "Check that this is a cloud server of Huawei Cloud with an agency, or use other credentials.";

/// Where the metadata is.
///
/// ```
/// use servicestage::Metadata;
///
/// assert_eq!(Metadata::at("http://127.0.0.1:8080/")?.base(), "http://127.0.0.1:8080");
/// # Ok::<(), servicestage::error::InvalidArgument>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    base: String,
    authority: String,
}

impl Metadata {
    /// Metadata at an origin, such as that of a test on loopback.
    ///
    /// # Errors
    /// It is not an origin: scheme, host and optional port.
    pub fn at(base: &str) -> Result<Self, InvalidArgument> {
        let invalid = |error: OriginError| InvalidArgument::new("metadata", error.to_string());
        let origin: Origin = base.parse().map_err(invalid)?;
        Ok(Self { base: origin.to_string(), authority: origin.authority() })
    }

    /// Its origin.
    #[must_use]
    pub fn base(&self) -> String {
        self.base.clone()
    }

    /// The access key of now, and when it expires.
    pub(super) async fn key(&self, layer: &dyn Layer) -> Result<(AccessKey, Option<SystemTime>), CredentialsError> {
        self.ask(layer).await.map_err(|error| CredentialsError { next: NEXT, ..error })
    }

    async fn ask(&self, layer: &dyn Layer) -> Result<(AccessKey, Option<SystemTime>), CredentialsError> {
        let ttl = ("x-metadata-token-ttl-seconds", HeaderValue::from_static(TOKEN_TTL));
        let (asked, answer) = self.send(layer, Method::PUT, "/meta-data/latest/api/token", Some(ttl)).await?;
        match answer.status {
            StatusCode::OK => {
                let token = Secret::new(String::from_utf8_lossy(answer.body.trim_ascii()));
                let mut header = HeaderValue::from_str(token.expose())
                    .map_err(|_| undecodable("a token that can be sent as a header", &asked))?;
                header.set_sensitive(true);
                // Nobody else knows this token, and the metadata may repeat it.
                self.ask_for_key(layer, Some(header)).await.map_err(|error| error.without(&token))
            }
            // The first version of the metadata knows no tokens.
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::SERVICE_UNAVAILABLE => {
                self.ask_for_key(layer, None).await
            }
            status => Err(CredentialsError::refused(&asked, status, &answer.headers, &answer.body)),
        }
    }

    async fn ask_for_key(
        &self,
        layer: &dyn Layer,
        token: Option<HeaderValue>,
    ) -> Result<(AccessKey, Option<SystemTime>), CredentialsError> {
        let token = token.map(|token| ("x-metadata-token", token));
        let (asked, answer) = self.send(layer, Method::GET, "/openstack/latest/securitykey", token).await?;
        if answer.status != StatusCode::OK {
            let refused = CredentialsError::refused(&asked, answer.status, &answer.headers, &answer.body);
            // A server without agency has no key: to whoever asks, that is a matter of credentials.
            return Err(match refused.kind {
                ErrorKind::NotFound => CredentialsError { kind: ErrorKind::Unauthenticated, ..refused },
                _ => refused,
            });
        }
        decode(&answer.body, &asked)
    }

    async fn send(
        &self,
        layer: &dyn Layer,
        method: Method,
        path: &str,
        header: Option<(&'static str, HeaderValue)>,
    ) -> Result<(String, Answer), CredentialsError> {
        let url = format!("{}{path}", self.base);
        let asked = format!("{method} {url}");
        let mut request = http::Request::new(Bytes::new());
        *request.method_mut() = method;
        *request.uri_mut() = url.parse().map_err(|_| undecodable("an address", &asked))?;
        request.headers_mut().insert("host", host_header(&self.authority));
        if let Some((name, value)) = header {
            request.headers_mut().insert(name, value);
        }
        Ok((asked, send(layer, request, PATIENCE).await?))
    }
}

impl Default for Metadata {
    fn default() -> Self {
        Self { base: format!("http://{HOST}"), authority: HOST.to_owned() }
    }
}

#[derive(Deserialize)]
struct Document {
    credential: Credential,
}

#[derive(Deserialize)]
struct Credential {
    access: String,
    secret: String,
    securitytoken: String,
    expires_at: Option<String>,
}

fn decode(body: &[u8], asked: &str) -> Result<(AccessKey, Option<SystemTime>), CredentialsError> {
    let Ok(Document { credential }) = serde_json::from_slice(body) else {
        return Err(undecodable("a credential with access, secret and securitytoken", asked));
    };
    let key = AccessKey {
        id: credential.access,
        secret: Secret::new(credential.secret),
        security_token: Some(Secret::new(credential.securitytoken)),
    };
    key.check().map_err(|_| undecodable("an access key that can be sent as headers", asked))?;
    Ok((key, credential.expires_at.as_deref().and_then(super::authenticator::time)))
}

/// The answer itself is never shown: it holds the key.
fn undecodable(expected: &str, asked: &str) -> CredentialsError {
    let kind = ErrorKind::Undecodable(Undecodable { path: "$".to_owned(), expected: expected.to_owned() });
    CredentialsError::new(kind, format!("The answer is not {expected} ({asked})."))
}
