//! Runs the component in wasmtime against recorded fixtures.
//!
//! A fixture is a folder: `case.toml` says what it shows, what is called and when; `request-N.http` and
//! `response-N.http` are its exchanges in order; `expected.json` is the result. The harness owns the clock, so that
//! no wait takes time, and checks every request, its signature recomputed.
//!
//! # Layout
//! - [`bare`]: calls that are counted; [`budget`]: what must not grow; [`records`]: answers, made up
//! - [`case`]: reads a fixture; [`conformance`]: tells how it came out
//! - [`raw`]: requests and responses as text
//! - [`data_source`]: reads a fixture of a data source of any component
//! - [`memory`]: linear memories that a test can look into
//! - [`process`]: what this process holds of the machine's memory
//! - [`record`]: makes a fixture of a live exchange
//! - [`replay`]: the layer that checks requests and answers from the fixture
//! - [`run`]: calls the component and compares
//! - [`serve`]: the same answers over real HTTP
//! - [`soak`]: many calls in one process, with faults mixed in

pub mod bare;
pub mod budget;
pub mod case;
pub mod conformance;
pub mod data_source;
pub mod memory;
pub mod process;
pub mod raw;
pub mod record;
pub mod records;
pub mod replay;
pub mod run;
pub mod serve;
pub mod soak;
