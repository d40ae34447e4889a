//! `servicestage config`, and the settings of the configuration file. A flag, a variable or a profile wins over them.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::tz::TimeZone;
use model::region;
use model::text::quoted;
use servicestage::Environment;
use servicestage::atomic::{AtomicFile, Mode};
use servicestage::credentials::store;
use servicestage::error::{Error, InvalidArgument};
use toml_edit::{DocumentMut, Item, value};

use crate::args::local::Config;
use crate::args::output::OutputFormat;
use crate::fields::{self, Field};
use crate::output::Printer;
use crate::report::{self, invalid};
use crate::text;

/// The operation that an error names as failed.
const OPERATION: &str = "config";

/// The names of the settings.
const NAMES: [&str; 4] = ["region", "profile", "output", "columns"];

/// The settings in the file.
#[derive(Debug, Default)]
pub struct Settings {
    /// The region.
    pub region: Option<String>,
    /// The profile of the credentials.
    pub profile: Option<String>,
    /// The form of listings.
    pub output: Option<OutputFormat>,
    /// The columns of tables.
    pub columns: Vec<&'static Field>,
}

/// Returns where the file is: in `XDG_CONFIG_HOME`, or in `.config` of the home folder.
pub fn file(environment: &Environment) -> Option<PathBuf> {
    // By its specification, a path that is not absolute does not count.
    let folder = environment.variable("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = folder.or_else(|| Some(environment.home()?.join(".config")))?;
    Some(folder.join("servicestage").join("config.toml"))
}

/// Reads the settings of the process's file. A file that does not exist has none.
pub fn of_process() -> Result<Settings, InvalidArgument> {
    let Some(file) = file(&Environment::of_process()) else { return Ok(Settings::default()) };
    let document = read(&file)?;
    let mut settings = Settings::default();
    for (name, item) in document.iter() {
        let text = text_of(item).ok_or_else(|| unusable(&file, &format!("{} is not text", quoted(name))))?;
        set(&mut settings, name, &text).map_err(|reason| unusable(&file, &reason))?;
    }
    Ok(settings)
}

/// Takes a setting over, if it is a valid one.
fn set(settings: &mut Settings, name: &str, text: &str) -> Result<(), String> {
    match name {
        "region" => {
            region::check(text).map_err(|error| error.to_string())?;
            settings.region = Some(text.to_owned());
        }
        "profile" => {
            store::check(text).map_err(|invalid| invalid.reason)?;
            settings.profile = Some(text.to_owned());
        }
        "output" => {
            let forms = || OutputFormat::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            let names = || forms().map(|form| form.get_name().to_owned()).collect::<Vec<_>>().join(", ");
            let unknown = |_| format!("{} is not an output; write one of {}", quoted(text), names());
            settings.output = Some(OutputFormat::from_str(text, false).map_err(unknown)?);
        }
        "columns" => {
            let find = |name: &str| fields::find(name.trim()).ok_or_else(|| unknown_column(name));
            settings.columns = text.split(',').map(find).collect::<Result<_, _>>()?;
        }
        other => return Err(unknown_setting(other)),
    }
    Ok(())
}

fn unknown_setting(name: &str) -> String {
    format!("{} is not a setting; write one of {}", quoted(name), NAMES.join(", "))
}

fn unknown_column(name: &str) -> String {
    let known = fields::FIELDS.iter().map(|field| field.word).collect::<Vec<_>>().join(", ");
    format!("{} is not a column; write some of {known}", quoted(name.trim()))
}

/// A setting is text, or a list of it.
fn text_of(item: &Item) -> Option<String> {
    if let Some(items) = item.as_array() {
        let words: Option<Vec<&str>> = items.iter().map(toml_edit::Value::as_str).collect();
        return words.map(|words| words.join(","));
    }
    item.as_str().map(str::to_owned)
}

fn read(file: &Path) -> Result<DocumentMut, InvalidArgument> {
    // A folder that this user may not enter belongs to another one, whose HOME `sudo` may have kept.
    if !file.exists() {
        return Ok(DocumentMut::new());
    }
    open(file).map(|(_, document)| document)
}

/// The file, to be replaced, and what it holds. One that does not exist is empty.
fn open(file: &Path) -> Result<(AtomicFile, DocumentMut), InvalidArgument> {
    let unusable = |error: std::io::Error| unusable(file, &error);
    let opened = AtomicFile::open(file).map_err(unusable)?;
    let text = opened.text().map_err(unusable)?;
    let document = parse(file, text.strip_prefix('\u{feff}').unwrap_or(text))?;
    Ok((opened, document))
}

fn parse(file: &Path, text: &str) -> Result<DocumentMut, InvalidArgument> {
    text.parse::<DocumentMut>().map_err(|error| unusable(file, &error.message()))
}

fn unusable(file: &Path, why: &dyn std::fmt::Display) -> InvalidArgument {
    invalid("config", format!("{file:?} cannot be used: {why}"))
}

/// Prints settings, or writes one.
pub fn run(command: &Config) -> Result<u8, Box<Error>> {
    let refuse = |invalid| report::invalid_argument(OPERATION, invalid);
    let no_home = || refuse(invalid("config", "no home folder is known; set HOME or XDG_CONFIG_HOME"));
    let file = file(&Environment::of_process()).ok_or_else(no_home)?;
    let document = || read(&file).map_err(refuse);
    let printed = match command {
        Config::Get { name } => {
            known(name).map_err(refuse)?;
            shown(&document()?, name).map(|value| format!("{value}\n")).unwrap_or_default()
        }
        Config::List => {
            let document = document()?;
            let settings = NAMES.iter().filter_map(|name| Some(format!("{name} = {}\n", shown(&document, name)?)));
            format!("# {}\n{}", text::line(&file.display().to_string()), settings.collect::<String>())
        }
        Config::Set { name, value } => {
            write(&file, name, value).map_err(refuse)?;
            return Ok(0);
        }
    };
    Printer::plain(TimeZone::UTC).print(OPERATION, &printed)?;
    Ok(0)
}

/// A setting as the file has it, safe to print.
fn shown(document: &DocumentMut, name: &str) -> Option<String> {
    document.get(name).and_then(text_of).map(|value| text::line(&value))
}

/// Writes a setting that is valid, or removes one. The comments and the mode of the file stay.
fn write(file: &Path, name: &str, text: &str) -> Result<(), InvalidArgument> {
    known(name)?;
    if !text.is_empty() {
        set(&mut Settings::default(), name, text).map_err(|reason| invalid("VALUE", reason))?;
    }
    let (opened, mut document) = open(file)?;
    if text.is_empty() {
        document.remove(name);
    } else {
        replace(&mut document, name, text);
    }
    opened.replace(document.to_string().as_bytes(), Mode::Kept).map_err(|error| unusable(file, &error))
}

fn known(name: &str) -> Result<(), InvalidArgument> {
    if NAMES.contains(&name) { Ok(()) } else { Err(invalid("NAME", unknown_setting(name))) }
}

/// Replaces a value. The comment beside it stays.
fn replace(document: &mut DocumentMut, name: &str, text: &str) {
    let mut new = toml_edit::Value::from(text);
    if let Some(old) = document.get(name).and_then(Item::as_value) {
        *new.decor_mut() = old.decor().clone();
    }
    document[name] = value(new);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_replaced_and_comments_stay() {
        let mut document: DocumentMut = "# mine\nregion = \"a\" # here\n\n# form\noutput = \"json\"\n".parse().unwrap();
        replace(&mut document, "region", "b");
        replace(&mut document, "profile", "p");
        let expected = "# mine\nregion = \"b\" # here\n\n# form\noutput = \"json\"\nprofile = \"p\"\n";
        assert_eq!(document.to_string(), expected);
    }

    #[test]
    fn only_valid_settings_are_taken() {
        let take = |name: &str, text: &str| {
            let mut settings = Settings::default();
            set(&mut settings, name, text).map(|()| settings)
        };
        assert_eq!(take("output", "json").unwrap().output, Some(OutputFormat::Json));
        let columns = take("columns", "name, last_run").unwrap().columns;
        assert_eq!(columns.iter().map(|field| field.word).collect::<Vec<_>>(), ["name", "last-run"]);
        for (name, text, why) in [
            ("region", "cn north 4", "\"cn north 4\" is not a region; write one such as cn-north-4"),
            ("profile", "a\n", "it holds a bracket or a control character"),
            ("output", "jsn", "\"jsn\" is not an output; write one of table, wide, json"),
            ("columns", "name,nme", "\"nme\" is not a column; write some of id, name"),
            ("colour", "x", "\"colour\" is not a setting; write one of region, profile, output, columns"),
        ] {
            assert!(take(name, text).unwrap_err().starts_with(why), "{name}");
        }
    }
}
