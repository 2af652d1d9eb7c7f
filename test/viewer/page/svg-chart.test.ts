import { type Picture, svgOf } from '../../../viewer/page/svg-chart';

const PICTURE: Picture = {
  title: 'B009 Hour',
  subtitle: 'mean removed',
  span: { start: 0, end: 4000 },
  traces: {
    time: [0, 1000, 1500, 2000],
    bucketMs: null,
    intervalMs: 1000,
    gaps: [],
    channels: [{ name: 'ls1_t0', unit: 'counts', line: [0, 10, null, 5] }],
  },
  labelOf: () => 'Gauge 1',
  markers: [],
  width: 508,
  height: 114,
  colors: {
    background: '#fff',
    text: '#111',
    muted: '#555',
    grid: '#eee',
    gap: '#fdd',
    marker: '#808',
    lineOf: () => '#0068a5',
  },
};

test('the line is broken where a value is missing, and a lone sample is a dot', () => {
  const line = /<path d="([^"]+)" fill="none" stroke="#0068a5"/.exec(svgOf(PICTURE))?.[1];
  expect(line).toMatch(/^M92 [\d.]+L192 [\d.]+M292 [\d.]+h0$/);
});

test('has its title, label, unit and times', () => {
  const svg = svgOf(PICTURE);
  for (const text of ['B009 Hour', 'mean removed', 'Gauge 1', 'counts', '00:00:01', '1970:001']) {
    expect(svg).toContain(`>${text}</text>`);
  }
});

test('an envelope is one area that goes along its greatest values and back along the least', () => {
  const channels = [{ name: 'a', unit: '', line: [1, 1], envelope: { min: [0, 0], max: [2, 2] } }];
  const svg = svgOf({ ...PICTURE, traces: { ...PICTURE.traces, time: [0, 4000], channels } });
  expect(svg).toMatch(/d="M92 77.4L492 77.4L492 166.6L92 166.6Z"/);
});

test('texts of others stay texts', () => {
  const hostile = '</text><script>alert("1")</script>\u0000';
  const svg = svgOf({ ...PICTURE, title: hostile, markers: [{ time: 1000, text: hostile }] });
  expect(svg).not.toContain('<script');
  expect(svg).not.toContain('\u0000');
  expect(svg).toContain('&#60;script&#62;alert(&#34;1&#34;)');
});
