//! Region, project and credentials: from arguments, then from the environment and from files.

use crate::credentials::chain::{ResolvedCredentials, Sources};
use crate::credentials::{Identity, Metadata};
use crate::environment::Environment;
use crate::error::InvalidArgument;

/// The settings that the program itself passes. All are optional.
///
/// ```
/// use servicestage::Environment;
/// use servicestage::settings::{Arguments, Settings};
///
/// let arguments = Arguments { region: Some("cn-north-4".to_owned()), ..Arguments::default() };
/// let region = Settings::region(arguments, &Environment::of(|_| None, None))?;
/// assert_eq!(region.value.as_deref(), Some("cn-north-4"));
/// # Ok::<(), servicestage::error::InvalidArgument>(())
/// ```
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
///
/// ```
/// let defaults = servicestage::settings::Defaults { region: Some("cn-north-4".to_owned()), ..Default::default() };
/// assert_eq!(defaults.profile, None);
/// ```
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
///
/// ```
/// use servicestage::Environment;
/// use servicestage::settings::{Arguments, SettingSource, Settings};
///
/// let variables = |name: &str| ["HW_AUTH_TOKEN", "HW_PROJECT_ID"].contains(&name).then(|| "example".to_owned());
/// let settings = Settings::resolve(Arguments::default(), &Environment::of(variables, None))?;
/// assert_eq!(settings.project_id.source, SettingSource::Variable("HW_PROJECT_ID"));
/// assert_eq!(settings.region.source, SettingSource::Missing);
/// # Ok::<(), servicestage::error::InvalidArgument>(())
/// ```
#[derive(Clone, Debug)]
pub struct Settings {
    /// The region.
    pub region: Setting,
    /// The project's id.
    pub project_id: Setting,
    /// The credentials, and where they came from.
    pub credentials: ResolvedCredentials,
}

/// A value that is not secret, and where it came from.
///
/// ```
/// use servicestage::Environment;
/// use servicestage::settings::{Arguments, Setting, SettingSource, Settings};
///
/// let environment = Environment::of(|name| (name == "HW_REGION_NAME").then(|| "cn-north-4".to_owned()), None);
/// let expected = Setting { value: Some("cn-north-4".to_owned()), source: SettingSource::Variable("HW_REGION_NAME") };
/// assert_eq!(Settings::region(Arguments::default(), &environment)?, expected);
/// # Ok::<(), servicestage::error::InvalidArgument>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The value.
    pub value: Option<String>,
    /// Where it came from.
    pub source: SettingSource,
}

/// Where a setting came from.
///
/// ```
/// use servicestage::settings::SettingSource;
/// use servicestage::{Client, Environment};
///
/// let none = Environment::of(|_| None, None);
/// let client = Client::builder().region("cn-north-4").token("hush").environment(none).build()?;
/// assert_eq!(client.settings().region.source, SettingSource::Argument("region"));
/// assert_eq!(client.settings().project_id.source, SettingSource::Missing);
/// # Ok::<(), Box<servicestage::Error>>(())
/// ```
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

impl Settings {
    /// Takes arguments first, then variables, then the profile that the credentials come from.
    ///
    /// A project belongs to one region. So the profile's project does not count where another region than the profile's
    /// is chosen.
    ///
    /// # Errors
    /// There are no credentials, or they are not valid.
    pub fn resolve(arguments: Arguments, environment: &Environment) -> Result<Self, InvalidArgument> {
        let credentials = arguments.sources(environment, &|name| environment.variable(name)).find()?;
        let (region, project_id) = located(&arguments, environment, Some(&credentials));
        Ok(Self { region, project_id, credentials })
    }

    /// Returns the region alone, as [`Settings::resolve`] finds it. Credentials may be missing.
    ///
    /// # Errors
    /// Only a profile could name the region, and the credentials are not valid.
    pub fn region(arguments: Arguments, environment: &Environment) -> Result<Setting, InvalidArgument> {
        let named = region(&arguments, environment, None);
        if matches!(named.source, SettingSource::Argument(_) | SettingSource::Variable(_)) {
            return Ok(named);
        }
        let credentials = arguments.sources(environment, &|name| environment.variable(name)).find_any()?;
        Ok(region(&arguments, environment, credentials.as_ref()))
    }
}

impl Arguments {
    fn sources<'a>(
        &'a self,
        environment: &'a Environment,
        variable: &'a dyn Fn(&str) -> Option<String>,
    ) -> Sources<'a> {
        Sources {
            explicit: self.credentials.clone(),
            profile: self.profile.as_deref(),
            variable,
            home: environment.home(),
            metadata: self.metadata.clone(),
            default_profile: self.defaults.profile.as_deref().map(|profile| (profile, self.defaults.source.as_str())),
        }
    }
}

fn region(arguments: &Arguments, environment: &Environment, credentials: Option<&ResolvedCredentials>) -> Setting {
    let Defaults { region: default, source, .. } = &arguments.defaults;
    Setting::first([
        arguments.region.clone().map(|region| (region, SettingSource::Argument("region"))),
        of_variable(environment, "HW_REGION_NAME"),
        credentials.and_then(|found| of_profile(found, found.region.as_deref())),
        default.clone().map(|region| (region, SettingSource::Default(source.clone()))),
    ])
}

/// Returns region and project; without credentials, as arguments, variables and defaults name them.
pub(crate) fn located(
    arguments: &Arguments,
    environment: &Environment,
    credentials: Option<&ResolvedCredentials>,
) -> (Setting, Setting) {
    let region = region(arguments, environment, credentials);
    let here = credentials.filter(|found| found.region.is_none() || found.region == region.value);
    let project_id = Setting::first([
        arguments.project_id.clone().map(|id| (id, SettingSource::Argument("project-id"))),
        of_variable(environment, "HW_PROJECT_ID"),
        of_variable(environment, "HUAWEICLOUD_SDK_PROJECT_ID"),
        here.and_then(|found| of_profile(found, found.project_id.as_deref())),
    ]);
    (region, project_id)
}

fn of_profile(credentials: &ResolvedCredentials, value: Option<&str>) -> Option<(String, SettingSource)> {
    Some((value?.to_owned(), SettingSource::Profile(credentials.origin())))
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

    fn environment(home: Option<&Folder>, variables: &[Variables]) -> Environment {
        let variables = variables.concat();
        let variable =
            move |name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        Environment::of(variable, home.map(|folder| folder.0.clone()))
    }

    fn resolve(region: Option<&str>, variables: &[Variables]) -> Result<Settings, InvalidArgument> {
        resolve_in(None, region, variables)
    }

    fn resolve_in(
        home: Option<&Folder>,
        region: Option<&str>,
        variables: &[Variables],
    ) -> Result<Settings, InvalidArgument> {
        let environment = environment(home, variables);
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
            let environment = environment(Some(home), &[KEY, variables]);
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
    fn the_region_alone_is_that_of_a_call_and_needs_no_credentials() {
        let home = Folder::new();
        std::fs::create_dir_all(home.0.join(".hcloud")).unwrap();
        let profile = r#"{"current":"c","profiles":[{"name":"c","mode":"AKSK","accessKeyId":"KOO","secretAccessKey":"hush",
            "region":"ru-moscow-1"}]}"#;
        home.write(".hcloud/config.json", profile);
        let here: Variables = &[("HW_REGION_NAME", "eu-west-101")];
        for (argument, variables, home, expected) in [
            (Some("cn-north-4"), here, Some(&home), Some("cn-north-4")),
            (None, here, Some(&home), Some("eu-west-101")),
            (None, &[], Some(&home), Some("ru-moscow-1")),
            (None, KEY, Some(&home), None),
            (None, here, None, Some("eu-west-101")),
            (None, &[], None, None),
            (Some("cn-north-4"), &[("HW_SECRET_KEY", "hush")], None, Some("cn-north-4")),
        ] {
            let environment = environment(home, &[variables]);
            let arguments = Arguments { region: argument.map(str::to_owned), ..Arguments::default() };
            let alone = Settings::region(arguments.clone(), &environment).unwrap();
            assert_eq!(alone.value.as_deref(), expected, "{argument:?} {variables:?}");
            if let Ok(whole) = Settings::resolve(arguments, &environment) {
                assert_eq!(whole.region, alone);
            }
        }
    }

    #[test]
    fn credentials_that_are_missing_name_every_variable() {
        for variables in [&[][..], &[("HW_AUTH_TOKEN", ""), ("HW_ACCESS_KEY", "")]] {
            let error = resolve(None, &[variables]).unwrap_err();
            assert_eq!(error.argument, "credentials");
            let variables = "HW_ACCESS_KEY HW_SECRET_KEY HW_SECURITY_TOKEN HW_AUTH_TOKEN HUAWEICLOUD_SDK_AK \
                             HUAWEICLOUD_SDK_SK HUAWEICLOUD_SDK_SECURITY_TOKEN";
            for part in variables.split(' ').chain(["they are missing"]) {
                assert!(error.reason.contains(part), "{} has no {part}", error.reason);
            }
        }
    }
}
