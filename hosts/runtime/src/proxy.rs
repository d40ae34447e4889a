//! The proxy that the environment names. Requests by https go through its tunnel.
//!
//! Requests to loopback never do, and neither does plain http, which leaves no machine. Through a tunnel the proxy resolves
//! the name. Then the host can check only the URL, and not the address that it leads to.
//!
//! The URL of a proxy is read once. A URL that could be read in two ways is refused. Only its host and port are ever
//! shown.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper::ext::ReasonPhrase;
use hyper::upgrade::{self, Upgraded};
use model::no_proxy::{NoProxy, NoProxyError};
use zeroize::Zeroizing;

use crate::connector::Connection;
use crate::explanation::{Explanation, RequestError};
use crate::http::HttpError;
use crate::policy::{Host, Origin};
use crate::printable::excerpt;
use crate::proxy_url::ProxyUrl;

/// The largest head of a proxy's answer, in bytes.
const LARGEST_ANSWER: usize = 16 << 10;

/// Where to go through a proxy, and where not. The default is nowhere.
///
/// ```
/// use component_runtime::Proxy;
///
/// let variables = |name: &str| match name {
///     "HTTPS_PROXY" => Some("http://ann:hush@proxy.example:3128".to_owned()),
///     "NO_PROXY" => Some("internal.example".to_owned()),
///     _ => None,
/// };
/// assert!(Proxy::of_environment(variables).is_ok());
/// let refused = Proxy::of_environment(|_| Some("socks5://ann:hush@proxy.example".to_owned())).err().unwrap();
/// assert!(!refused.to_string().contains("hush"));
/// ```
#[derive(Clone, Default)]
pub struct Proxy(Option<Arc<ProxyServer>>);

/// A proxy that a variable names.
pub(crate) struct ProxyServer {
    variable: &'static str,
    pub(crate) url: ProxyUrl,
    except: NoProxy,
}

/// A variable that cannot be used. The message does not repeat the URL of a proxy, which may hold a password.
///
/// ```
/// use component_runtime::Proxy;
///
/// let refused = Proxy::of_environment(|name| (name == "ALL_PROXY").then(|| "ftp://proxy.example".to_owned()));
/// let refused = refused.err().unwrap();
/// assert_eq!(refused.variable(), "ALL_PROXY");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxyError {
    /// The variable is not the URL of a proxy.
    Url {
        /// The variable's name.
        variable: &'static str,
        /// The reason why the URL is refused.
        why: String,
    },
    /// The variable lists hosts that are reached without a proxy, and one entry cannot be read.
    Exception {
        /// The variable's name.
        variable: &'static str,
        /// The entry, and why it cannot be read.
        why: NoProxyError,
    },
}

impl Proxy {
    /// Takes the first of `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY` and `all_proxy`, except for the hosts of `NO_PROXY`
    /// or `no_proxy`, which [`NoProxy`] reads. An empty variable counts as unset.
    ///
    /// # Errors
    /// The variable is not the URL of a proxy that speaks http or https, or the list of exceptions cannot be read.
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ProxyError> {
        let first = |names: &[&'static str]| {
            names.iter().find_map(|name| Some((*name, variable(name).filter(|value| !value.is_empty())?)))
        };
        let Some((name, url)) = first(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]) else {
            return Ok(Self::default());
        };
        let url = ProxyUrl::read(&url).map_err(|why| ProxyError::Url { variable: name, why })?;
        let except = match first(&["NO_PROXY", "no_proxy"]) {
            Some((variable, hosts)) => hosts.parse().map_err(|why| ProxyError::Exception { variable, why })?,
            None => NoProxy::default(),
        };
        Ok(Self(Some(Arc::new(ProxyServer { variable: name, url, except }))))
    }

    /// The proxy through which an origin is reached; none if it is reached straight.
    pub(crate) fn of(&self, origin: &Origin) -> Option<&Arc<ProxyServer>> {
        // Names below `localhost` are this machine, and not the proxy's. Source: RFC 6761, section 6.3.
        let below = matches!(origin.host(), Host::Name(name) if name.ends_with(".localhost"));
        let here = origin.is_loopback() || below;
        self.0.as_ref().filter(|proxy| !here && origin.is_secure() && !proxy.except.covers(origin))
    }
}

impl ProxyServer {
    /// Asks the proxy for a tunnel to a server, over a connection to the proxy.
    pub(crate) async fn tunnel(&self, connection: Connection, to: &Origin) -> Result<Upgraded, RequestError> {
        let target = format!("{}:{}", to.host(), to.port());
        let mut request = http::Request::connect(target.as_str()).header(HOST, &target);
        if let Some(credentials) = &self.url.credentials {
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

    /// Explains that the proxy cannot be reached.
    pub(crate) fn unreachable(&self, error: RequestError) -> RequestError {
        let why = format!("The proxy {self} cannot be reached. {}", error.reason());
        let next = format!("Check {} and that the proxy runs, then try again.", self.variable);
        RequestError::new(error.into_code(), Explanation::new(why).advising(next))
    }

    /// There is no tunnel within the time for it.
    pub(crate) fn overdue(&self) -> Explanation {
        let why = format!("There was no connection through the proxy {self} in time.");
        let next = format!("Check {}, and that the proxy runs and reaches the server, then try again.", self.variable);
        Explanation::new(why).advising(next)
    }

    fn broken(&self, error: &hyper::Error) -> RequestError {
        let next = format!("Check that {} names an HTTP proxy.", self.variable);
        let (code, why) = if error.is_parse() {
            (HttpError::HttpProtocolError, "sent an answer that is not HTTP")
        } else {
            (HttpError::ConnectionTerminated, "closed the connection instead of making a tunnel")
        };
        RequestError::new(code, Explanation::new(format!("The proxy {self} {why}.")).advising(next))
    }

    fn refused<B>(&self, target: &str, response: &http::Response<B>) -> RequestError {
        let (status, answer) = (response.status(), self.answer(response));
        let why = format!("The proxy {self} answered {answer} when asked for a tunnel to {target}.");
        let (code, next) = match status {
            StatusCode::PROXY_AUTHENTICATION_REQUIRED if self.url.credentials.is_none() => (
                HttpError::ConfigurationError,
                format!("Put a user name and a password into {}: http://user:password@host:port.", self.variable),
            ),
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => (
                HttpError::ConfigurationError,
                format!("Check the user name and the password in {}. Only Basic credentials are sent.", self.variable),
            ),
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => (
                HttpError::DestinationUnavailable,
                "Try again. If it lasts, ask the administrator of the proxy whether it reaches the server.".to_owned(),
            ),
            _ => (
                HttpError::ConfigurationError,
                "Ask the administrator of the proxy why it refuses the tunnel, or list the server in NO_PROXY to \
                 connect without the proxy."
                    .to_owned(),
            ),
        };
        RequestError::new(code, Explanation::new(why).advising(next))
    }

    /// Returns the status of an answer, and its reason unless that repeats the credentials.
    fn answer<B>(&self, response: &http::Response<B>) -> String {
        let status = response.status();
        let said = response.extensions().get::<ReasonPhrase>().map(|said| String::from_utf8_lossy(said.as_bytes()));
        let said = said.unwrap_or_else(|| status.canonical_reason().unwrap_or_default().into());
        let repeats = |secret: &Zeroizing<String>| !secret.is_empty() && said.contains(secret.as_str());
        let hidden = self.url.credentials.iter().flat_map(|credentials| &credentials.secrets).any(repeats);
        if said.is_empty() || hidden {
            status.as_u16().to_string()
        } else {
            excerpt(&format!("{} {said}", status.as_u16()))
        }
    }
}

/// Writes host and port, and the variable that names them.
impl fmt::Display for ProxyServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} ({})", self.url.at.host(), self.url.at.port(), self.variable)
    }
}

impl ProxyError {
    /// Returns the variable's name.
    #[must_use]
    pub fn variable(&self) -> &'static str {
        match self {
            Self::Url { variable, .. } | Self::Exception { variable, .. } => variable,
        }
    }
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url { variable, why } => {
                write!(
                    f,
                    "{variable} is not a usable proxy URL: {why}. Write http://host:port or https://host:port. In a \
                     user name or a password, percent-encode all but letters, digits, `-`, `.`, `_` and `~`: `%40` for \
                     `@`, `%2F` for `/`, `%3F` for `?`, `%23` for `#`, `%25` for `%`, `%5C` for a backslash"
                )
            }
            Self::Exception { variable, why } => write!(f, "{variable} cannot be read: {why}"),
        }
    }
}

impl std::error::Error for ProxyError {}
