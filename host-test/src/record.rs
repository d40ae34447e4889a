//! Records a fixture from a live exchange: `host-test record DIR -- <the tool's arguments>`.
//!
//! The tool runs as always. The recorder keeps each request just before it is sent, after policy and authentication.
//! The tool's own requests, for a token or a key, go another way and are not kept. Then placeholders replace every
//! value that is secret or personal. A replay of the fixture must return the result of the recording. At last, every
//! file is searched once more for every value.
//!
//! # Layout
//! - `tape`: keeps what is sent and answered
//! - `rules`: the kind of each string of an answer; `json`: the strings, with their positions
//! - `names`: values, kinds and placeholders; `search` finds them within texts, as `reading` reads those
//! - `find`: finds all values; `scrub`: replaces them; `fixture`: writes the files

mod find;
mod fixture;
mod json;
mod names;
mod reading;
mod rules;
mod scrub;
mod search;
mod tape;

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::case::Case;
use crate::run;
use names::Names;
use scrub::Scrub;
use search::Search;
use tape::{Recording, Tape};

/// Runs the tool with these arguments, which follow its name, and records a fixture into a folder that is new or empty.
///
/// # Errors
/// The folder is not empty, nothing was sent, or a fixture cannot show the outcome of a request. Or a replay of the
/// fixture differs from the recording. Then no file is left.
pub fn record(folder: &Path, arguments: impl IntoIterator<Item = OsString>) -> Result<()> {
    let occupied = fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some());
    ensure!(!occupied, "{} is not empty; name a new folder", folder.display());
    let tape = Tape::default();
    // It has printed its result, which may well be an error. That is recorded too.
    let _ = servicestage_cli::run_recorded(
        [OsString::from("servicestage")].into_iter().chain(arguments),
        Arc::new(tape.clone()),
    );
    let recording = tape.recording()?;
    let names = find::find(&recording)?;
    let search = Search::new(&names)?;
    let made_folder = !folder.exists();
    write(folder, &recording, &names, &search).inspect_err(|_| remove(folder, made_folder))
}

fn write(folder: &Path, recording: &Recording, names: &Names, search: &Search<'_>) -> Result<()> {
    let scrubbed = fixture::files(recording, &Scrub::new(names, search))?;
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let save = |name: &str, text: &str| fs::write(folder.join(name), text).with_context(|| name.to_owned());
    scrubbed.files.iter().try_for_each(|(name, text)| save(name, text))?;
    save("expected.json", "null\n")?;
    let plugin = run::load()?;
    let replayed = run::replay(&plugin, &Case::read(folder)?)?;
    save("expected.json", &(serde_json::to_string_pretty(&replayed)? + "\n"))?;
    run::run(&plugin, &Case::read(folder)?).context("the fixture cannot be replayed")?;
    let original = run::replay(&plugin, &fixture::original(recording)?)?;
    ensure!(
        alike(&original, &replayed),
        "the fixture has another result than the recording, so no file is kept; report which query was made"
    );
    sweep(folder, search)?;

    eprintln!("recorded into {}; exchanges: {}", folder.display(), recording.exchanges.len());
    eprintln!("the replay has the same result; replaced, with the number of places:");
    names.counts().iter().for_each(|(kind, places)| eprintln!("  {}: {places}", kind.name()));
    eprintln!("left out: {} headers of answers, which mean nothing to the component", scrubbed.left_out);
    if !scrubbed.free.is_empty() {
        let files = scrubbed.free.join(", ");
        eprintln!("read before you pass it on: {files}, for what the server says in words of its own");
    }
    Ok(())
}

/// Whether two results are the same but for texts.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => a.is_empty() == b.is_empty(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            let same = |((name, a), (other, b)): ((&String, &Value), (&String, &Value))| {
                // What kind of error it is does not change, nor how far a release task is.
                let word = ["kind", "status", "config_mode", "operation"].contains(&name.as_str()) && a.is_string();
                name == other && if word { a == b } else { alike(a, b) }
            };
            a.len() == b.len() && a.iter().zip(b).all(same)
        }
        (a, b) => a == b,
    }
}

/// Searches every file of the folder once more, for whatever was found anywhere.
fn sweep(folder: &Path, search: &Search<'_>) -> Result<()> {
    for file in fs::read_dir(folder)? {
        let file = file?.path();
        let text = fs::read_to_string(&file)?;
        // The component's own sentences hold words that may be names; ids and secrets are not words.
        let only_ids = file.ends_with("expected.json");
        if let Some(kind) = search.left_in(&text, only_ids) {
            bail!(
                "a {} is left in {}, so no file is kept; rename it at the service, or report where it stands",
                kind.name(),
                file.display()
            );
        }
    }
    Ok(())
}

/// Leaves the folder as it was: empty or none.
fn remove(folder: &Path, whole: bool) {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.for_each(|file| drop(fs::remove_file(file.path())));
    if whole {
        drop(fs::remove_dir(folder));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use names::{FoundValues, Kind};

    #[test]
    fn remaining_values_are_reported_by_file_without_the_value() {
        let folder = std::env::temp_dir().join(format!("sweep-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut found = FoundValues::default();
        found.add(Kind::Token, "hush-token-1");
        found.add(Kind::UserName, "ann");
        let names = found.numbered();
        let search = Search::new(&names).unwrap();
        for (file, text, left) in [
            ("expected.json", "ann", None),
            ("request-1.http", "x: user-1", None),
            ("expected.json", "hush-token-1", Some("a token is left in ")),
            ("response-1.http", "of ann", Some("a user name is left in ")),
        ] {
            fs::write(folder.join(file), text).unwrap();
            let error = sweep(&folder, &search).err().map(|error| error.to_string());
            assert_eq!(error.is_some(), left.is_some(), "{text}: {error:?}");
            if let (Some(error), Some(left)) = (error, left) {
                assert!(error.starts_with(left) && error.contains(file) && !error.contains("hush"), "{error}");
            }
            remove(&folder, false);
        }
        remove(&folder, true);
        assert!(!folder.exists());
    }
}
