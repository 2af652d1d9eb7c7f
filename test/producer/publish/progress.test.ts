import { Writable } from 'node:stream';

import { RowEncoder } from '../../../producer/records/encoder';
import { Acknowledgements } from '../../../producer/publish/pipeline';
import { percentDone, showProgress } from '../../../producer/publish/progress';
import { defaultSchemasRoot, loadSchemas } from '../../../producer/records/schemas';
import { formatSummary, summarize } from '../../../producer/publish/summary';
import { ReadReport } from '../../../producer/report';
import { logTo, rows } from './helpers';

const encoder = new RowEncoder(loadSchemas(defaultSchemasRoot()), { key: 1, value: 2 });

/** Half of the input read, 100 samples in it, 25 of them acknowledged. */
function halfRead(): { report: ReadReport; acknowledged: Acknowledgements } {
  const report = new ReadReport();
  report.bytesTotal = 1000;
  report.bytesRead = 500;
  Object.assign(report.stream('B009', 'Min'), { samples: 100, rows: 50 });
  const acknowledged = new Acknowledgements();
  acknowledged.add(encoder.encode(rows(25)));
  return { report, acknowledged };
}

const shown = () => {
  const { report: reading, acknowledged } = halfRead();
  return { reading, acknowledged, verb: 'acknowledged' };
};

test('what is done is what is acknowledged of what is read', () => {
  const { report, acknowledged } = halfRead();
  expect(percentDone(report, acknowledged)).toBe(12);
  expect(percentDone(new ReadReport(), acknowledged)).toBeUndefined();
});

test('no terminal: a line every few seconds', () => {
  jest.useFakeTimers();
  const lines: string[] = [];
  const stop = showProgress({ ...shown(), stderr: new Writable(), log: logTo(lines) });
  jest.advanceTimersByTime(10_000);
  stop();
  jest.useRealTimers();
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('12 %, 50 rows read, 25 acknowledged');
});

test('a terminal: a bar', () => {
  let text = '';
  const terminal = Object.assign(
    new Writable({
      write(chunk: Buffer, _, done) {
        text += chunk.toString();
        done();
      },
    }),
    { isTTY: true, columns: 80, cursorTo: () => true, clearLine: () => true, moveCursor: () => true },
  );
  const stop = showProgress({ ...shown(), stderr: terminal, log: logTo([]) });
  stop();
  expect(text).toContain('12 %, 25 rows acknowledged');
});

test('the summary says what was acknowledged, for each station and session', () => {
  const { report, acknowledged } = halfRead();
  const summary = summarize(report, acknowledged, 0.5);
  expect(summary).toMatchObject({ rows: 50, acknowledged: 25, seconds: 0.5, rowsPerSecond: 50 });
  expect(summary.acknowledgedByStream).toEqual([{ site: 'B009', session: 'Min', rows: 25 }]);
  expect(formatSummary(summary)).toMatch(/^25 of 50 rows acknowledged in 0.5 s, 50 rows\/s/);
  expect(formatSummary(summary)).toMatch(/B009 .* Min .* 50 .* 25 /);
});
