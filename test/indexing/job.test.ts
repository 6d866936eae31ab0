import { expect, it } from 'vitest';
import { trackJob } from '../../src/indexing/job.js';

it('a job tells how far it is and how long it will take', () => {
  let clock = 0;
  const job = trackJob(7, () => clock);
  job.reading(5, 10);
  expect(job.view()).toMatchObject({ id: 7, phase: 'reading', files: { done: 5, all: 10 }, percent: 5, secondsLeft: null });
  job.building({ phase: 'embedding', files: 10, passages: 100, passagesDone: 0 });
  expect(job.view()).toMatchObject({ phase: 'embedding', percent: 10, secondsLeft: null });
  clock = 5000;
  job.building({ phase: 'embedding', files: 10, passages: 100, passagesDone: 25 });
  expect(job.view()).toMatchObject({ passages: { done: 25, all: 100 }, percent: 30, secondsLeft: 15 });
  job.building({ phase: 'verifying', files: 10, passages: 100, passagesDone: 100 });
  expect(job.view()).toMatchObject({ phase: 'verifying', percent: 95, secondsLeft: null });
});
