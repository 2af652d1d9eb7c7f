/** The API for programs, as OpenAPI 3.1. */
import { QUERIES } from './queries';

type Properties = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Query {
  readonly required?: readonly string[];
  readonly properties: Properties;
}

const NUMBERS = { type: 'array', items: { type: 'number' } };
const NULLABLE_NUMBERS = { type: 'array', items: { type: ['number', 'null'] } };

/** The description. */
export function openApi(): unknown {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Strain viewer',
      version: '1',
      description: 'Borehole strain from Kafka. All times are milliseconds since 1970-01-01 UTC.',
    },
    // Relative, so that it holds behind a path prefix too.
    servers: [{ url: '..' }],
    paths: {
      '/api/stations': {
        get: operation('Stations with their state, sessions and channels', { properties: {} }, OBJECT),
      },
      '/api/series': { get: operation('Samples, or minima and maxima of buckets', QUERIES.series, SERIES) },
      '/api/export': {
        get: {
          ...operation('Samples as a file', QUERIES.export, undefined),
          responses: {
            200: {
              description: 'The file',
              content: { 'text/csv': {}, 'application/vnd.apache.parquet': {} },
            },
          },
        },
      },
      '/api/live': {
        get: {
          ...operation('New rows, or the list of stations, as server-sent events', QUERIES.live, undefined),
          responses: { 200: { description: 'Events', content: { 'text/event-stream': {} } } },
        },
      },
      '/api/markers': { get: operation('Markers', QUERIES.markers, { type: 'array', items: OBJECT }) },
      '/api/settings': { get: operation('What the page may do', { properties: {} }, OBJECT) },
    },
  };
}

const OBJECT = { type: 'object' };

const SERIES = {
  type: 'object',
  properties: {
    site: { type: 'string' },
    session: { type: 'string' },
    intervalMs: { type: 'number', description: 'Nominal interval of the instants' },
    bucketMs: { type: ['number', 'null'], description: 'Width of the buckets; null for samples' },
    time: { ...NUMBERS, description: 'Instants of the samples, or first instants of the buckets' },
    channels: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          unit: { type: 'string' },
          values: { ...NULLABLE_NUMBERS, description: 'Samples, without buckets' },
          min: NULLABLE_NUMBERS,
          max: NULLABLE_NUMBERS,
          mean: NULLABLE_NUMBERS,
        },
      },
    },
    gaps: { type: 'array', items: OBJECT, description: 'Where instants are missing' },
  },
};

function operation(
  summary: string,
  { required = [], properties }: Query,
  answer: unknown,
): Record<string, unknown> {
  return {
    summary,
    parameters: Object.entries(properties).map(([name, { description, ...schema }]) => ({
      name,
      in: 'query',
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema,
    })),
    responses: {
      200: { description: summary, content: { 'application/json': { schema: answer } } },
      default: {
        description: 'An error, and what to do',
        content: { 'application/json': { schema: ERROR } },
      },
    },
  };
}

const ERROR = {
  type: 'object',
  required: ['error'],
  properties: { error: { type: 'string' }, fix: { type: 'string' } },
};
