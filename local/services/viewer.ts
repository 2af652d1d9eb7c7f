/** The live strain page. It waits for Kafka and the registry by itself. */
import path from 'node:path';
import { ROOT } from '../../cli/root';
import { PORTS } from '../../contract';
import { addresses } from '../settings';
import { getJson, type ServiceDefinition } from './service';

const CLI = path.join(ROOT, 'viewer', 'bin', 'strain-viewer.js');

export const viewer: ServiceDefinition = {
  name: 'viewer',
  ports: { viewer: PORTS.viewer },
  stopsFirst: true,
  create: ({ settings, port }) => {
    const { kafka, registry } = addresses(settings);
    return {
      program: process.execPath,
      args: [
        ...[CLI, '--bootstrap-servers', kafka, '--schema-registry', registry],
        ...['--listen', `localhost:${port('viewer')}`],
        ...['--data-dir', path.join(settings.stateDir, 'data', 'viewer')],
      ],
      async ready() {
        await getJson(`http://localhost:${port('viewer')}/api/health`);
        return true;
      },
    };
  },
};
