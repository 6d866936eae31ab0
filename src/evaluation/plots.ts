import type { Curves } from './summary.js';

/** Escapes text for HTML and SVG. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Size of a plot and its margins, in SVG units. */
const WIDTH = 420;
const HEIGHT = 260;
const LEFT = 66;
const RIGHT = 22;
const TOP = 12;
const BOTTOM = 42;

interface Axis {
  label: string;
  ticks: number[];
  format?: (value: number) => string;
}

interface Frame {
  x: (value: number) => number;
  y: (value: number) => number;
}

const number = (value: number): string => String(Math.round(value * 100) / 100);

function frameOf(xMin: number, xMax: number, yMax: number): Frame {
  return {
    x: (value) => LEFT + ((value - xMin) / (xMax - xMin || 1)) * (WIDTH - LEFT - RIGHT),
    y: (value) => HEIGHT - BOTTOM - (value / (yMax || 1)) * (HEIGHT - TOP - BOTTOM),
  };
}

/** The grid, the ticks and the labels around what is drawn. */
function plot(title: string, xAxis: Axis, yAxis: Axis, { x, y }: Frame, marks: string): string {
  const text = (axis: Axis, value: number) => escapeHtml((axis.format ?? String)(value));
  const grid = yAxis.ticks.map(
    (tick) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${number(y(tick))}" y2="${number(y(tick))}"/><text class="tick" x="${LEFT - 7}" y="${number(y(tick) + 4)}" text-anchor="end">${text(yAxis, tick)}</text>`,
  );
  const below = xAxis.ticks.map(
    (tick) => `<text class="tick" x="${number(x(tick))}" y="${HEIGHT - BOTTOM + 17}" text-anchor="middle">${text(xAxis, tick)}</text>`,
  );
  return `<figure><figcaption>${escapeHtml(title)}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">${grid.join('')}<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${number(y(0))}" y2="${number(y(0))}"/>${below.join('')}${marks}<text class="label" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escapeHtml(xAxis.label)}</text><text class="label" transform="translate(14 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(yAxis.label)}</text></svg></figure>`;
}

const line = (points: [number, number][], style: string): string =>
  `<polyline class="${style}" points="${points.map(([a, b]) => `${number(a)},${number(b)}`).join(' ')}"/>`;
const dot = (at: [number, number], title: string, style = 'point'): string =>
  `<circle class="${style}" cx="${number(at[0])}" cy="${number(at[1])}" r="${style === 'point' ? 3.5 : 5}"><title>${escapeHtml(title)}</title></circle>`;

const SHARES = [0, 0.25, 0.5, 0.75, 1];
const percent = (value: number): string => `${Math.round(value * 100)} %`;
const exact = (value: number): string => `${(value * 100).toFixed(1)} %`;

/** Recall of the needed gold among the first k found. */
export function recallPlot({ recallByK }: Curves): string {
  const frame = frameOf(1, recallByK.length, 1);
  const points = recallByK.map((recall, i): [number, number] => [frame.x(i + 1), frame.y(recall)]);
  const marks = line(points, 'line') + points.map((at, i) => dot(at, `k = ${i + 1}: ${exact(recallByK[i] as number)}`)).join('');
  return plot(
    'Recall by k',
    { label: 'paragraphs looked at (k)', ticks: recallByK.map((_, i) => i + 1) },
    { label: 'gold found', ticks: SHARES, format: percent },
    frame,
    marks,
  );
}

/** Share of wrong answers when only the surest are given. */
export function riskPlot({ riskCoverage, operatingPoint }: Curves): string {
  const frame = frameOf(0, 1, 1);
  const points = riskCoverage.map(({ coverage, risk }): [number, number] => [frame.x(coverage), frame.y(risk)]);
  const here = operatingPoint
    ? dot(
        [frame.x(operatingPoint.coverage), frame.y(operatingPoint.risk)],
        `as configured: ${exact(operatingPoint.coverage)} answered, ${exact(operatingPoint.risk)} of them wrong`,
        'here',
      )
    : '';
  const label = operatingPoint
    ? `<text class="note" x="${number(frame.x(operatingPoint.coverage))}" y="${number(Math.max(TOP + 8, frame.y(operatingPoint.risk) - 10))}" text-anchor="${operatingPoint.coverage > 0.8 ? 'end' : 'middle'}">as configured</text>`
    : '';
  return plot(
    'Risk and coverage',
    { label: 'questions answered, surest first', ticks: SHARES, format: percent },
    { label: 'of them wrong', ticks: SHARES, format: percent },
    frame,
    line(points, 'line') + here + label,
  );
}

/** Share of right answers against the confidence they came with; the area of a dot is its number of answers. */
export function reliabilityPlot({ reliability }: Curves): string {
  const frame = frameOf(0, 1, 1);
  const most = Math.max(1, ...reliability.map(({ count }) => count));
  const filled = reliability.filter(({ count }) => count > 0);
  const ideal = line(
    [
      [frame.x(0), frame.y(0)],
      [frame.x(1), frame.y(1)],
    ],
    'ideal',
  );
  const points = filled.map(({ confidence, accuracy }): [number, number] => [frame.x(confidence), frame.y(accuracy)]);
  const dots = filled.map(({ confidence, accuracy, count }, i) => {
    const [cx, cy] = points[i] as [number, number];
    return `<circle class="sized" cx="${number(cx)}" cy="${number(cy)}" r="${number(3 + 8 * Math.sqrt(count / most))}"><title>${count} answers: confidence ${exact(confidence)}, right ${exact(accuracy)}</title></circle>`;
  });
  return plot(
    'Reliability',
    { label: 'confidence', ticks: SHARES, format: percent },
    { label: 'answers that are right', ticks: SHARES, format: percent },
    frame,
    ideal + line(points, 'line') + dots.join(''),
  );
}

/** About five round steps from 0 to a greatest value. */
function roundTicks(max: number): number[] {
  const rough = Math.max(max, 1) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) as number));
  return Array.from({ length: Math.floor(max / step) + 1 }, (_, i) => i * step);
}

/** How many replies took how long. */
export function latencyPlot({ latency }: Curves): string {
  const end = latency.at(-1)?.to ?? 1;
  const most = Math.max(1, ...latency.map(({ count }) => count));
  const frame = frameOf(0, end, most);
  const bars = latency.map(
    ({ from, to, count }) =>
      `<rect class="bar" x="${number(frame.x(from) + 0.5)}" width="${number(Math.max(0.5, frame.x(to) - frame.x(from) - 1))}" y="${number(frame.y(count))}" height="${number(frame.y(0) - frame.y(count))}"><title>${number(from)} to ${number(to)} ms: ${count}</title></rect>`,
  );
  return plot('Latency', { label: 'milliseconds', ticks: roundTicks(end) }, { label: 'replies', ticks: roundTicks(most) }, frame, bars.join(''));
}
