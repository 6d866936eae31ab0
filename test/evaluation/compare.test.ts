import { describe, expect, it } from 'vitest';
import { compareSet, IncomparableError } from '../../src/evaluation/compare.js';
import { parseReport, ReportError, reportOf, reportSet } from '../../src/evaluation/report-json.js';
import { comparisonText } from '../../src/evaluation/report-text.js';
import { identity, right, runOf, wrong } from './fixtures.js';

/** A report as it comes back from its file. */
const saved = (run: ReturnType<typeof runOf>) =>
  parseReport(JSON.stringify(reportOf([reportSet(run)], { createdAt: '2026-01-01T00:00:00Z', machine: 'm' })), 'old.json');

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

describe('a comparison', () => {
  it('pairs the questions and names those that changed sides', () => {
    const old = saved(runOf([right('a'), wrong('b'), wrong('c')]));
    const { questions, differences, gained, lost, caveats } = compareSet(old, reportSet(runOf([wrong('a'), right('b'), right('c')])));
    expect(questions).toBe(3);
    expect(differences.accuracy).toMatchObject({ before: 1 / 3, after: 2 / 3 });
    expect(gained.map(({ id }) => id)).toEqual(['b', 'c']);
    expect(lost.map(({ id }) => id)).toEqual(['a']);
    expect(caveats).toEqual([]);
  });

  it('of a run with itself shows no difference', () => {
    const outcomes = ids.map((id, i) => (i % 2 === 0 ? right(id) : wrong(id)));
    const { differences, gained, lost } = compareSet(saved(runOf(outcomes)), reportSet(runOf(outcomes)));
    for (const change of Object.values(differences)) expect([change.difference, change.low, change.high].map(Math.abs)).toEqual([0, 0, 0]);
    expect([gained, lost]).toEqual([[], []]);
  });

  it('marks a change whose interval leaves out 0 as better or worse', () => {
    const text = comparisonText(compareSet(saved(runOf(ids.map((id) => right(id)))), reportSet(runOf(ids.map((id) => wrong(id))))));
    expect(text).toMatch(/accuracy +1\.000 +0\.000 +-1\.000 +-1\.000 to -1\.000 +\* worse/);
    expect(text).toMatch(/latencyP50 +10 ms +30 ms +\+20 ms .*\* worse/);
    expect(text).toMatch(/recall@5 .*\+0\.000 to \+0\.000$/m);
  });

  it('refuses other questions and sets the old report does not have', () => {
    const old = saved(runOf([right('a')]));
    expect(() => compareSet(old, reportSet(runOf([right('a')], { fingerprint: 'other' })))).toThrow(IncomparableError);
    expect(() => compareSet(old, reportSet(runOf([right('a')], { name: 'new' })))).toThrow('has no set new; it has set');
  });

  it('says that the model, the documents or the threshold differ, and what was not scored in both', () => {
    const old = saved(runOf([right('a'), right('b')]));
    const now = reportSet(runOf([right('a')], { identity: { ...identity, model: 'm2', corpus: 'c2', threshold: 0.7 } }));
    expect(compareSet(old, now).caveats).toEqual([
      'another embedding model: m before, m2 now',
      'another corpus: c before, c2 now',
      'another threshold: 0.5 before, 0.7 now',
      'left out, because only one of the runs scored them: 1 question',
    ]);
  });
});

describe('an old report', () => {
  it('is refused when it is something else', () => {
    expect(() => parseReport('{', 'x.json')).toThrow(ReportError);
    expect(() => parseReport('{"format":99}', 'x.json')).toThrow('x.json is not a report of this version (format');
  });
});
