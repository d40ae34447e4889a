//! Edits of the SDK's file of profiles. Pure: text in, text out.

/// Returns the text with this profile: in the place of the one of its name, or else at the end.
///
/// Everything else stays byte for byte: other sections, comments, line breaks. A profile that is replaced keeps its
/// comments and loses every key. A key of the old access key would be sent with the new one.
pub(super) fn with_profile(text: &str, name: &str, entries: &[(&str, &str)]) -> String {
    let break_ = if text.lines().next().is_some_and(|_| text.contains("\r\n")) { "\r\n" } else { "\n" };
    let section: String = entries.iter().map(|(key, value)| format!("{key} = {value}{break_}")).collect();
    let mut edited = String::with_capacity(text.len() + section.len() + name.len() + 8);
    let (mut within, mut found) = (false, false);
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches('\u{feff}').trim();
        if let Some(header) = content.strip_prefix('[') {
            within = header.split_once(']').is_some_and(|(section, _)| section == name);
            edited.push_str(line);
            if within {
                found = true;
                end_line(&mut edited, break_);
                edited.push_str(&section);
            }
        } else if !within || content.is_empty() || content.starts_with(['#', ';']) {
            edited.push_str(line);
        }
    }
    if !found {
        end_line(&mut edited, break_);
        if !edited.is_empty() {
            edited.push_str(break_);
        }
        edited.push_str(&format!("[{name}]{break_}{section}"));
    }
    edited
}

fn end_line(text: &mut String, break_: &str) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str(break_);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &[(&str, &str)] = &[("ak", "new"), ("sk", "hush")];

    #[test]
    fn only_the_profile_is_touched() {
        for (before, after) in [
            ("", "[basic]\nak = new\nsk = hush\n"),
            ("# mine\n[a]\nak=1", "# mine\n[a]\nak=1\n\n[basic]\nak = new\nsk = hush\n"),
            ("[basic]\nak=1\nsk=2\n", "[basic]\nak = new\nsk = hush\n"),
            ("[basic]", "[basic]\nak = new\nsk = hush\n"),
            (
                "[basic] ; mine\n# old\nak=1\nsecurity_token=x\n  y==\n\n[b]\nak = 3 \n sk:4\n",
                "[basic] ; mine\nak = new\nsk = hush\n# old\n\n[b]\nak = 3 \n sk:4\n",
            ),
            (
                "\u{feff}[b]\r\nak=3\r\n\r\n[basic]\r\nak=1\r\n;x\r\n",
                "\u{feff}[b]\r\nak=3\r\n\r\n[basic]\r\nak = new\r\nsk = hush\r\n;x\r\n",
            ),
            ("\u{feff}[basic]\nak=1\n", "\u{feff}[basic]\nak = new\nsk = hush\n"),
            ("[basic2]\nak=1\n#[basic]\n", "[basic2]\nak=1\n#[basic]\n\n[basic]\nak = new\nsk = hush\n"),
        ] {
            assert_eq!(with_profile(before, "basic", NEW), after, "{before:?}");
        }
    }

    #[test]
    fn writing_twice_is_like_writing_once() {
        let once = with_profile("# x\n[a]\nak=1\n", "basic", NEW);
        assert_eq!(with_profile(&once, "basic", NEW), once);
    }
}
