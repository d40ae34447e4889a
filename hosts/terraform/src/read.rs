//! One read of a data source: what it may reach, the call, and the state that becomes of it.

use std::sync::Arc;

use component_runtime::{Authentication, CallError, Declaration, Layer, LookupLayer, Policy, Stack};

use crate::caller::Contract;
use crate::configuration::{Configuration, redaction, secrets};
use crate::contract::{Mode, Reading};
use crate::diagnostics;
use crate::endpoints;
use crate::proto::Diagnostic;
use crate::schema::{Object, Schema};
use crate::value::{TypeMismatch, Value, path_text};

/// The parts of a read.
pub struct Read<'a> {
    pub contract: &'a Contract,
    pub declaration: &'a Declaration,
    pub schema: &'a Schema,
    pub configuration: &'a Arc<Configuration>,
    /// The provider's name, by which the component is blamed.
    pub provider: &'a str,
    /// The variable that names the policy file.
    pub policy_variable: &'a str,
}

impl Read<'_> {
    /// Reads a source. The state is there unless one of the diagnostics is an error.
    pub async fn run(&self, source: &str, object: &Object, arguments: &Value) -> (Option<Value>, Vec<Diagnostic>) {
        let configuration = self.configuration;
        let mut grant = configuration.grant.clone();
        let resolved = endpoints::resolve(&self.schema.endpoints, &configuration.shown, arguments);
        endpoints::grant(&mut grant, &resolved);
        let policy = Policy::new(self.declaration.clone(), grant);
        let origins = resolved.iter().flat_map(|(_, origins)| origins.clone());
        let servers = (configuration.servers)(&policy);
        let (scheme, known) = (configuration.scheme.clone(), configuration.secrets.clone());
        let authentication = Arc::new(Authentication::new(scheme, origins.collect(), known, servers));
        let http = self.stack(&policy, Arc::clone(&authentication) as Arc<dyn Layer>);

        let provider = configuration.shown.to_values();
        let (given, resolved) = (given(object, arguments).to_values(), endpoints::to_contract(&resolved));
        let called = self.contract.read(http, source, provider, given, resolved).await;
        let (state, mut told) = self.outcome(called, object, arguments);
        if state.is_none()
            && let Some(diagnostic) = told.first_mut()
        {
            if let Some(explanation) = policy.explanation() {
                diagnostics::explain(diagnostic, &explanation);
            }
            if let Some(denial) = policy.denials().first() {
                diagnostic.detail.push_str(&diagnostics::of_denial(denial, &configuration.grant, self.policy_variable));
            }
        }
        let secrets = [authentication.secrets(), secrets(object, arguments)].concat();
        diagnostics::redact(&mut told, &redaction(&secrets));
        (state, told)
    }

    /// Allowed, answered if the answer is known, authenticated, then sent.
    fn stack(&self, policy: &Policy, authentication: Arc<dyn Layer>) -> Arc<Stack> {
        let stable = self.schema.endpoints.iter().filter(|endpoint| endpoint.stable);
        let roles = stable.map(|endpoint| endpoint.role.clone()).collect();
        // Answers are kept for one configuration, and it is the only one that asks.
        let (lookups, identity) = (Arc::clone(&self.configuration.lookups), String::new());
        let lookup = LookupLayer::new(lookups, identity, roles, Arc::clone(&authentication));
        Stack::new(vec![Arc::new(policy.clone()), Arc::new(lookup), authentication])
    }

    fn outcome(
        &self,
        called: Result<Result<Reading, Vec<crate::contract::Diagnostic>>, CallError>,
        object: &Object,
        arguments: &Value,
    ) -> (Option<Value>, Vec<Diagnostic>) {
        match called {
            Err(problem) => (None, vec![diagnostics::of_call(&problem, self.provider)]),
            Ok(Err(told)) => {
                let mut told: Vec<_> = told.into_iter().map(diagnostics::of_component).collect();
                if !told.iter().any(|diagnostic| diagnostic.is_error()) {
                    told.push(self.blame("It reports a failure, and no error that says why."));
                }
                (None, told)
            }
            Ok(Ok(reading)) => {
                let mut told: Vec<_> = reading.diagnostics.into_iter().map(diagnostics::of_component).collect();
                // A reading comes with warnings alone.
                if told.iter().any(Diagnostic::is_error) {
                    return (None, told);
                }
                match state(&reading.json, object, arguments) {
                    Ok(state) => (Some(state), told),
                    Err(why) => {
                        told.insert(0, self.blame(&why));
                        (None, told)
                    }
                }
            }
        }
    }

    fn blame(&self, why: &str) -> Diagnostic {
        let summary = format!("The component of provider {} does not keep to its own schema", self.provider);
        diagnostics::error(
            summary,
            format!("{why} This is a fault of the component: report it to those who made it."),
            &[],
        )
    }
}

/// The arguments, without what is only computed.
fn given(object: &Object, arguments: &Value) -> Value {
    let given = object.attributes.iter().filter(|attribute| attribute.mode != Mode::Computed);
    Value::Object(
        given.map(|attribute| (attribute.name.clone(), arguments.attribute(&attribute.name).clone())).collect(),
    )
}

/// The arguments of people, and the results of the component.
fn state(json: &str, object: &Object, arguments: &Value) -> Result<Value, String> {
    let computed = Value::from_json(json, object).map_err(|TypeMismatch { path, expected }| {
        let place = if path.is_empty() { "the whole".to_owned() } else { format!("`{}`", path_text(&path)) };
        format!("In what it returned, {place} was expected to be {expected}.")
    })?;
    let mut state = arguments.clone();
    for attribute in object.attributes.iter() {
        let value = computed.attribute(&attribute.name);
        match (attribute.mode.is_computed(), value) {
            // What it does not compute, people may have written.
            (true, Value::Null) | (false, Value::Null) => {}
            (true, value) => state.set(&attribute.name, value.clone()),
            (false, _) => return Err(format!("It returned the argument `{}`, which is not computed.", attribute.name)),
        }
    }
    Ok(state)
}
