//! The URL of a proxy, which may hold a user name and a password. Pure.
//!
//! It is read strictly by RFC 3986. A password that is not percent-encoded could move the end of the host, and a reader
//! that guesses would send it to another server. No message repeats any of the text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fluent_uri::Uri;
use fluent_uri::component::Scheme;
use fluent_uri::pct_enc::EStr;
use fluent_uri::pct_enc::encoder::Userinfo;
use http::HeaderValue;
use model::origin::{Origin, OriginError};
use model::text::is_padded;
use zeroize::Zeroizing;

const SCHEME: &str = "it does not begin with http:// or https://";
const REST: &str = "it has a path, a query or a fragment";

/// The address of a proxy, and the credentials for it.
pub(crate) struct ProxyUrl {
    /// Whether the connection to it uses TLS.
    pub(crate) secure: bool,
    /// Its host and port. The scheme is always https: an origin with plain http would have to be loopback.
    pub(crate) at: Origin,
    pub(crate) credentials: Option<Credentials>,
}

/// The header that authenticates the user to the proxy, and the texts that must stay secret.
pub(crate) struct Credentials {
    pub(crate) header: HeaderValue,
    pub(crate) secrets: Vec<Zeroizing<String>>,
}

impl ProxyUrl {
    /// Reads a URL such as `http://user:password@proxy.example:3128`. Without a scheme it is http.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        if is_padded(text) {
            return Err(OriginError::Padded.to_string());
        }
        let text = match text.split_once(':') {
            Some((_, rest)) if rest.starts_with("//") => Zeroizing::new(text.to_owned()),
            // The scheme is not a user name.
            Some((scheme, _)) if ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
                return Err(SCHEME.to_owned());
            }
            _ => Zeroizing::new(format!("http://{text}")),
        };
        let url = Uri::parse(text.as_str()).map_err(|_| "it is not a URL")?;
        let (secure, port) = match url.scheme() {
            scheme if scheme == Scheme::new_or_panic("http") => (false, "80"),
            scheme if scheme == Scheme::new_or_panic("https") => (true, "443"),
            _ => return Err(SCHEME.to_owned()),
        };
        let authority = url.authority().ok_or(SCHEME)?;
        if !matches!(url.path().as_str(), "" | "/") || url.has_query() || url.has_fragment() {
            return Err(REST.to_owned());
        }
        let port = authority.port().map_or(port, |port| port.as_str());
        let at = Origin::from_parts("https", &format!("{}:{port}", authority.host()));
        let credentials = authority.userinfo().filter(|user| !user.is_empty()).map(Credentials::read).transpose()?;
        Ok(Self { secure, at: at.map_err(|error| error.to_string())?, credentials })
    }
}

impl Credentials {
    /// Reads `user:password`, in which any character may be percent-encoded.
    fn read(text: &EStr<Userinfo>) -> Result<Self, String> {
        let (user, password) = text.split_once(':').unwrap_or((text, EStr::EMPTY));
        let decoded = |part: &EStr<Userinfo>| Zeroizing::new(part.decode().to_bytes().into_owned());
        let (name, secret) = (decoded(user), decoded(password));
        // The colon ends the user name. Source: RFC 7617, section 2.
        if name.contains(&b':') {
            return Err("its user name holds a colon, which Basic authentication does not allow".to_owned());
        }
        if name.iter().chain(secret.iter()).any(u8::is_ascii_control) {
            return Err("its user name or its password holds a control character".to_owned());
        }
        let basic = Zeroizing::new(STANDARD.encode(Zeroizing::new([&name, b":".as_slice(), &secret].concat())));
        let mut header = HeaderValue::from_str(&Zeroizing::new(format!("Basic {}", *basic)))
            .map_err(|_| "its user name or its password cannot be sent".to_owned())?;
        header.set_sensitive(true);
        let written = [user, password].map(|part| Zeroizing::new(part.as_str().to_owned()));
        let meant = [name, secret].map(|part| Zeroizing::new(String::from_utf8_lossy(&part).into_owned()));
        Ok(Self { header, secrets: written.into_iter().chain(meant).chain([basic]).collect() })
    }
}
