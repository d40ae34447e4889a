//! The proxy that the environment names: requests by https go through a tunnel of it.
//!
//! What is loopback never does, and neither does plain http, which leaves no machine. Through a tunnel the proxy resolves
//! the name: then only what the URL says can be checked, and not where it leads.
//!
//! The URL of a proxy is read once, and whatever could be read in two ways is refused. Of what it holds, only host and port
//! are ever told.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use fluent_uri::Uri;
use fluent_uri::component::Scheme;
use fluent_uri::pct_enc::EStr;
use fluent_uri::pct_enc::encoder::Userinfo;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::{HeaderValue, StatusCode};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper::ext::ReasonPhrase;
use hyper::upgrade::{self, Upgraded};
use model::no_proxy::{NoProxy, Unreadable};
use model::origin::Origin;
use zeroize::Zeroizing;

use crate::connector::Connection;
use crate::explanation::{Explanation, Fault};
use crate::http::HttpError;
use crate::policy::denial::shown;
use crate::policy::{self, Host, OriginError};

/// The largest head of a proxy's answer, in bytes.
const LARGEST_ANSWER: usize = 16 << 10;

const SCHEME: &str = "it does not begin with http:// or https://";
const REST: &str = "it has a path, a query or a fragment";

/// Where to go through a proxy, and where not. The default is nowhere.
#[derive(Clone, Default)]
pub struct Proxy(Option<Arc<Named>>);

/// A proxy that a variable names.
pub(crate) struct Named {
    variable: &'static str,
    /// Whether TLS is spoken with it.
    pub(crate) secure: bool,
    pub(crate) host: Host,
    pub(crate) port: u16,
    credentials: Option<Credentials>,
    except: NoProxy,
}

/// What a proxy is told to know its user, and what must not be told to anybody else.
struct Credentials {
    header: HeaderValue,
    secrets: Vec<Zeroizing<String>>,
}

/// A variable that cannot be used. The message does not repeat the URL of a proxy, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// The variable holds no URL of a proxy.
    Url {
        /// The variable's name.
        variable: &'static str,
        /// What is wrong with the URL.
        why: String,
    },
    /// The variable lists hosts that are reached without a proxy, and one of them cannot be read.
    Exception {
        /// The variable's name.
        variable: &'static str,
        /// Which entry, and why.
        why: Unreadable,
    },
}

impl Proxy {
    /// Takes the first of `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY` and `all_proxy`, except for the hosts of `NO_PROXY`
    /// or `no_proxy`, which [`NoProxy`] reads. An empty variable counts as unset.
    ///
    /// # Errors
    /// The variable is no URL of a proxy that speaks http or https, or the list of exceptions cannot be read.
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Unusable> {
        let first = |names: &[&'static str]| {
            names.iter().find_map(|name| Some((*name, variable(name).filter(|value| !value.is_empty())?)))
        };
        let Some((name, url)) = first(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]) else {
            return Ok(Self::default());
        };
        let mut named = Named::read(name, &url).map_err(|why| Unusable::Url { variable: name, why })?;
        if let Some((variable, hosts)) = first(&["NO_PROXY", "no_proxy"]) {
            named.except = hosts.parse().map_err(|why| Unusable::Exception { variable, why })?;
        }
        Ok(Self(Some(Arc::new(named))))
    }

    /// The proxy through which an origin is reached; none if it is reached straight.
    pub(crate) fn of(&self, uri: &http::Uri) -> Option<&Arc<Named>> {
        let origin = Origin::from_parts(uri.scheme_str()?, uri.authority()?.as_str()).ok()?;
        // Names below `localhost` are this machine, and not the proxy's. Source: RFC 6761, section 6.3.
        let below = matches!(origin.host(), model::origin::Host::Name(name) if name.ends_with(".localhost"));
        let here = origin.is_loopback() || below;
        self.0.as_ref().filter(|proxy| !here && origin.is_secure() && !proxy.except.covers(&origin))
    }
}

impl Named {
    /// Reads a URL such as `http://user:password@proxy.example:3128`. Without a scheme it is http.
    fn read(variable: &'static str, url: &str) -> Result<Self, String> {
        let prefixed = match url.split_once("://") {
            Some(_) => Zeroizing::new(url.to_owned()),
            // Not a user of that name.
            None if ["http:", "https:"].iter().any(|scheme| url.starts_with(scheme)) => return Err(SCHEME.to_owned()),
            None => Zeroizing::new(format!("http://{url}")),
        };
        let url = Uri::parse(prefixed.as_str()).map_err(|_| "it is not a URL")?;
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
        // The scheme here only stands for one that may lead anywhere.
        let at = Origin::from_parts("https", &format!("{}:{port}", authority.host()));
        let at = at.map_err(|error| error.to_string())?;
        let host = at.host().to_string().parse().map_err(|error: OriginError| error.to_string())?;
        let credentials = authority.userinfo().filter(|user| !user.is_empty()).map(Credentials::read).transpose()?;
        Ok(Self { variable, secure, host, port: at.port(), credentials, except: NoProxy::default() })
    }

    /// Has the proxy connect to a server, over a connection to the proxy.
    pub(crate) async fn tunnel(&self, connection: Connection, to: &policy::Origin) -> Result<Upgraded, Fault> {
        let target = format!("{}:{}", to.host(), to.port());
        let mut request = http::Request::connect(target.as_str()).header(HOST, &target);
        if let Some(credentials) = &self.credentials {
            request = request.header(PROXY_AUTHORIZATION, &credentials.header);
        }
        let request = request.body(Empty::<Bytes>::new()).map_err(|_| HttpError::HttpRequestUriInvalid)?;
        let mut http = http1::Builder::new();
        http.title_case_headers(true).max_buf_size(LARGEST_ANSWER);
        let (mut sender, spoken) = http.handshake(connection).await.map_err(|error| self.broken(&error))?;
        tokio::spawn(spoken.with_upgrades());
        let response = sender.send_request(request).await.map_err(|error| self.broken(&error))?;
        if !response.status().is_success() {
            return Err(self.refused(&target, &response));
        }
        upgrade::on(response).await.map_err(|error| self.broken(&error))
    }

    /// There is no connection to the proxy.
    pub(crate) fn unreachable(&self, fault: Fault) -> Fault {
        let why = format!("The proxy {self} cannot be reached. {}", fault.why());
        let next = format!("Check {} and that the proxy runs, then try again.", self.variable);
        Fault::new(fault.into_code(), Explanation::new(why).advising(next))
    }

    fn broken(&self, error: &hyper::Error) -> Fault {
        let next = format!("Check that {} names an HTTP proxy.", self.variable);
        let (code, why) = if error.is_parse() {
            (HttpError::HttpProtocolError, "sent an answer that is not HTTP")
        } else {
            (HttpError::ConnectionTerminated, "closed the connection instead of making a tunnel")
        };
        Fault::new(code, Explanation::new(format!("The proxy {self} {why}.")).advising(next))
    }

    fn refused<B>(&self, target: &str, response: &http::Response<B>) -> Fault {
        let (status, answer) = (response.status(), self.answer(response));
        let why = format!("The proxy {self} answered {answer} when asked for a tunnel to {target}.");
        let (code, next) = match status {
            StatusCode::PROXY_AUTHENTICATION_REQUIRED if self.credentials.is_none() => (
                HttpError::ConfigurationError,
                format!("Put a user name and a password into {}: http://user:password@host:port.", self.variable),
            ),
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => (
                HttpError::ConfigurationError,
                format!("Check the user name and the password in {}. Only Basic credentials are sent.", self.variable),
            ),
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => (
                HttpError::DestinationUnavailable,
                "Try again; if it lasts, ask whoever runs the proxy whether it reaches this server.".to_owned(),
            ),
            _ => (
                HttpError::ConfigurationError,
                "Ask whoever runs the proxy to allow this server, or list it in NO_PROXY.".to_owned(),
            ),
        };
        Fault::new(code, Explanation::new(why).advising(next))
    }

    /// The status of an answer and its reason, unless that repeats the credentials.
    fn answer<B>(&self, response: &http::Response<B>) -> String {
        let status = response.status();
        let said = response.extensions().get::<ReasonPhrase>().map(|said| String::from_utf8_lossy(said.as_bytes()));
        let said = said.unwrap_or_else(|| status.canonical_reason().unwrap_or_default().into());
        let telling = |secret: &Zeroizing<String>| !secret.is_empty() && said.contains(secret.as_str());
        let hidden = self.credentials.iter().flat_map(|credentials| &credentials.secrets).any(telling);
        if said.is_empty() || hidden {
            status.as_u16().to_string()
        } else {
            shown(&format!("{} {said}", status.as_u16()))
        }
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
            return Err("its user name holds a colon, which a proxy cannot be told".to_owned());
        }
        if name.iter().chain(secret.iter()).any(u8::is_ascii_control) {
            return Err("its user name or its password holds a control character".to_owned());
        }
        let basic = Zeroizing::new(STANDARD.encode(Zeroizing::new([&name, b":".as_slice(), &secret].concat())));
        let mut header = HeaderValue::from_str(&Zeroizing::new(format!("Basic {}", *basic)))
            .map_err(|_| "its user name or its password cannot be sent".to_owned())?;
        header.set_sensitive(true);
        let decoded = Zeroizing::new(String::from_utf8_lossy(&secret).into_owned());
        Ok(Self { header, secrets: vec![basic, decoded, Zeroizing::new(password.as_str().to_owned())] })
    }
}

/// Host and port, and the variable that names them.
impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} ({})", self.host, self.port, self.variable)
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url { variable, why } => {
                write!(
                    f,
                    "{variable} names no proxy that can be used: {why}. Write http://host:port or https://host:port. In a \
                     user name or a password, write `%40` for `@`, `%2F` for `/`, `%3F` for `?`, `%23` for `#` and `%25` \
                     for `%`"
                )
            }
            Self::Exception { variable, why } => write!(f, "{variable} cannot be read: {why}"),
        }
    }
}

impl std::error::Error for Unusable {}
