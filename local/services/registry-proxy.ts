/**
 * Confluent's clients expect the API at the root of the registry. Apicurio serves that API under a path, and
 * its own pages at the root. This puts the API at the root and leaves Apicurio's own paths as they are, so
 * `http://localhost:8081` works as with Confluent's registry.
 */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { APICURIO_CONFLUENT_PATH } from '../../constructs/config/registry';

/** Paths of Confluent's API. All other paths go to Apicurio. */
const CONFLUENT = /^\/(subjects|schemas|config|mode|compatibility|contexts|exporters|clusters|v1)(\/|\?|$)/;

/** Listens on localhost:`port` and forwards to `target`; close the server to end it. */
export async function startRegistryProxy(port: number, target: number): Promise<Server> {
  const server = createServer((incoming, answer) => {
    forward(incoming, answer, target);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function forward(incoming: IncomingMessage, answer: ServerResponse, target: number): void {
  const url = incoming.url ?? '/';
  if (url === '/' && !incoming.headers.accept?.includes('text/html')) {
    // Confluent's registry returns an empty object at its root, which some clients use as a health check.
    answer.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    return;
  }
  const path = CONFLUENT.test(url) ? APICURIO_CONFLUENT_PATH + url : url;
  const outgoing = request(
    { host: '127.0.0.1', port: target, method: incoming.method, path, headers: incoming.headers },
    (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    },
  );
  outgoing.once('error', (error) => {
    if (answer.headersSent) answer.destroy();
    else {
      answer.writeHead(502, { 'content-type': 'application/json' });
      answer.end(
        JSON.stringify({ error_code: 502, message: `the registry does not answer: ${error.message}` }),
      );
    }
  });
  answer.once('close', () => {
    outgoing.destroy();
  });
  incoming.pipe(outgoing);
}
