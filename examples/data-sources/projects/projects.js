// The IAM projects of a Huawei Cloud account, as a data source.
import {
  Failure, computed, header, list, number, object, optional, plugin, scheme, text, truthValue,
} from './declarative-plugin.js';

// The service takes no larger page, and nobody has as many pages.
const LARGEST_PAGE = 5000;
const MOST_PAGES = 1000;

const secret = { sensitive: true };

export const dataSource = plugin({
  name: 'Projects',
  description: 'The IAM projects of a Huawei Cloud account.',
  provider: [
    optional('region', text, 'The region whose IAM is asked, such as `cn-north-4`.'),
    optional('access_key', text, 'The id of an access key ("AK"), which signs requests together with `secret_key`.', secret),
    optional('secret_key', text, 'The secret access key ("SK").', secret),
    optional('security_token', text, 'The security token of a temporary access key.', secret),
    optional('token', text, 'An IAM token, valid for 24 hours. It is used before an access key.', secret),
    optional('iam_endpoint', text, 'The origin of IAM. Default: `https://iam.{region}.myhuaweicloud.com`.'),
  ],
  authentication: [
    header('x-auth-token', 'token'),
    scheme(
      'sdk-hmac-sha256',
      { 'access-key-id': 'access_key', 'secret-access-key': 'secret_key' },
      { 'security-token': 'security_token' },
    ),
  ],
  endpoints: [{
    role: 'iam',
    attribute: 'iam_endpoint',
    defaults: ['https://iam.{region}.myhuaweicloud.com', 'https://iam.{region}.myhuaweicloud.eu'],
    requests: [{ method: 'GET', path: '/v3/projects', query: ['name', 'page', 'per_page'] }],
  }],
  sources: [{
    name: 'projects',
    description: 'The projects of the account, sorted by name. Every region has one of its name, which may have further projects.',
    attributes: [
      optional('name', text, 'The name of the project, such as `cn-north-4`. Default: all projects.'),
      optional('region', text, 'The region whose IAM is asked. Default: that of the provider.'),
      optional('page_size', number, `The number of projects of a request, up to ${LARGEST_PAGE}. Default: all in one.`),
      computed('projects', list(object(
        computed('id', text, 'The id.'),
        computed('name', text, 'The name.'),
        computed('description', text, 'The description.'),
        computed('enabled', truthValue, 'Whether the project is in use.'),
        computed('domain_id', text, 'The id of the account.'),
        computed('parent_id', text, 'The id of the parent: of the account, or of the project that this one belongs to.'),
      )), 'The projects.'),
    ],
    check,
    read,
  }],
});

// Checks the arguments. One that is null may be unknown yet.
function check({ page_size: size }) {
  if (size != null && !(Number.isInteger(size) && size >= 1 && size <= LARGEST_PAGE)) {
    throw new Failure('Not a valid page size', `\`page_size\` is a whole number from 1 to ${LARGEST_PAGE}.`, ['page_size']);
  }
}

// Reads all projects: in one request, or page by page until one is not full.
function read(call) {
  const { name, page_size: size } = call.arguments;
  const projects = new Map();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const paged = size == null ? {} : { page, per_page: size };
    const answer = call.get('iam', '/v3/projects', { name, ...paged }, origin(call));
    for (const { id, name, description, enabled, domain_id, parent_id } of answer.projects) {
      if (projects.has(id)) throw new Failure('The projects changed while they were read', `${id} came twice. Read them again.`);
      projects.set(id, { id, name, description, enabled, domain_id, parent_id });
    }
    if (size == null && answer.links?.next != null) {
      throw new Failure('The service answers in pages', 'It has more projects than it sends at once. Set `page_size`.');
    }
    if (size == null || answer.projects.length < size) return { projects: [...projects.values()].sort(byName) };
  }
  throw new Failure('The account has too many projects', `They fill more than ${MOST_PAGES} pages. Set a larger \`page_size\`.`);
}

// European regions have a domain of their own.
function origin(call) {
  const region = call.arguments.region ?? call.provider.region ?? '';
  const origins = call.origins.get('iam') ?? [];
  return origins.find((origin) => origin.endsWith('.eu') === region.startsWith('eu-west-1')) ?? origins[0];
}

function byName(one, other) {
  const key = ({ name, id }) => `${name} ${id}`;
  return key(one) < key(other) ? -1 : 1;
}
