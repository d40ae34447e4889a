//! From the client's records to those of Python.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use pyo3::{IntoPyObjectExt, intern};
use servicestage::types::{ConfigMode, Listing, Pipeline, Status};

/// The latest time of Python's, in milliseconds: the end of the year 9999.
const LATEST: u64 = 253_402_300_799_999;

/// Below this time, in the year 2242, a float holds milliseconds as seconds to the microsecond.
const EXACT: u64 = (1 << 33) * 1000;

/// Python's types of a listing.
#[pyclass(frozen, module = "servicestage_pipelines._native")]
pub struct RecordTypes {
    listing: Py<PyType>,
    pipeline: Py<PyType>,
    statuses: Py<PyDict>,
    other_status: Py<PyType>,
    config_modes: Py<PyDict>,
    other_config_mode: Py<PyType>,
    datetime: Py<PyType>,
    utc: Py<PyAny>,
}

#[pymethods]
impl RecordTypes {
    /// The types, and the members of enumerations by their words.
    #[new]
    #[pyo3(signature = (*, listing, pipeline, statuses, other_status, config_modes, other_config_mode))]
    fn new(
        py: Python<'_>,
        listing: Py<PyType>,
        pipeline: Py<PyType>,
        statuses: Py<PyDict>,
        other_status: Py<PyType>,
        config_modes: Py<PyDict>,
        other_config_mode: Py<PyType>,
    ) -> PyResult<Self> {
        let module = py.import(intern!(py, "datetime"))?;
        let datetime = module.getattr(intern!(py, "datetime"))?.cast_into::<PyType>()?.unbind();
        let utc = module.getattr(intern!(py, "timezone"))?.getattr(intern!(py, "utc"))?.unbind();
        Ok(Self { listing, pipeline, statuses, other_status, config_modes, other_config_mode, datetime, utc })
    }
}

impl RecordTypes {
    /// Makes a listing.
    pub fn listing<'py>(&self, py: Python<'py>, listing: Listing) -> PyResult<Bound<'py, PyAny>> {
        let Listing { pipelines, total, matched, truncated, request_id, attempts } = listing;
        let pipelines =
            pipelines.into_iter().map(|pipeline| self.pipeline(py, pipeline)).collect::<PyResult<Vec<_>>>()?;
        let pipelines = PyTuple::new(py, pipelines)?;
        self.listing.bind(py).call1((pipelines, total, matched, truncated, request_id, attempts))
    }

    /// Makes a release task.
    pub fn pipeline<'py>(&self, py: Python<'py>, pipeline: Pipeline) -> PyResult<Bound<'py, PyAny>> {
        let fields = [
            pipeline.id.into_bound_py_any(py)?,
            pipeline.name.into_bound_py_any(py)?,
            pipeline.description.into_bound_py_any(py)?,
            self.time(py, pipeline.create_time)?,
            self.time(py, pipeline.update_time)?,
            pipeline.version.into_bound_py_any(py)?,
            self.config_mode(py, pipeline.config_mode)?,
            pipeline.creator.into_bound_py_any(py)?,
            pipeline.model_version.into_bound_py_any(py)?,
            self.status(py, pipeline.status)?,
            self.time(py, pipeline.last_trigger_at)?,
            pipeline.enterprise_project_id.into_bound_py_any(py)?,
            pipeline.enterprise_project.into_bound_py_any(py)?,
            pipeline.extend_info.into_bound_py_any(py)?,
        ];
        self.pipeline.bind(py).call1(PyTuple::new(py, fields)?)
    }

    fn status<'py>(&self, py: Python<'py>, status: Option<Status>) -> PyResult<Bound<'py, PyAny>> {
        let Some(status) = status else { return Ok(py.None().into_bound(py)) };
        match status.word() {
            Some(word) => self.statuses.bind(py).as_any().get_item(word),
            None => self.other_status.bind(py).call1((status.number(),)),
        }
    }

    fn config_mode<'py>(&self, py: Python<'py>, mode: Option<ConfigMode>) -> PyResult<Bound<'py, PyAny>> {
        match mode {
            None => Ok(py.None().into_bound(py)),
            Some(ConfigMode::Ui) => self.config_modes.bind(py).as_any().get_item(intern!(py, "ui")),
            Some(ConfigMode::Template) => self.config_modes.bind(py).as_any().get_item(intern!(py, "template")),
            Some(ConfigMode::Other(text)) => self.other_config_mode.bind(py).call1((text,)),
        }
    }

    /// Returns a time in UTC. A time that Python cannot hold becomes None, as one that the service does not send.
    fn time<'py>(&self, py: Python<'py>, milliseconds: Option<u64>) -> PyResult<Bound<'py, PyAny>> {
        let Some(milliseconds) = milliseconds.filter(|milliseconds| *milliseconds <= LATEST) else {
            return Ok(py.None().into_bound(py));
        };
        let datetime = self.datetime.bind(py);
        if milliseconds < EXACT {
            let seconds = milliseconds as f64 / 1000.0;
            return datetime.call_method1(intern!(py, "fromtimestamp"), (seconds, self.utc.bind(py)));
        }
        let seconds = datetime.call_method1(intern!(py, "fromtimestamp"), (milliseconds / 1000, self.utc.bind(py)))?;
        let rest = PyDict::new(py);
        rest.set_item(intern!(py, "microsecond"), milliseconds % 1000 * 1000)?;
        seconds.call_method(intern!(py, "replace"), (), Some(&rest))
    }
}
