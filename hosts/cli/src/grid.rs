//! Cells in aligned columns, as wide as a terminal shows them.

use anstyle::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Between two columns.
const GAP: &str = "  ";
/// A longer cell is printed as it is, and no other cell is padded to its length. So a table is not much larger than its
/// text.
const PADDED: usize = 120;

/// A column of a grid.
pub struct Column {
    /// Its title.
    pub title: String,
    /// Its cells: text that is safe to print, and how it looks.
    pub cells: Vec<(String, Style)>,
}

impl Column {
    /// Returns how wide the widest cell is, or the title.
    pub fn width(&self) -> usize {
        self.cells_width().max(self.title.width())
    }

    fn cells_width(&self) -> usize {
        self.cells.iter().map(|(text, _)| text.width()).max().unwrap_or_default()
    }

    /// Shortens what is wider.
    pub fn cut(&mut self, widest: usize) {
        self.cells.iter_mut().for_each(|(text, _)| *text = fit(text, widest));
    }
}

/// Returns the lines of these columns, the first with their titles if they are wanted.
pub fn lines(columns: &[Column], titles: bool) -> String {
    let width = |column: &Column| if titles { column.width() } else { column.cells_width() };
    let widths: Vec<usize> = columns.iter().map(|column| width(column).min(PADDED)).collect();
    let rows = columns.iter().map(|column| column.cells.len()).max().unwrap_or_default();
    let mut lines = String::new();
    if titles {
        let cells = columns.iter().map(|column| (column.title.as_str(), Style::new()));
        lines.push_str(&line(cells.zip(&widths)));
    }
    for row in 0..rows {
        let cells = columns
            .iter()
            .map(|column| column.cells.get(row).map_or(("", Style::new()), |(text, style)| (text.as_str(), *style)));
        lines.push_str(&line(cells.zip(&widths)));
    }
    lines
}

/// Pads beside the style, so that a colour ends with its text.
fn line<'a>(cells: impl Iterator<Item = ((&'a str, Style), &'a usize)>) -> String {
    let cells = cells.map(|((text, style), width)| {
        let padding = " ".repeat(width.saturating_sub(text.width()));
        format!("{style}{text}{style:#}{padding}")
    });
    format!("{}\n", cells.collect::<Vec<_>>().join(GAP).trim_end())
}

/// Returns text that takes at most this many columns; what is cut ends in an ellipsis. No letter is parted from its
/// accents, and no emoji from its parts.
fn fit(text: &str, widest: usize) -> String {
    // Characters may be wide, or take no room at all: no more of them than anybody writes.
    let most = widest * 8;
    if text.width() <= widest && text.len() <= most {
        return text.to_owned();
    }
    let mut short = String::new();
    for letter in text.graphemes(true) {
        let longer = short.width() + letter.width();
        if longer >= widest || short.len() + letter.len() > most {
            break;
        }
        short.push_str(letter);
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(title: &str, cells: &[&str]) -> Column {
        let cells = cells.iter().map(|text| ((*text).to_owned(), Style::new())).collect();
        Column { title: title.to_owned(), cells }
    }

    #[test]
    fn cells_stand_below_one_another() {
        let columns = [column("A", &["发布", "e\u{301}", "👩\u{200d}🚀x"]), column("B", &["1", "2", "3"])];
        assert_eq!(lines(&columns, true), "A     B\n发布  1\ne\u{301}     2\n👩\u{200d}🚀x   3\n");
        assert_eq!(lines(&columns, false).lines().count(), 3);
    }

    #[test]
    fn a_cut_parts_no_letter_from_what_belongs_to_it() {
        for (text, widest, expected) in [
            ("abcdef", 6, "abcdef"),
            ("abcdefg", 6, "abcde…"),
            ("发布发布", 6, "发布…"),
            ("ae\u{301}e\u{301}e\u{301}", 3, "ae\u{301}…"),
            ("a👩\u{200d}🚀bcd", 4, "a👩\u{200d}🚀…"),
            ("می\u{200c}خواهم", 20, "می\u{200c}خواهم"),
        ] {
            assert_eq!(fit(text, widest), expected, "{text}");
        }
        assert!(fit(&format!("a{}", "\u{301}".repeat(100_000)), 10).len() < 100);
    }

    #[test]
    fn a_very_long_cell_does_not_lengthen_the_others() {
        let long = "x".repeat(100_000);
        let cells: Vec<&str> = std::iter::once(long.as_str()).chain(std::iter::repeat_n("y", 999)).collect();
        let lines = lines(&[column("A", &cells), column("B", &vec!["z"; 1000])], true);
        assert!(lines.len() < 400_000, "{}", lines.len());
        assert!(lines.contains(&long));
    }
}
