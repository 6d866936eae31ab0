import { describe, expect, it } from 'vitest';
import { judgeError, judgeFound } from '../../src/evaluation/judge.js';
import { reportHtml } from '../../src/evaluation/report-html.js';
import { reportOf, reportSet } from '../../src/evaluation/report-json.js';
import { setText } from '../../src/evaluation/report-text.js';
import { documents, FOUNDING, question, right, runOf, unanswerable, wrong } from './fixtures.js';

const html = (run: ReturnType<typeof runOf>) => reportHtml(reportOf([reportSet(run)], { createdAt: '2026-01-01', machine: 'm' }));
const attack = '<script>alert("1")</script>';

describe('the terminal report', () => {
  const text = setText(reportSet(runOf([right('a'), wrong('b')])));

  it('gives each metric with its interval, count and meaning', () => {
    expect(text).toMatch(/accuracy +0\.500 +0\.000 to 1\.000 +2 +answerable questions answered right/);
  });

  it('lists the failures with what was found', () => {
    expect(text).toContain('failures: 1\n  b date: When was it founded?\n    wrong answer; gold found at rank 2; found library.md#3, library.md#2 (gold)');
  });

  it('says which questions are stale and how many got no reply', () => {
    const run = runOf([right('a'), judgeError(unanswerable(), [], new Error('down'), 1)], { stale: [{ id: 's7', question: '?', evidence: [] }] });
    const loud = setText(reportSet(run));
    expect(loud).toContain('3 questions (f), 2 scored');
    expect(loud).toMatch(/STALE: 1 question left out of every number.*: s7; run "check"/);
    expect(loud).toContain('NO REPLY: 1 question, counted as failures');
  });
});

describe('the HTML report', () => {
  it('is one file: nothing is fetched, and no script is in it', () => {
    const page = html(runOf([right('a'), wrong('b')]));
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|https?:/);
    expect(page.match(/<svg/g)).toHaveLength(4);
    expect(page).toContain('prefers-color-scheme: dark');
  });

  it('shows questions and answers as text, whatever they hold', () => {
    const page = html(runOf([wrong('b', { question: attack, category: attack })], { name: attack }));
    expect(page).not.toContain('<script>');
    expect(page).toContain('&#60;script&#62;');
  });

  it('draws no plot that has no data', () => {
    const found = judgeFound(question(), [FOUNDING], documents, [], 3);
    expect(html(runOf([found], { measures: 'retrieval' })).match(/<figcaption>[^<]+/g)).toEqual(['<figcaption>Recall by k', '<figcaption>Latency']);
  });

  it('has no number that is not one', () => {
    for (const outcomes of [[], [right('a')], [judgeError(unanswerable(), [], new Error('down'), 0)]])
      expect(html(runOf(outcomes))).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('the report', () => {
  it('is the same each time for the same outcomes', () => {
    const make = () => JSON.stringify(reportSet(runOf([right('a'), wrong('b')])));
    expect(make()).toBe(make());
  });
});
