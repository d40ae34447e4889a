//! The pages of a provider in the layout of Terraform's registry, made from the component's description.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use component_runtime::printable;
use serde_json::Value;
use terraform_provider_servicestage::provider_name;

use crate::args::invalid;
use crate::{open, print};

/// Writes the pages into a folder, and prints their names.
pub fn write(file: &Path, folder: &Path) -> Result<()> {
    let provider = provider_name(file).map_err(invalid)?;
    let described = open::describe(file)?;
    let described = printable_texts(serde_json::from_str(&described)?);
    for (path, text) in pages(&provider, &described, folder)? {
        let unwritten = || format!("{} cannot be written", path.display());
        path.parent().map_or(Ok(()), fs::create_dir_all).with_context(unwritten)?;
        fs::write(&path, text).with_context(unwritten)?;
        print::line(&printable::line(&path.display().to_string()))?;
    }
    Ok(())
}

/// Returns the description without characters that control a terminal or turn the direction of text.
fn printable_texts(value: Value) -> Value {
    match value {
        Value::String(text) => printable::lines(&text).into(),
        Value::Array(items) => items.into_iter().map(printable_texts).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, printable_texts(value))).collect(),
        other => other,
    }
}

fn pages(provider: &str, described: &Value, folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let name = printable::line(text(described, "name"));
    let mut index = page(&format!("{name} provider"), text(described, "description"));
    examples(&mut index, folder, "provider")?;
    schema(&mut index, described, &described["provider"]);
    let mut pages = vec![(folder.join("index.md"), index)];
    for source in list(&described["sources"]) {
        let name = text(source, "name");
        let mut page = page(&format!("{provider}_{name} (data source)"), text(source, "description"));
        examples(&mut page, folder, name)?;
        schema(&mut page, described, &source["object"]);
        pages.push((folder.join("data-sources").join(format!("{name}.md")), page));
    }
    Ok(pages)
}

/// Begins a page with its front matter. A string of JSON is one of YAML too.
fn page(title: &str, description: &str) -> String {
    format!(
        "---\npage_title: {}\ndescription: {}\n---\n\n<!-- Written by `data-source docs`. -->\n\n# {title}\n\n{description}\n",
        Value::from(title),
        Value::from(print::first_sentence(description))
    )
}

/// Adds the examples whose files begin with the name of the page.
fn examples(page: &mut String, folder: &Path, name: &str) -> Result<()> {
    let unreadable = || format!("the examples in {} cannot be read", folder.join("examples").display());
    let Ok(entries) = fs::read_dir(folder.join("examples")) else { return Ok(()) };
    let mut files: Vec<PathBuf> =
        entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>().with_context(unreadable)?;
    files.sort_by(|one, other| one.file_stem().cmp(&other.file_stem()));
    let belongs = |file: &&PathBuf| {
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let rest = stem.strip_prefix(name);
        file.extension().is_some_and(|ending| ending == "tf")
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let files: Vec<&PathBuf> = files.iter().filter(belongs).collect();
    if files.is_empty() {
        return Ok(());
    }
    page.push_str("\n## Example usage\n");
    for file in files {
        let example = component_runtime::files::read_text(file).with_context(|| file.display().to_string())?;
        // Writing to text does not fail.
        let _ = write!(page, "\n```terraform\n{}\n```\n", example.trim_end());
    }
    Ok(())
}

/// Adds an object's attributes, grouped by who sets them, and then the objects within it.
fn schema(page: &mut String, described: &Value, index: &Value) {
    page.push_str("\n## Schema\n");
    let mut within = Vec::new();
    attributes(page, described, index, &mut within);
    while let Some((name, index)) = within.pop() {
        let _ = write!(page, "\n<a id=\"{name}\"></a>\n### Within `{name}`\n");
        attributes(page, described, &index, &mut within);
    }
}

fn attributes(page: &mut String, described: &Value, index: &Value, within: &mut Vec<(String, Value)>) {
    let object = index.as_u64().and_then(|index| described["objects"].get(usize::try_from(index).ok()?));
    let attributes = object.map(|object| list(&object["attributes"])).unwrap_or_default();
    let parts: [(&str, &[&str]); 3] =
        [("Required", &["required"]), ("Optional", &["optional", "optional_computed"]), ("Read-only", &["computed"])];
    for (title, modes) in parts {
        let lines: Vec<String> =
            attributes.iter().filter(|a| modes.contains(&text(a, "mode"))).map(|a| line(a, within)).collect();
        if !lines.is_empty() {
            let _ = write!(page, "\n### {title}\n\n{}", lines.concat());
        }
    }
}

fn line(attribute: &Value, within: &mut Vec<(String, Value)>) -> String {
    let name = text(attribute, "name");
    let holds = &attribute["holds"];
    let element = match &holds["element"] {
        Value::String(element) if element == "text" => "String".to_owned(),
        Value::String(element) if element == "number" => "Number".to_owned(),
        Value::String(_) => "Boolean".to_owned(),
        object => {
            within.push((name.to_owned(), object["object"].clone()));
            "Object".to_owned()
        }
    };
    let collections = list(&holds["collections"]).iter().rev().filter_map(Value::as_str);
    let kind = collections.fold(element, |inner, collection| {
        let collection = match collection {
            "list" => "List",
            "set" => "Set",
            _ => "Map",
        };
        format!("{collection} of {inner}")
    });
    let mut line = format!("- `{name}` ({kind}");
    line.push_str(if attribute["sensitive"] == true { ", sensitive) " } else { ") " });
    // A line that is not indented would end the item.
    line.push_str(&text(attribute, "description").replace('\n', "\n  "));
    if holds["element"].is_object() {
        let _ = write!(line, " See [within `{name}`](#{name}).");
    }
    let environment: Vec<&str> = list(&attribute["environment"]).iter().filter_map(Value::as_str).collect();
    if !environment.is_empty() {
        let _ = write!(line, " Environment: `{}`.", environment.join("`, `"));
    }
    if let Some(instead) = attribute["deprecated"].as_str() {
        let _ = write!(line, " **Deprecated:** {instead}");
    }
    line.push('\n');
    line
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use saphyr::{LoadableYamlNode as _, Yaml};
    use serde_json::json;

    use super::*;

    #[test]
    fn an_example_is_closed_however_its_file_ends() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("examples")).unwrap();
        for example in ["a = 1", "a = 1\n", "a = 1\n\n"] {
            fs::write(folder.path().join("examples/provider.tf"), example).unwrap();
            let pages = pages("demo", &json!({"name": "demo", "sources": []}), folder.path()).unwrap();
            assert!(pages[0].1.contains("\n```terraform\na = 1\n```\n\n"), "{}", pages[0].1);
        }
    }

    #[test]
    fn the_front_matter_is_yaml_whatever_the_component_writes() {
        for hostile in [
            "key: value",
            "\"quoted\" and 'quoted'",
            "# no comment",
            "---",
            "a\\b",
            "- item",
            "{x}, [y], &z, *z, !t, %d, @a, `b`, | >",
            "a\nb: c\n---\n",
            " padded ",
            "null",
            "\u{1b}[31m\u{202e}发布 🚀",
            "",
        ] {
            let described = printable_texts(json!({"name": hostile, "description": hostile, "sources": []}));
            let pages = pages("demo", &described, Path::new("/absent")).unwrap();
            let (front_matter, rest) = pages[0].1.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap();
            let read = Yaml::load_from_str(front_matter).unwrap();
            let title = format!("{} provider", printable::line(hostile));
            assert_eq!(read[0]["page_title"].as_str(), Some(title.as_str()), "{front_matter}");
            let description = printable::lines(hostile);
            assert_eq!(read[0]["description"].as_str(), Some(description.trim_end()), "{front_matter}");
            assert!(!rest.contains(['\u{1b}', '\u{202e}']), "{rest}");
        }
    }

    #[test]
    fn a_description_of_several_lines_stays_in_its_item() {
        let attribute =
            json!({"name": "a", "holds": {"element": "text", "collections": []}, "description": "One.\n\nTwo."});
        assert_eq!(line(&attribute, &mut Vec::new()), "- `a` (String) One.\n  \n  Two.\n");
    }
}
