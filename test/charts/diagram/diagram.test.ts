import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawings } from '../../../charts/diagram/drawings';
import { graphOf } from '../../../charts/diagram/graph';
import { BOX, layout } from '../../../charts/diagram/layout';
import { workloads } from '../../../constructs/index';
import { chartOf, NAMES } from '../support';

describe.each(NAMES)('the diagram of profile %s', (profile) => {
  const chart = chartOf(profile);
  const graph = graphOf(chart, profile);

  test('is the one in docs: npm run diagram', () => {
    const { svg } = drawings().find(({ file }) => file === `${profile}.svg`) ?? {};
    expect(readFileSync(join(__dirname, '../../../docs', `${profile}.svg`), 'utf8')).toBe(svg);
  });

  test('shows every workload', () => {
    const titles = graph.nodes.filter(({ own }) => own).map(({ title }) => title);
    expect(titles).toEqual(workloads(chart).map(({ name }) => name));
  });

  test('no box covers another', () => {
    const { boxes, width, height } = layout(graph);
    boxes.forEach((a, i) => {
      expect(a.x >= 0 && a.y >= 0 && a.x + BOX.width <= width && a.y + BOX.height <= height).toBe(true);
      for (const b of boxes.slice(i + 1)) {
        expect(Math.abs(a.x - b.x) >= BOX.width || Math.abs(a.y - b.y) >= BOX.height).toBe(true);
      }
    });
  });
});

test('one edge names all ports of a pair', () => {
  const { edges } = graphOf(chartOf('dev'), 'dev');
  expect(edges).toContainEqual({ from: 'flink-taskmanager', to: 'flink-jobmanager', label: '6123, 6124' });
  expect(edges).toContainEqual({ from: 'strain-producer', to: 'kafka-broker', label: '9092' });
  expect(edges).toContainEqual({ from: 'outside', to: 'kafka-broker', label: '19092' });
  expect(edges).toContainEqual({ from: 'flink-jobmanager', to: 'Kubernetes API', label: '443, 6443' });
});
