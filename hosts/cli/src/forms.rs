//! Release tasks in the form that was asked for.

use serde::Serialize;
use servicestage::error::{Error, InvalidArgument, of_output};
use servicestage::types::{Listing, OrderKey, Pipeline};

use crate::args::output::{OutputFlags, OutputFormat, RecordFlags};
use crate::delimited::{self, Delimiter};
use crate::fields::{self, FIELDS, Field, Record};
use crate::output::Printer;
use crate::table::{self, TableStyle};
use crate::{config, stdio, text};

/// Prints release tasks.
pub struct TaskPrinter<'a> {
    pub operation: &'static str,
    pub printer: &'a Printer,
    pub print: &'a OutputFlags,
    pub choice: &'a RecordFlags,
    pub output: OutputFormat,
    /// The columns of a table, if not the usual ones.
    pub columns: Vec<&'static Field>,
}

/// A listing with the fields that were asked for.
#[derive(Serialize)]
struct PrintedListing<'a> {
    pipelines: Vec<Record<'a>>,
    total: u32,
    matched: u32,
    truncated: bool,
    request_id: &'a Option<String>,
    attempts: u32,
}

/// Returns the form that flags or the configuration file ask for.
pub fn output(print: &OutputFlags) -> Result<OutputFormat, InvalidArgument> {
    match print.output {
        Some(output) => Ok(output),
        None => Ok(config::of_process()?.output.unwrap_or_default()),
    }
}

impl<'a> TaskPrinter<'a> {
    /// The form that flags and the configuration file ask for.
    pub fn new(
        operation: &'static str,
        printer: &'a Printer,
        print: &'a OutputFlags,
        choice: &'a RecordFlags,
    ) -> Result<Self, InvalidArgument> {
        let output = output(print)?;
        let columns = if choice.columns.is_empty() { config::of_process()?.columns } else { choice.columns.clone() };
        Ok(Self { operation, printer, print, choice, output, columns })
    }

    /// Prints a listing, and says how much of everything it is.
    pub fn listing(&self, listing: &Listing, sorted: OrderKey) -> Result<(), Box<Error>> {
        let (fields, iso) = (self.fields(), self.choice.iso_times);
        let record = |pipeline| Record { pipeline, fields: &fields, iso };
        let shown = || PrintedListing {
            pipelines: listing.pipelines.iter().map(record).collect(),
            total: listing.total,
            matched: listing.matched,
            truncated: listing.truncated,
            request_id: &listing.request_id,
            attempts: listing.attempts,
        };
        match self.output {
            OutputFormat::Table | OutputFormat::Wide => {
                let (table, summary) = (self.table(&listing.pipelines, sorted), table::summary(listing));
                if self.printer.is_terminal() {
                    return self.printer.print(self.operation, &(table + &summary));
                }
                self.printer.print(self.operation, &table)?;
                stdio::tell(&summary);
                Ok(())
            }
            OutputFormat::Json => self.json(&shown()),
            OutputFormat::Yaml => self.yaml(&shown()),
            _ => self.lines(&listing.pipelines),
        }
    }

    /// Prints one release task: in JSON and YAML it stands alone.
    pub fn task(&self, pipeline: &Pipeline) -> Result<(), Box<Error>> {
        let record = Record { pipeline, fields: &self.fields(), iso: self.choice.iso_times };
        match self.output {
            OutputFormat::Table | OutputFormat::Wide => {
                let table = table::sheet(pipeline, &self.columns, self.printer.zone(), self.printer.is_coloured());
                self.printer.print(self.operation, &table)
            }
            OutputFormat::Json => self.json(&record),
            OutputFormat::Yaml => self.yaml(&record),
            _ => self.lines(std::slice::from_ref(pipeline)),
        }
    }

    fn table(&self, pipelines: &[Pipeline], sorted: OrderKey) -> String {
        let look = TableStyle {
            zone: self.printer.zone(),
            width: self.printer.width(),
            colour: self.printer.is_coloured(),
            titles: !self.print.no_headers,
            wide: self.output == OutputFormat::Wide,
            columns: &self.columns,
            sorted: fields::ordered_by(sorted),
        };
        table::render(pipelines, &look)
    }

    fn fields(&self) -> Vec<&'static Field> {
        if self.choice.columns.is_empty() { FIELDS.iter().collect() } else { self.choice.columns.clone() }
    }

    fn json(&self, value: &impl Serialize) -> Result<(), Box<Error>> {
        self.printer.print(self.operation, &self.printer.pretty(value))
    }

    fn yaml(&self, value: &impl Serialize) -> Result<(), Box<Error>> {
        let yaml = serde_saphyr::to_string(value);
        let yaml = yaml.map_err(|error| Box::new(of_output(self.operation, error, "Use another form.")))?;
        self.printer.print(self.operation, &self.printer.raw(yaml))
    }

    fn lines(&self, pipelines: &[Pipeline]) -> Result<(), Box<Error>> {
        let separated = |delimiter| {
            let (header, iso) = (!self.print.no_headers, self.choice.iso_times);
            delimited::records(pipelines, &self.fields(), delimiter, header, iso)
        };
        let named = |name: fn(&Pipeline) -> &str| {
            pipelines.iter().map(|pipeline| format!("{}\n", text::line(name(pipeline)))).collect::<String>()
        };
        let text = match self.output {
            OutputFormat::Csv if self.choice.bom => {
                format!("\u{feff}{}", self.printer.raw(separated(Delimiter::Comma)))
            }
            OutputFormat::Csv => self.printer.raw(separated(Delimiter::Comma)),
            OutputFormat::Tsv => self.printer.raw(separated(Delimiter::Tab)),
            OutputFormat::Id => named(|pipeline| &pipeline.id),
            OutputFormat::Name => named(|pipeline| pipeline.name.as_deref().unwrap_or_default()),
            _ => {
                let fields = self.fields();
                let iso = self.choice.iso_times;
                let lines = pipelines.iter().map(|pipeline| {
                    let record = Record { pipeline, fields: &fields, iso };
                    Ok(self.printer.json(&serde_json::to_string(&record).unwrap_or_default()))
                });
                return self.printer.print_all(self.operation, lines).map(drop);
            }
        };
        self.printer.print(self.operation, &text)
    }
}
