//! Region, project and credentials: from arguments, then from the environment and from files.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::credentials::chain::{Found, Sources};
use crate::credentials::{Identity, Metadata};
use crate::error::InvalidArgument;

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

/// The settings that the program itself passes. All are optional.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    /// The region.
    pub region: Option<String>,
    /// The project's id.
    pub project_id: Option<String>,
    /// The profile to take the credentials from, and from nowhere else.
    pub profile: Option<String>,
    /// The credentials themselves.
    pub credentials: Option<Identity>,
    /// The metadata of the cloud server, to be asked if nothing else has credentials.
    pub metadata: Option<Metadata>,
    /// The settings where nothing else has them.
    pub defaults: Defaults,
}

/// The settings of a program's own configuration file, which apply where nothing else has them.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// The region.
    pub region: Option<String>,
    /// The profile, as the variable `HW_PROFILE` names one.
    pub profile: Option<String>,
    /// Where they come from, such as the name of the file.
    pub source: String,
}

/// The settings that arguments, environment and files make together.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The region.
    pub region: Setting,
    /// The project's id.
    pub project_id: Setting,
    /// The credentials, and where they came from.
    pub credentials: Found,
}

/// A value that is not secret, and where it came from.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The value.
    pub value: Option<String>,
    /// Where it came from.
    pub source: SettingSource,
}

/// Where a setting came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingSource {
    /// An argument of this name.
    Argument(&'static str),
    /// An environment variable of this name.
    Variable(&'static str),
    /// The profile that the credentials come from, described for people.
    Profile(String),
    /// The defaults of the program, described for people.
    Default(String),
    /// Nowhere.
    Missing,
}

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

impl Settings {
    /// Takes arguments first, then variables, then the profile that the credentials come from.
    ///
    /// A project belongs to one region. So the profile's project does not count where another region than the profile's
    /// is chosen.
    ///
    /// # Errors
    /// There are no credentials, or they are not valid.
    pub fn resolve(arguments: Arguments, environment: &Environment) -> Result<Self, InvalidArgument> {
        let variable = |name: &str| environment.variable(name);
        let defaults = arguments.defaults;
        let sources = Sources {
            explicit: arguments.credentials,
            profile: arguments.profile.as_deref(),
            variable: &variable,
            home: environment.home(),
            metadata: arguments.metadata,
            default_profile: defaults.profile.as_deref().map(|profile| (profile, defaults.source.as_str())),
        };
        let credentials = sources.find()?;
        let profile = |value: Option<&str>| Some((value?.to_owned(), SettingSource::Profile(credentials.origin())));
        let region = Setting::first([
            arguments.region.map(|region| (region, SettingSource::Argument("region"))),
            of_variable(environment, "HW_REGION_NAME"),
            profile(credentials.region.as_deref()),
            defaults.region.map(|region| (region, SettingSource::Default(defaults.source.clone()))),
        ]);
        let elsewhere = credentials.region.is_some() && region.value != credentials.region;
        let project_id = Setting::first([
            arguments.project_id.map(|id| (id, SettingSource::Argument("project-id"))),
            of_variable(environment, "HW_PROJECT_ID"),
            of_variable(environment, "HUAWEICLOUD_SDK_PROJECT_ID"),
            profile(credentials.project_id.as_deref()).filter(|_| !elsewhere),
        ]);
        Ok(Self { region, project_id, credentials })
    }
}

fn of_variable(environment: &Environment, name: &'static str) -> Option<(String, SettingSource)> {
    Some((environment.variable(name)?, SettingSource::Variable(name)))
}

impl Setting {
    fn first<const N: usize>(candidates: [Option<(String, SettingSource)>; N]) -> Self {
        match candidates.into_iter().flatten().next() {
            Some((value, source)) => Self { value: Some(value), source },
            None => Self { value: None, source: SettingSource::Missing },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Folder;

    type Variables = &'static [(&'static str, &'static str)];

    const KEY: Variables = &[("HW_ACCESS_KEY", "id"), ("HW_SECRET_KEY", "secret")];

    fn resolve(region: Option<&str>, variables: &[Variables]) -> Result<Settings, InvalidArgument> {
        resolve_in(None, region, variables)
    }

    fn resolve_in(
        home: Option<&Folder>,
        region: Option<&str>,
        variables: &[Variables],
    ) -> Result<Settings, InvalidArgument> {
        let variables = variables.concat();
        let variable =
            move |name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        let environment = Environment::of(variable, home.map(|folder| folder.0.clone()));
        Settings::resolve(Arguments { region: region.map(str::to_owned), ..Arguments::default() }, &environment)
    }

    #[test]
    fn an_argument_wins_over_a_variable_and_an_empty_variable_is_unset() {
        let region = |region, variables: &[Variables]| resolve(region, variables).unwrap().region.value;
        let here: Variables = &[("HW_REGION_NAME", "eu-west-101")];
        assert_eq!(region(Some("cn-north-4"), &[KEY, here]).as_deref(), Some("cn-north-4"));
        assert_eq!(region(None, &[KEY, here]).as_deref(), Some("eu-west-101"));
        assert_eq!(region(None, &[KEY, &[("HW_REGION_NAME", "")]]), None);
        assert_eq!(region(Some(""), &[KEY, here]).as_deref(), Some(""));
    }

    #[test]
    fn a_default_applies_where_nothing_else_has_a_region() {
        let home = Folder::new();
        std::fs::create_dir_all(home.0.join(".hcloud")).unwrap();
        let region = |home: &Folder, variables: Variables| {
            let variable = move |name: &str| {
                [KEY, variables].concat().iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
            };
            let environment = Environment::of(variable, Some(home.0.clone()));
            let defaults =
                Defaults { region: Some("of-the-file".to_owned()), profile: None, source: "config".to_owned() };
            let profile = home.0.join(".hcloud/config.json").exists().then(|| "c".to_owned());
            let arguments = Arguments { defaults, profile, ..Arguments::default() };
            let region = Settings::resolve(arguments, &environment).unwrap().region;
            (region.value.unwrap(), region.source)
        };
        let default = SettingSource::Default("config".to_owned());
        assert_eq!(region(&home, &[]), ("of-the-file".to_owned(), default));
        let variable = region(&home, &[("HW_REGION_NAME", "here")]);
        assert_eq!(variable, ("here".to_owned(), SettingSource::Variable("HW_REGION_NAME")));
        let profile = r#"{"profiles":[{"name":"c","accessKeyId":"KOO","secretAccessKey":"hush","region":"there"}]}"#;
        home.write(".hcloud/config.json", profile);
        assert_eq!(region(&home, &[]).0, "there");
    }

    #[test]
    fn the_project_comes_from_the_provider_s_variable_before_the_sdk_s() {
        let project = |variables: Variables| resolve(None, &[KEY, variables]).unwrap().project_id.value;
        let both = project(&[("HW_PROJECT_ID", "a"), ("HUAWEICLOUD_SDK_PROJECT_ID", "b")]);
        let one = project(&[("HW_PROJECT_ID", ""), ("HUAWEICLOUD_SDK_PROJECT_ID", "b")]);
        assert_eq!((both.as_deref(), one.as_deref()), (Some("a"), Some("b")));
    }

    #[test]
    fn a_profile_s_project_counts_only_in_the_profile_s_region() {
        let home = Folder::new();
        std::fs::create_dir_all(home.0.join(".hcloud")).unwrap();
        let profile = r#"{"current":"c","profiles":[{"name":"c","mode":"AKSK","accessKeyId":"KOO","secretAccessKey":"hush",
            "region":"cn-north-4","projectId":"of-the-profile"}]}"#;
        home.write(".hcloud/config.json", profile);
        let elsewhere: Variables = &[("HW_REGION_NAME", "eu-west-101")];
        let there: Variables = &[("HW_REGION_NAME", "cn-north-4")];
        let named: Variables = &[("HW_REGION_NAME", "eu-west-101"), ("HW_PROJECT_ID", "named")];
        for (region, variables, expected) in [
            (None, &[][..], Some("of-the-profile")),
            (Some("cn-north-4"), &[], Some("of-the-profile")),
            (None, &[there], Some("of-the-profile")),
            (Some("eu-west-101"), &[], None),
            (None, &[elsewhere], None),
            (Some("cn-north-4"), &[elsewhere], Some("of-the-profile")),
            (None, &[named], Some("named")),
        ] {
            let settings = resolve_in(Some(&home), region, variables).unwrap();
            assert_eq!(settings.project_id.value.as_deref(), expected, "{region:?} {variables:?}");
            assert!(!format!("{settings:?}").contains("hush"), "{settings:?}");
        }
    }

    #[test]
    fn the_project_of_a_profile_without_a_region_counts_in_every_region() {
        let home = Folder::new();
        std::fs::create_dir_all(home.0.join(".huaweicloud")).unwrap();
        home.write(".huaweicloud/credentials", "[basic]\nak=AK\nsk=hush\nproject_id=p\n");
        let settings = resolve_in(Some(&home), Some("cn-north-4"), &[]).unwrap();
        assert_eq!(settings.project_id.value.as_deref(), Some("p"));
        assert!(matches!(settings.project_id.source, SettingSource::Profile(_)), "{settings:?}");
    }

    #[test]
    fn credentials_that_are_missing_name_every_variable() {
        for variables in [&[][..], &[("HW_AUTH_TOKEN", ""), ("HW_ACCESS_KEY", "")]] {
            let error = resolve(None, &[variables]).unwrap_err();
            assert_eq!(error.argument, "credentials");
            for part in [
                "they are missing",
                "HW_ACCESS_KEY",
                "HW_SECRET_KEY",
                "HW_SECURITY_TOKEN",
                "HW_AUTH_TOKEN",
                "HUAWEICLOUD_SDK_AK",
                "HUAWEICLOUD_SDK_SK",
                "HUAWEICLOUD_SDK_SECURITY_TOKEN",
            ] {
                assert!(error.reason.contains(part), "{} has no {part}", error.reason);
            }
        }
    }
}
