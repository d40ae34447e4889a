//! Draws `docs/architecture.svg` from `docs/architecture.txt`: rows of boxes, each of which rests on those below it.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};

const WIDTH: usize = 960;
const COLUMNS: usize = 6;
const GAP: usize = 8;
const LINE: usize = 16;

/// One colour for each row, from the callers down to the service.
const COLOURS: [&str; 7] = ["#ffffff", "#e3f2e1", "#d7e9f7", "#d7e9f7", "#fdf0c4", "#d7e9f7", "#ffffff"];

/// Draws the diagram that a text describes.
pub fn draw(text: &str) -> Result<String> {
    let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).collect();
    ensure!(rows.len() == COLOURS.len(), "the diagram has {} rows, and colours for {}", rows.len(), COLOURS.len());
    let mut boxes = String::new();
    let mut top = GAP;
    for (row, colour) in rows.into_iter().zip(COLOURS) {
        top += draw_row(&mut boxes, row, colour, top)? + GAP;
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {top}\" font-family=\"sans-serif\" \
         font-size=\"12\" text-anchor=\"middle\">\n<!-- Written by `cargo xtask docs` from architecture.txt. -->\n<rect \
         width=\"{WIDTH}\" height=\"{top}\" fill=\"#ffffff\"/>\n{boxes}</svg>\n"
    ))
}

/// Draws a row and returns its height.
fn draw_row(boxes: &mut String, row: &str, colour: &str, top: usize) -> Result<usize> {
    let cells = row.split('|').map(cell).collect::<Result<Vec<_>>>()?;
    let columns = cells.iter().map(|(columns, _)| columns).sum::<usize>();
    ensure!(columns == COLUMNS, "a row is {columns} columns wide in place of {COLUMNS}: {row}");
    let height = cells.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0) * LINE + LINE;
    let column = (WIDTH - GAP) / COLUMNS;
    let mut left = GAP;
    for (columns, lines) in cells {
        let width = columns * column - GAP;
        // Writing to text does not fail.
        let _ = writeln!(
            boxes,
            "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"4\" fill=\"{colour}\" \
             stroke=\"#57606a\"/>"
        );
        let first = top + (height - lines.len() * LINE) / 2 + 12;
        for (index, line) in lines.iter().enumerate() {
            let weight = if index == 0 { " font-weight=\"bold\"" } else { "" };
            let (x, y) = (left + width / 2, first + index * LINE);
            let _ = writeln!(boxes, "<text x=\"{x}\" y=\"{y}\" fill=\"#1f2328\"{weight}>{line}</text>");
        }
        left += columns * column;
    }
    Ok(height)
}

/// Reads a box: how many columns it is wide, and its lines.
fn cell(text: &str) -> Result<(usize, Vec<&str>)> {
    ensure!(!text.contains(['<', '&']), "a box holds a character that XML would need escaped: {text}");
    let text = text.trim();
    let (text, columns) = match text.rsplit_once(" x") {
        Some((text, columns)) if columns.bytes().all(|byte| byte.is_ascii_digit()) => {
            (text, columns.parse().with_context(|| format!("a width is not a number: {columns}"))?)
        }
        _ => (text, 1),
    };
    Ok((columns, text.split(" / ").map(str::trim).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_has_a_width_and_lines() {
        assert_eq!(cell(" a / b, c x4 ").unwrap(), (4, vec!["a", "b, c"]));
        assert_eq!(cell("src/, over model/ and sign/ / d").unwrap(), (1, vec!["src/, over model/ and sign/", "d"]));
        assert!(cell("a < b").is_err());
    }

    #[test]
    fn a_row_that_does_not_fill_the_width_is_refused() {
        let error = draw(&"a | b x4\n".repeat(7)).unwrap_err();
        assert_eq!(error.to_string(), "a row is 5 columns wide in place of 6: a | b x4");
        assert!(draw("a x6\n").is_err());
    }
}
