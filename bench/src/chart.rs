//! Lines in panels, both axes logarithmic, as SVG.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;

const SIZE: (u32, u32) = (1000, 720);
const COLOURS: [RGBColor; 2] = [RGBColor(31, 119, 180), RGBColor(214, 96, 39)];

/// One diagram.
pub struct Panel {
    pub title: &'static str,
    pub x: &'static str,
    pub y: &'static str,
    pub lines: Vec<Line>,
}

/// One line in it. Its values are more than zero.
pub struct Line {
    pub name: &'static str,
    pub points: Vec<(f64, f64)>,
}

/// Draws four panels, two beside two.
pub fn write(file: &Path, panels: &[Panel; 4]) -> Result<()> {
    let root = SVGBackend::new(file, SIZE).into_drawing_area();
    let drawn = (|| {
        root.fill(&WHITE)?;
        for (area, panel) in root.split_evenly((2, 2)).iter().zip(panels) {
            draw(area, panel)?;
        }
        root.present()
    })();
    drawn.map_err(|error| anyhow!("{} cannot be drawn: {error}", file.display()))
}

type Drawn<'a> = Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>>;

fn draw<'a>(area: &DrawingArea<SVGBackend<'a>, Shift>, panel: &Panel) -> Drawn<'a> {
    let points = || panel.lines.iter().flat_map(|line| &line.points);
    let (x, y) = (span(points().map(|point| point.0)), span(points().map(|point| point.1)));
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .margin_right(30)
        .caption(panel.title, ("sans-serif", 18))
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d((x.0..x.1).log_scale(), (y.0 / 1.5..y.1 * 1.5).log_scale())?;
    let plain = |value: &f64| if *value < 1.0 { format!("{value:.2}") } else { format!("{value:.0}") };
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .x_desc(panel.x)
        .y_desc(panel.y)
        .x_label_formatter(&plain)
        .y_label_formatter(&plain)
        .draw()?;
    for (line, colour) in panel.lines.iter().zip(COLOURS) {
        let legend = move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2));
        chart
            .draw_series(LineSeries::new(line.points.iter().copied(), colour.stroke_width(2)))?
            .label(line.name)
            .legend(legend);
    }
    let corner = SeriesLabelPosition::UpperLeft;
    chart.configure_series_labels().position(corner).background_style(WHITE).border_style(BLACK.mix(0.3)).draw()
}

/// The least and the largest.
fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (least.min(value), most.max(value)))
}
