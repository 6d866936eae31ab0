import { appendFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { watchFolder } from '../../src/indexing/watch.js';
import { temporaryFolder } from '../fixtures.js';

/** Watches a folder, looking every `intervalMs`; `outcome` says whether a change was dealt with. */
async function watched(outcome: () => boolean = () => true, intervalMs = 60) {
  const folder = await temporaryFolder({ 'a.md': 'One.', 'below/b.md': 'Two.' });
  let calls = 0;
  const onChange = async () => {
    calls++;
    return outcome();
  };
  const end = await watchFolder(folder, onChange, { intervalMs, retryMs: 200 });
  onTestFinished(end);
  const callsAfter = async (change: () => Promise<unknown>) => {
    const before = calls;
    await change();
    for (let i = 0; i < 400 && calls === before; i++) await sleep(50);
    return calls - before;
  };
  return { folder, callsAfter, count: () => calls, end };
}

it('notices files that come, change, are renamed and go, also below, and nothing else', async () => {
  const { folder, callsAfter, count } = await watched();
  await sleep(300);
  expect(count()).toBe(0);
  expect(await callsAfter(() => writeFile(path.join(folder, 'c.md'), 'Three.'))).toBe(1);
  expect(await callsAfter(() => appendFile(path.join(folder, 'below/b.md'), ' More.'))).toBe(1);
  expect(await callsAfter(() => rename(path.join(folder, 'c.md'), path.join(folder, 'd.md')))).toBe(1);
  expect(await callsAfter(() => rm(path.join(folder, 'd.md')))).toBe(1);
  await writeFile(path.join(folder, '.hidden.tmp'), 'x');
  await sleep(300);
  expect(count()).toBe(4);
});

it('waits for a file that is still being copied', async () => {
  // Between two looks the file grows many times, also on a machine that is busy.
  const { folder, count } = await watched(() => true, 500);
  for (let i = 0; i < 75; i++) {
    await appendFile(path.join(folder, 'copied.md'), 'x');
    await sleep(20);
  }
  expect(count()).toBe(0);
  for (let i = 0; i < 200 && count() === 0; i++) await sleep(50);
  expect(count()).toBe(1);
});

it('tries again after a while when a change could not be dealt with, and not after its end', async () => {
  const outcomes = [false, false, true];
  const { folder, count, end } = await watched(() => outcomes.shift() ?? true);
  await writeFile(path.join(folder, 'c.md'), 'Three.');
  for (let i = 0; i < 400 && count() < 3; i++) await sleep(50);
  await sleep(300);
  expect(count()).toBe(3);
  end();
  await writeFile(path.join(folder, 'd.md'), 'Four.');
  await sleep(300);
  expect(count()).toBe(3);
});
