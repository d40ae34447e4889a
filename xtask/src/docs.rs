//! The generated documents: the pages of the Terraform provider, in the layout of Terraform's registry, made of the
//! component's own description; and the picture of the architecture.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{diagram, shell};

const PROVIDER: &str = "servicestage";
const FOLDER: &str = "docs/terraform";
const PICTURE: (&str, &str) = ("docs/architecture.txt", "docs/architecture.svg");

/// The examples of each page, which the provider's tests run.
const PROVIDER_EXAMPLES: [&str; 1] = ["provider"];
const SOURCE_EXAMPLES: [&str; 2] = ["pipelines", "projects"];

/// Writes the documents. Needs the provider's development build.
pub fn write() -> Result<()> {
    for (path, text) in pages()? {
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
        println!("{}", shell::relative(&path));
    }
    Ok(())
}

/// Fails if a generated document is out of date.
pub fn check() -> Result<()> {
    shell::announce("Check that the generated documents are up to date");
    for (path, text) in pages()? {
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        ensure!(written == text, "{} is out of date. `cargo xtask docs` writes it again.", shell::relative(&path));
    }
    Ok(())
}

fn pages() -> Result<Vec<(PathBuf, String)>> {
    let mut describe = shell::command(shell::program("debug", "terraform-provider-servicestage"), &["--describe"]);
    let json = shell::output(&mut describe, "`cargo xtask demo` builds it.")?;
    let described: Value = serde_json::from_str(&json).context("the provider did not print JSON")?;
    let folder = shell::root().join(FOLDER);

    let name = text(&described, "name");
    let mut index = page(&format!("{name} provider"), text(&described, "description"));
    examples(&mut index, &PROVIDER_EXAMPLES)?;
    schema(&mut index, &described, &described["provider"]);
    let (source, picture) = PICTURE;
    let picture = (shell::root().join(picture), diagram::draw(&shell::read(source)?)?);
    let mut pages = vec![picture, (folder.join("index.md"), index)];
    for source in list(&described["sources"]) {
        let name = text(source, "name");
        let mut page = page(&format!("{PROVIDER}_{name} (data source)"), text(source, "description"));
        examples(&mut page, &SOURCE_EXAMPLES)?;
        schema(&mut page, &described, &source["object"]);
        pages.push((folder.join("data-sources").join(format!("{name}.md")), page));
    }
    Ok(pages)
}

fn page(title: &str, description: &str) -> String {
    let first = description.split_inclusive(". ").next().unwrap_or_default().trim_end();
    format!(
        "---\npage_title: \"{title}\"\ndescription: |-\n  {first}\n---\n\n<!-- Written by `cargo xtask docs`. -->\n\n# \
         {title}\n\n{description}\n\n"
    )
}

fn examples(page: &mut String, names: &[&str]) -> Result<()> {
    page.push_str("## Example usage\n");
    for name in names {
        let file = format!("{FOLDER}/examples/{name}.tf");
        let example =
            std::fs::read_to_string(shell::root().join(&file)).with_context(|| format!("{file} cannot be read"))?;
        // Writing to text does not fail.
        let _ = write!(page, "\n```terraform\n{example}```\n");
    }
    Ok(())
}

/// An object, by who sets what of it, and then the objects within it.
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
    line.push_str(text(attribute, "description"));
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
