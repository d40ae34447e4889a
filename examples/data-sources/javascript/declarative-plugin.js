// Makes a component of `declarative:plugin/data-source` from a table of data sources. Copy this file unchanged.
import { handle } from 'wasi:http/outgoing-handler@0.2.12';
import { Fields, IncomingBody, OutgoingRequest } from 'wasi:http/types@0.2.12';

// The largest answer that is read, in bytes.
const LARGEST_ANSWER = 16 << 20;
// Diagnostics are for people: a longer message is cut.
const LONGEST_MESSAGE = 2000;

// Types of attributes. `list`, `set` and `map` hold values of another type, and `object` attributes.
export const text = { collections: [], element: { tag: 'text' } };
export const number = { collections: [], element: { tag: 'number' } };
export const truthValue = { collections: [], element: { tag: 'truth-value' } };
export const object = (...attributes) => ({ collections: [], attributes });
const collection = (kind) => (type) => ({ ...type, collections: [kind, ...type.collections] });
export const [list, set, map] = ['list', 'set', 'map'].map(collection);

// Attributes by who sets them. `more` may hold `sensitive`, `deprecated` and `environment`.
const attribute = (mode) => (name, type, description, more = {}) => ({ name, type, mode, description, ...more });
export const [required, optional, computed, optionalComputed] =
  ['required', 'optional', 'computed', 'optional-computed'].map(attribute);

// Ways to authenticate requests. The host does it, and the component sees none of these attributes.
export const header = (name, attribute, prefix = '') => ({ tag: 'header', val: { name, prefix, attribute } });
export const scheme = (name, inputs, optionalInputs = {}) => {
  const list = (inputs, optional) => Object.entries(inputs).map(([name, attribute]) => ({ name, attribute, optional }));
  return { tag: 'scheme', val: { name, inputs: [...list(inputs, false), ...list(optionalInputs, true)] } };
};

// An error that people can understand. `path` leads to the argument at fault: names of attributes, and indices of lists.
export class Failure extends Error {
  constructor(summary, detail = '', path = undefined) {
    super(summary);
    Object.assign(this, { detail, path });
  }
}

// Reads JSON. A number that a double does not hold as it is written stays as its text, in `JSON.rawJSON`.
export function parse(text) {
  return JSON.parse(text, (_, value, context) =>
    typeof value === 'number' && String(value) !== context.source ? JSON.rawJSON(context.source) : value);
}

// Returns the functions of the contract. Export them from your own module as `dataSource`.
export function plugin({ name, description, provider, authentication = [], endpoints = [], sources }) {
  const find = (name) => {
    const source = sources.find((source) => source.name === name);
    if (!source) throw new Failure(`There is no data source ${name}`);
    return source;
  };
  const readAt = (name, provider, values, origins) => attempt(name, () => {
    const { check, read } = find(name);
    const call = new Call(parse(provider.json), parse(values.json), origins, authentication);
    check?.(call.arguments);
    return { json: JSON.stringify(read(call)), diagnostics: call.warnings };
  });
  return {
    describe: () => describe({ name, description, provider, authentication, endpoints, sources }),
    needs: () => endpoints.flatMap(({ role, requests }) => requests.map((need) => ({ role, query: [], ...need }))),
    validateProvider: () => [],
    validateArguments(name, values) {
      try {
        attempt(name, () => find(name).check?.(parse(values.json)));
        return [];
      } catch (diagnostics) {
        return diagnostics;
      }
    },
    read: (name, provider, values) => readAt(name, provider, values, resolve(endpoints, provider, values)),
    readAt,
  };
}

// The call of a data source's function `read`.
class Call {
  constructor(provider, values, endpoints, authentication) {
    const origins = new Map(endpoints.map(({ role, origins }) => [role, origins]));
    Object.assign(this, { provider, arguments: values, origins, authentication, warnings: [] });
  }

  warn(summary, detail = '', path = undefined) {
    this.warnings.push(diagnostic('warning', summary, detail, path));
  }

  // Makes a GET request in a role, to its first origin if none is named, and returns the JSON of the answer. `path` is
  // encoded already.
  get(role, path, query = {}, origin = this.origins.get(role)?.[0]) {
    if (!origin) throw new Failure(`The endpoint ${role} has no origin`);
    const set = Object.entries(query).filter(([, value]) => value != null);
    const search = set.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
    // A query may hold secrets: no message shows it.
    const where = `GET ${origin}${path}`;
    const { status, body } = send(origin, search ? `${path}?${search}` : path, this.headers(), where);
    if (status !== 200) {
      // What can be read of a refusal is shown, even if a byte is damaged.
      const shown = new TextDecoder().decode(body).slice(0, 200);
      throw new Failure(`The service answers with status ${status}`, `${where}: ${shown}`);
    }
    try {
      return parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    } catch (error) {
      throw new Failure('The answer of the service is not JSON', `${where}: ${error.message}.`);
    }
  }

  // The headers that a host which cannot authenticate leaves to the component. Elsewhere the attributes are null.
  headers() {
    const given = this.authentication.filter(({ tag, val }) => tag === 'header' && this.provider[val.attribute] != null);
    return given.slice(0, 1).map(({ val }) => [val.name, val.prefix + this.provider[val.attribute]]);
  }
}

function send(origin, pathWithQuery, headers, where) {
  const [scheme, authority] = origin.split('://');
  const fields = Fields.fromList(headers.map(([name, value]) => [name, new TextEncoder().encode(value)]));
  const request = new OutgoingRequest(fields);
  request.setScheme({ tag: scheme === 'http' ? 'HTTP' : 'HTTPS' });
  request.setAuthority(authority);
  request.setPathWithQuery(pathWithQuery);
  try {
    const future = handle(request, undefined);
    future.subscribe().block();
    const answer = future.get();
    if (answer.val.tag === 'err') throw answer.val.val;
    const response = answer.val.val;
    return { status: response.status(), body: readBody(response) };
  } catch (error) {
    const code = error?.payload ?? error;
    if (typeof code?.tag !== 'string') throw error;
    throw new Failure('The request failed', `${where}: ${code.tag}${code.val ? ` (${code.val})` : ''}`);
  }
}

function readBody(response) {
  const stream = response.consume().stream();
  const body = new ArrayBuffer(0, { maxByteLength: LARGEST_ANSWER });
  for (;;) {
    try {
      const [piece, size] = [stream.blockingRead(65536n), body.byteLength];
      if (size + piece.length > LARGEST_ANSWER) {
        throw new Failure(`The answer of the service is larger than ${LARGEST_ANSWER} bytes`);
      }
      body.resize(size + piece.length);
      new Uint8Array(body).set(piece, size);
    } catch (error) {
      if ((error?.payload ?? error)?.tag === 'closed') return body.slice(0);
      throw error;
    }
  }
}

// Runs the author's code. What it throws becomes a diagnostic.
function attempt(name, run) {
  try {
    return run();
  } catch (error) {
    if (error instanceof Failure) throw [diagnostic('error', error.message, error.detail, error.path)];
    // The first line of the stack is the place.
    const detail = `${error}\n${error?.stack?.split('\n')[0] ?? ''}\nReport this to the authors of the component.`;
    throw [diagnostic('error', `The data source ${name} is at fault`, detail)];
  }
}

function diagnostic(severity, summary, detail = '', path = undefined) {
  const steps = path?.map((step) => typeof step === 'number' ? { tag: 'index', val: step } : { tag: 'attribute', val: step });
  return { severity, summary: summary.slice(0, LONGEST_MESSAGE), detail: detail.slice(0, LONGEST_MESSAGE), path: steps };
}

// The description: objects are numbered, those within others after them.
function describe({ name, description, provider, authentication, endpoints, sources }) {
  const objects = [{ attributes: provider }, ...sources.map(({ attributes }) => ({ attributes }))];
  const typeOf = ({ collections, element, attributes }) =>
    ({ collections, element: element ?? { tag: 'object', val: objects.push({ attributes }) - 1 } });
  const describeAttribute = ({ type, ...attribute }) =>
    ({ sensitive: false, deprecated: undefined, environment: [], ...attribute, holds: typeOf(type) });
  // The list grows while its objects are described.
  for (const object of objects) object.attributes = object.attributes.map(describeAttribute);
  return {
    name, description, objects, provider: 0, authentication,
    sources: sources.map(({ name, description, deprecated }, index) => ({ name, description, object: index + 1, deprecated })),
    endpoints: endpoints.map(({ role, attribute, defaults, stable = false }) => ({ role, attribute, defaults, stable })),
  };
}

// The origins, for a host that does not complete them.
function resolve(endpoints, provider, values) {
  const [configured, given] = [JSON.parse(provider.json), JSON.parse(values.json)];
  // Another text could lead to another host.
  const value = (text) => typeof text === 'string' && /^[a-z0-9-]+$/.test(text) ? text : undefined;
  const complete = (pattern) =>
    pattern.replace(/\{(\w+)\}/g, (whole, name) => value(given[name] ?? configured[name]) ?? whole);
  return endpoints.map(({ role, attribute, defaults }) => {
    const origins = configured[attribute] ? [configured[attribute]] : defaults.map(complete);
    return { role, origins: origins.filter((origin) => !origin.includes('{')) };
  });
}
