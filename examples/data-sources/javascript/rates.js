// The exchange rates of a day, as a data source.
import {
  Failure, computed, header, list, number, object, optional, plugin, required, text,
} from './declarative-plugin.js';

export const dataSource = plugin({
  name: 'Rates',
  description: 'Exchange rates of a day.',
  provider: [
    optional('endpoint', text, 'The origin of the service. Default: `https://rates.example.com`.'),
    optional('token', text, 'The token of the service.', { sensitive: true }),
  ],
  authentication: [header('x-token', 'token')],
  endpoints: [{
    role: 'rates',
    attribute: 'endpoint',
    defaults: ['https://rates.example.com'],
    requests: [{ method: 'GET', path: '/v1/rates/{}', query: ['date'] }],
  }],
  sources: [{
    name: 'rates',
    description: 'The exchange rates of a currency.',
    attributes: [
      required('base', text, 'The currency that is exchanged, such as `EUR`.'),
      optional('date', text, 'The day, such as `2026-01-02`. Default: today.'),
      computed('rates', list(object(
        computed('currency', text, 'The other currency.'),
        computed('rate', number, 'How much of it one unit of `base` is.'),
      )), 'The rates.'),
    ],
    check,
    read,
  }],
});

// Checks the arguments. One that is null may be unknown yet.
function check({ base }) {
  if (base != null && base.length !== 3) {
    throw new Failure('Not a valid currency', '`base` has three characters, such as `EUR`.', ['base']);
  }
}

// Reads the source, and returns the attributes that are computed.
function read(call) {
  const { base, date } = call.arguments;
  const answer = call.get('rates', `/v1/rates/${encodeURIComponent(base)}`, { date });
  return { rates: answer.rates.map(({ currency, rate }) => ({ currency, rate })) };
}
