import type { Comparison } from './compare.js';
import { counted } from './counted.js';
import { failureOf, goldRank, type Outcome } from './judge.js';
import type { SetReport } from './report-json.js';
import { type Estimate, METRICS, type Metric } from './summary.js';

/** Metrics of the table by category. */
export const CATEGORY_METRICS = [
  'success',
  'recall@1',
  'recall@5',
  'recall@10',
  'ndcg@10',
  'accuracy',
  'exactMatch',
  'f1',
  'citationRecall',
  'falseAnswers',
  'falseRefusals',
];

/** Failures listed on the terminal; the reports hold all. */
const LISTED_FAILURES = 20;

/** A value as people read it: a share with three decimals, a time in milliseconds. */
export const formatValue = (value: number, unit: Metric['unit']): string => (unit === 'ms' ? `${value.toFixed(value < 10 ? 1 : 0)} ms` : value.toFixed(3));

export const formatEstimate = ({ value, interval }: Estimate, unit: Metric['unit']): { value: string; interval: string } => ({
  value: formatValue(value, unit),
  interval: interval ? `${formatValue(interval.low, unit)} to ${formatValue(interval.high, unit)}` : '',
});

/** Columns side by side; the first is text, the others are numbers. */
function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) => `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join('  ')}`.trimEnd())
    .join('\n');
}

/** What was asked of what, and what could not be scored: one line each. */
export function headline({ outcomes, stale, identity, fingerprint, measures }: SetReport): string[] {
  const errors = outcomes.filter(({ error }) => error !== undefined).length;
  const threshold = identity.threshold === null ? '' : `, threshold ${identity.threshold}`;
  const unknown = measures === 'answers' ? outcomes.filter(({ regardless, error }) => regardless === null && error === undefined).length : 0;
  return [
    `${counted(outcomes.length + stale.length, 'question')} (${fingerprint.slice(0, 12)}), ${outcomes.length} scored, ${identity.where}${threshold}`,
    `${identity.documents} documents, ${identity.paragraphs} paragraphs (${identity.corpus.slice(0, 12)}), model ${identity.model}`,
    ...(stale.length > 0
      ? [
          `STALE: ${counted(stale.length, 'question')} left out of every number, because the documents no longer hold the evidence: ${stale.map(({ id }) => id).join(', ')}; run "check"`,
        ]
      : []),
    ...(errors > 0 ? [`NO REPLY: ${counted(errors, 'question')}, counted as failures`] : []),
    ...(unknown > 0 ? [`aurc, ece and the risk-coverage curve leave out ${counted(unknown, 'question')}, to which no answer is known`] : []),
  ];
}

function metricTable({ metrics }: SetReport): string {
  const rows = METRICS.flatMap(({ name, unit, meaning }) => {
    const estimate = metrics[name];
    if (!estimate) return [];
    const { value, interval } = formatEstimate(estimate, unit);
    return [{ cells: [name, value, interval, String(estimate.n)], meaning }];
  });
  const lines = table([['metric', 'value', '95 % interval', 'n'], ...rows.map(({ cells }) => cells)]).split('\n');
  return lines.map((line, i) => (i === 0 ? line : `${line}  ${rows[i - 1]?.meaning}`)).join('\n');
}

/** Cells of the table by category, header first; a metric no category has is left out. */
export function categoryRows({ categories }: SetReport): string[][] {
  const used = CATEGORY_METRICS.filter((name) => Object.values(categories).some(({ metrics }) => metrics[name]));
  const rows = Object.entries(categories).map(([name, { questions, metrics }]) => [
    name,
    String(questions),
    ...used.map((metric) => (metrics[metric] ? formatValue(metrics[metric].value, 'share') : '-')),
  ]);
  return [['category', 'n', ...used], ...rows];
}

/** Where the evidence was among what was found, in words; empty where a question has none. */
export function retrievalState(outcome: Outcome): string {
  if (outcome.needed === 0) return '';
  const rank = goldRank(outcome);
  return rank === null ? `gold not among the first ${outcome.retrieved.length} found` : `gold found at rank ${rank}`;
}

function failureLines(outcomes: Outcome[]): string {
  const failed = outcomes.filter((outcome) => failureOf(outcome) !== null);
  const lines = failed.slice(0, LISTED_FAILURES).map((outcome) => {
    const found = outcome.retrieved.slice(0, 3).map(({ source, paragraph, gold }) => `${source}#${paragraph}${gold ? ' (gold)' : ''}`);
    const state = retrievalState(outcome);
    return `  ${outcome.id} ${outcome.category}: ${outcome.question}\n    ${failureOf(outcome)}${state ? `; ${state}` : ''}; found ${found.join(', ') || 'nothing'}`;
  });
  const rest = failed.length - lines.length;
  return [`failures: ${failed.length}`, ...lines, ...(rest > 0 ? [`  and ${rest} more in the report`] : [])].join('\n');
}

/** A set's figures for the terminal. */
export function setText(set: SetReport): string {
  return [`${set.name}`, ...headline(set).map((line) => `  ${line}`), '', metricTable(set), '', table(categoryRows(set)), '', failureLines(set.outcomes)].join(
    '\n',
  );
}

/** A comparison for the terminal. An interval that leaves out 0 is marked with a star. */
export function comparisonText({ name, questions, caveats, differences, gained, lost }: Comparison): string {
  const rows = METRICS.flatMap(({ name: metric, unit, better }) => {
    const change = differences[metric];
    if (!change) return [];
    const signed = (value: number) => `${value >= 0 ? '+' : '-'}${formatValue(Math.abs(value), unit)}`;
    const clear = change.low > 0 || change.high < 0;
    const verdict = clear ? `* ${change.difference > 0 === (better === 'higher') ? 'better' : 'worse'}` : '';
    return [
      [
        metric,
        formatValue(change.before, unit),
        formatValue(change.after, unit),
        signed(change.difference),
        `${signed(change.low)} to ${signed(change.high)}`,
        verdict,
      ],
    ];
  });
  const changed = (outcomes: Outcome[]) => outcomes.map(({ id, category, question }) => `  ${id} ${category}: ${question}`);
  return [
    `${name}: compared on ${questions} questions`,
    ...caveats.map((caveat) => `  note: ${caveat}`),
    table([['metric', 'before', 'after', 'change', '95 % interval', ''], ...rows]),
    `now right: ${gained.length}`,
    ...changed(gained),
    `now wrong: ${lost.length}`,
    ...changed(lost),
  ].join('\n');
}
