import { failureOf, type Outcome } from './judge.js';
import { escapeHtml, latencyPlot, recallPlot, reliabilityPlot, riskPlot } from './plots.js';
import type { Report, SetReport } from './report-json.js';
import { categoryRows, formatEstimate, headline, retrievalState } from './report-text.js';
import { METRICS } from './summary.js';

/** Failures shown of a set, so that a browser opens the page of a large public set; the JSON holds all. */
const SHOWN_FAILURES = 300;

const STYLE = `
:root { color-scheme: light dark; --page: #fbfbf9; --card: #fff; --ink: #1d2329; --soft: #5c6670; --rule: #dfe2e0; --accent: #0b6e75; --warm: #b4480f; --mark: #e6f1f1; }
@media (prefers-color-scheme: dark) { :root { --page: #14181b; --card: #1b2125; --ink: #e4e8ea; --soft: #9aa5ad; --rule: #333c42; --accent: #5cc0c7; --warm: #f09a62; --mark: #1e3437; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1140px; margin: 0 auto; padding: 32px 20px 80px; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.3rem; margin: 40px 0 4px; padding-top: 18px; border-top: 1px solid var(--rule); overflow-wrap: anywhere; }
h3 { font-size: 1.02rem; margin: 32px 0 8px; }
p { margin: 2px 0; color: var(--soft); overflow-wrap: anywhere; }
p.alarm { color: var(--warm); font-weight: 600; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0; }
.tile { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 12px 14px; }
.tile b { display: block; font-size: 1.55rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: .82rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 16px; }
figure { margin: 0; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 12px 14px 8px; }
figcaption { font-weight: 600; margin-bottom: 6px; }
svg { width: 100%; height: auto; display: block; }
svg text { font: 11px system-ui, sans-serif; fill: var(--soft); }
svg .note { fill: var(--warm); font-weight: 600; }
.grid { stroke: var(--rule); }
.axis { stroke: var(--soft); }
.line { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
.ideal { stroke: var(--soft); stroke-dasharray: 4 4; }
.point, .bar { fill: var(--accent); }
.sized { fill: var(--accent); fill-opacity: .55; stroke: var(--accent); }
.here { fill: var(--warm); stroke: var(--card); stroke-width: 2; }
.scroll { overflow-x: auto; border: 1px solid var(--rule); border-radius: 8px; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-size: .88rem; }
th, td { padding: 5px 9px; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; border-bottom: 1px solid var(--rule); }
tr:last-child td { border-bottom: 0; }
th { font-weight: 600; color: var(--soft); }
th:first-child, td:first-child, .meaning { text-align: left; }
td.meaning { white-space: normal; color: var(--soft); min-width: 260px; }
details { border: 1px solid var(--rule); border-radius: 8px; background: var(--card); margin: 8px 0; padding: 8px 14px; }
summary { cursor: pointer; }
summary em { font-style: normal; color: var(--warm); }
small { color: var(--soft); }
dl { display: grid; grid-template-columns: minmax(80px, max-content) 1fr; gap: 4px 14px; margin: 10px 0 4px; font-size: .9rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
ol { margin: 0; padding-left: 1.4em; }
mark { background: var(--mark); color: inherit; border-radius: 3px; padding: 0 3px; }
`;

const TILES = [
  'success',
  'accuracy',
  'recall@5',
  'recall@10',
  'ndcg@10',
  'exactMatch',
  'f1',
  'citationPrecision',
  'falseAnswers',
  'falseRefusals',
  'latencyP50',
];

const cells = (row: string[], tag: 'td' | 'th'): string => `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;

function tiles({ metrics }: SetReport): string {
  const shown = TILES.flatMap((name) => {
    const estimate = metrics[name];
    const unit = METRICS.find((metric) => metric.name === name)?.unit ?? 'share';
    if (!estimate) return [];
    const { value, interval } = formatEstimate(estimate, unit);
    return [`<div class="tile"><span>${escapeHtml(name)}</span><b>${value}</b><span>${interval || '&nbsp;'}</span></div>`];
  });
  return `<div class="tiles">${shown.join('')}</div>`;
}

function plots({ curves }: SetReport): string {
  const drawn = [
    curves.recallByK.length > 0 ? recallPlot(curves) : '',
    curves.riskCoverage.length > 0 ? riskPlot(curves) : '',
    curves.reliability.length > 0 ? reliabilityPlot(curves) : '',
    curves.latency.length > 0 ? latencyPlot(curves) : '',
  ];
  return `<div class="plots">${drawn.join('')}</div>`;
}

function metricTable({ metrics }: SetReport): string {
  const rows = METRICS.flatMap(({ name, unit, meaning, better }) => {
    const estimate = metrics[name];
    if (!estimate) return [];
    const { value, interval } = formatEstimate(estimate, unit);
    return [
      `<tr><td>${escapeHtml(name)}</td><td>${value}</td><td>${interval}</td><td>${estimate.n}</td><td>${better}</td><td class="meaning">${escapeHtml(meaning)}</td></tr>`,
    ];
  });
  return `<div class="scroll"><table><tr><th>metric</th><th>value</th><th>95 % interval</th><th>n</th><th>better</th><th class="meaning">what it says</th></tr>${rows.join('')}</table></div>`;
}

function categoryTable(set: SetReport): string {
  const [header = [], ...rows] = categoryRows(set);
  return `<div class="scroll"><table>${cells(header, 'th')}${rows.map((row) => cells(row, 'td')).join('')}</table></div>`;
}

const place = ({ source, paragraph, gold }: { source: string; paragraph: number; gold: boolean }): string => {
  const name = escapeHtml(`${source}#${paragraph}`);
  return gold ? `<mark>${name}</mark>` : name;
};

function failure(outcome: Outcome): string {
  const { id, category, question, answer, answered, confidence, shortAnswer, citations, retrieved, gold } = outcome;
  const row = (name: string, html: string) => (html ? `<dt>${name}</dt><dd>${html}</dd>` : '');
  return `<details><summary>${escapeHtml(question)} <small>${escapeHtml(id)}, ${escapeHtml(category)}</small> <em>${escapeHtml(failureOf(outcome) ?? '')}</em></summary><dl>${[
    row('answer', answered ? escapeHtml(answer) : ''),
    row('short answer', shortAnswer === null ? '' : escapeHtml(shortAnswer)),
    row('confidence', confidence.toFixed(3)),
    row(
      'cited',
      citations.map((citation) => `${place(citation)} ${escapeHtml(citation.quote)}${citation.valid ? '' : ' <em>(not at its offsets)</em>'}`).join('<br>'),
    ),
    row('evidence', gold.length > 0 ? `${escapeHtml(gold.join(', '))} (${retrievalState(outcome)})` : ''),
    row(
      'found',
      retrieved.length > 0 ? `<ol>${retrieved.map((found) => `<li>${place(found)} <small>${escapeHtml(found.beginning)}</small></li>`).join('')}</ol>` : '',
    ),
  ].join('')}</dl></details>`;
}

function failures({ outcomes }: SetReport): string {
  const failed = outcomes.filter((outcome) => failureOf(outcome) !== null);
  const rest = failed.length - SHOWN_FAILURES;
  return `<h3>Failures (${failed.length})</h3><p>Open one to see what was said and what was found; <mark>marked</mark> paragraphs hold the evidence.</p>${failed.slice(0, SHOWN_FAILURES).map(failure).join('')}${rest > 0 ? `<p>${rest} more are in the JSON report.</p>` : ''}`;
}

function setHtml(set: SetReport): string {
  const lines = headline(set).map((text) => `<p${/^[A-Z ]+:/.test(text) ? ' class="alarm"' : ''}>${escapeHtml(text)}</p>`);
  return `<section><h2>${escapeHtml(set.name)}</h2>${lines.join('')}${tiles(set)}${plots(set)}<h3>Metrics</h3>${metricTable(set)}<h3>By category</h3>${categoryTable(set)}${failures(set)}</section>`;
}

/** The report as one page that needs nothing else. */
export function reportHtml({ createdAt, machine, sets }: Report): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Verbatim evaluation</title><style>${STYLE}</style></head>
<body><main><h1>Verbatim evaluation</h1><p>${escapeHtml(createdAt)}, ${escapeHtml(machine)}</p>${sets.map(setHtml).join('\n')}</main></body></html>
`;
}
