//! The environment of a process, as settings are taken from it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The environment variables and the home folder that settings are taken from.
///
/// ```
/// use servicestage::Environment;
///
/// let environment = Environment::of(|name| (name == "HW_REGION_NAME").then(|| "cn-north-4".to_owned()), None);
/// assert_eq!(environment.variable("HW_REGION_NAME").as_deref(), Some("cn-north-4"));
/// assert_eq!(environment.variable("HW_PROJECT_ID"), None);
/// ```
#[derive(Clone)]
pub struct Environment {
    variable: Arc<Variable>,
    home: Option<PathBuf>,
}

/// Returns the value of the variable of this name.
type Variable = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Environment {
    /// Returns the environment of this process. The home folder is what `HOME` or `USERPROFILE` names.
    #[must_use]
    pub fn of_process() -> Self {
        // Not the home of the user database: a user who unsets the variable wants no home folder.
        let home = ["HOME", "USERPROFILE"].iter().find_map(std::env::var_os).filter(|home| !home.is_empty());
        // A value that is not Unicode becomes text that is refused.
        let variable = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        Self::of(variable, home.map(PathBuf::from))
    }

    /// Returns an environment with these variables and this home folder.
    #[must_use]
    pub fn of(variable: impl Fn(&str) -> Option<String> + Send + Sync + 'static, home: Option<PathBuf>) -> Self {
        Self { variable: Arc::new(variable), home }
    }

    /// Returns the value of a variable. An empty variable counts as unset.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.is_empty())
    }

    /// Returns the home folder.
    #[must_use]
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").field("home", &self.home).finish_non_exhaustive()
    }
}
