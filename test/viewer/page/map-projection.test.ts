import { labelSides, mapFrame } from '../../../viewer/page/map-projection';

test('all places are inside, north is up and east is right', () => {
  const frame = mapFrame(
    [
      { latitude: 48, longitude: -124 },
      { latitude: 33, longitude: -116 },
    ],
    560,
    380,
  );
  const [north, south] = [
    frame.at({ latitude: 48, longitude: -124 }),
    frame.at({ latitude: 33, longitude: -116 }),
  ];
  expect(north.x).toBeGreaterThan(0);
  expect(north.x).toBeLessThan(south.x);
  expect(north.y).toBeLessThan(south.y);
  expect(south.y).toBeLessThan(380);
  expect(frame.parallels.map(({ label }) => label)).toEqual(['40° N', '50° N']);
});

test('a degree of longitude is half as wide at 60 degrees north', () => {
  const frame = mapFrame([{ latitude: 60, longitude: 10 }], 400, 400);
  const east = frame.at({ latitude: 60, longitude: 11 }).x - frame.at({ latitude: 60, longitude: 10 }).x;
  const north = frame.at({ latitude: 60, longitude: 10 }).y - frame.at({ latitude: 61, longitude: 10 }).y;
  expect(east / north).toBeCloseTo(0.5);
});

test('beyond 180 degrees, meridians have their usual names', () => {
  const { meridians } = mapFrame([{ latitude: 0, longitude: 179.9 }], 400, 400);
  expect(meridians.map(({ label }) => label)).toEqual([
    '179.4° E',
    '179.6° E',
    '179.8° E',
    '180° W',
    '179.8° W',
    '179.6° W',
  ]);
});

test('the labels of neighbours do not cover each other', () => {
  const sides = labelSides(
    [
      { x: 100, y: 100 },
      { x: 112, y: 100 },
    ],
    36,
    12,
  );
  expect(sides).toEqual(['left', 'right']);
});
