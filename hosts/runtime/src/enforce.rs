//! The policy at work: a layer before all others, and a check between resolving a name and connecting.

use std::sync::{Arc, Mutex, PoisonError};

use tracing::{Span, info};

use crate::explanation::Explanation;
use crate::http::{Decision, HttpError, Layer, Request, Timeouts, Verdict};
use crate::policy::{self, Declaration, Denial, Grant};

/// The most denials that are kept: a component can ask without end.
const KEPT: usize = 32;

/// A declaration, a grant, the denials so far, and the reason of the last failure. Clones share them.
///
/// One policy serves one call, or calls whose denials need not be kept apart. It is the first layer of its stack, and
/// [`crate::Client::under`] also puts it into the client at the stack's end. The default denies everything.
///
/// ```
/// use component_runtime::http::{Timeouts, Verdict, full};
/// use component_runtime::{Declaration, Grant, Layer, Policy};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let declaration = Declaration::from_json(
///     r#"{"version": 1, "requests": [{"role": "service", "method": "GET", "path": "/v1/things"}]}"#,
/// ).unwrap();
/// let mut grant = Grant::default();
/// grant.allow_origin("service", "https://api.example.com").unwrap();
/// let policy = Policy::new(declaration, grant);
/// let get = |url: &str| http::Request::get(url).body(full("")).unwrap();
/// let allowed = policy.decide(get("https://api.example.com/v1/things"), &Timeouts::default()).await;
/// assert!(matches!(allowed, Verdict::Continue(_)));
/// let denied = policy.decide(get("https://api.example.com/v1/secrets"), &Timeouts::default()).await;
/// assert!(matches!(denied, Verdict::Complete(Err(_))));
/// assert_eq!(policy.denials()[0].asked(), "GET https://api.example.com/v1/secrets");
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Policy(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    declaration: Declaration,
    grant: Grant,
    denials: Mutex<Vec<Denial>>,
    explanation: Mutex<Option<Explanation>>,
}

impl Policy {
    /// Returns a policy that lets a request pass if it is both declared and granted.
    #[must_use]
    pub fn new(declaration: Declaration, grant: Grant) -> Self {
        Self(Arc::new(Inner { declaration, grant, ..Inner::default() }))
    }

    /// Returns the declaration of the component.
    #[must_use]
    pub fn declaration(&self) -> &Declaration {
        &self.0.declaration
    }

    /// Returns the grant of the user.
    #[must_use]
    pub fn grant(&self) -> &Grant {
        &self.0.grant
    }

    /// Returns the first 32 denials so far, each once.
    #[must_use]
    pub fn denials(&self) -> Vec<Denial> {
        self.0.denials.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns why the last request failed, if more is known than the code that the component receives. Returns none if
    /// it did not fail.
    #[must_use]
    pub fn explanation(&self) -> Option<Explanation> {
        self.0.explanation.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stores why a request failed, and logs it. None means that another request begins.
    pub(crate) fn explain(&self, explanation: Option<&Explanation>) {
        if let Some(explanation) = explanation {
            info!("{}", explanation.reason());
        }
        *self.0.explanation.lock().unwrap_or_else(PoisonError::into_inner) = explanation.cloned();
    }

    /// Keeps a denial, unless a retry brought it again, and tells the span of the request.
    pub(crate) fn keep(&self, denial: Denial) {
        Span::current().record("verdict", format_args!("denied: {}", denial.reason()));
        let mut denials = self.0.denials.lock().unwrap_or_else(PoisonError::into_inner);
        if denials.len() < KEPT && !denials.contains(&denial) {
            denials.push(denial);
        }
    }
}

/// Passes on requests that the policy allows, with the [`policy::Role`] among their extensions, and denies the rest.
/// The span of the request has the verdict.
impl Layer for Policy {
    fn decide<'a>(&'a self, mut request: Request, _: &'a Timeouts) -> Decision<'a> {
        let verdict = match policy::check(request.method(), request.uri(), &self.0.declaration, &self.0.grant) {
            Ok(role) => {
                Span::current().record("verdict", format_args!("allowed as {role}"));
                request.extensions_mut().insert(role);
                Verdict::Continue(request)
            }
            Err(denial) => {
                self.keep(denial);
                Verdict::Complete(Err(HttpError::HttpRequestDenied))
            }
        };
        Box::pin(std::future::ready(verdict))
    }
}
