import { appendFile, readdir, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openConversations } from '../../src/conversations/store.js';
import { temporaryFolder } from '../fixtures.js';

const DAY = 24 * 60 * 60 * 1000;
const limits = { maxAge: 30 * DAY, maxCount: 3 };
const turn = (question: string) => ({ askedAt: '2026-01-01T00:00:00.000Z', question, reply: { answer: 'Yes.' } });

describe('kept conversations', () => {
  it('return what was kept, in order, also to the next process', async () => {
    const folder = await temporaryFolder();
    const conversations = openConversations(folder, limits);
    const id = conversations.begin();
    await conversations.append(id, turn('Where?\nAnd when? 🚢'));
    await conversations.append(id, turn('Why?'));
    expect(await openConversations(folder, limits).read(id)).toEqual([turn('Where?\nAnd when? 🚢'), turn('Why?')]);
  });

  it('leave nothing on the disk before the first turn, and none after they are removed', async () => {
    const folder = await temporaryFolder();
    const conversations = openConversations(path.join(folder, 'kept'), limits);
    const id = conversations.begin();
    expect(await readdir(folder)).toEqual([]);
    expect(await conversations.read(id)).toBeNull();
    await conversations.append(id, turn('Where?'));
    expect(await conversations.remove(id)).toBe(true);
    expect(await conversations.read(id)).toBeNull();
    expect(await conversations.remove(id)).toBe(false);
    expect(await readdir(path.join(folder, 'kept'))).toEqual([]);
  });

  it('can be read by their owner only', async () => {
    const folder = path.join(await temporaryFolder(), 'kept');
    const conversations = openConversations(folder, limits);
    await conversations.append(conversations.begin(), turn('Where?'));
    const [file] = await readdir(folder);
    expect((await stat(path.join(folder, file as string))).mode & 0o077).toBe(0);
    expect((await stat(folder)).mode & 0o077).toBe(0);
  });

  it('end when they are too old, and the oldest when there are too many', async () => {
    const folder = await temporaryFolder();
    const conversations = openConversations(folder, limits);
    const [old, resting, ...others] = Array.from({ length: 5 }, () => conversations.begin()) as [string, string, ...string[]];
    const age = (id: string, days: number) => utimes(path.join(folder, `${id}.jsonl`), new Date(), new Date(Date.now() - days * DAY));
    await conversations.append(old, turn('Where?'));
    await age(old, 31);
    expect(await conversations.read(old)).toBeNull();
    await conversations.append(resting, turn('Where?'));
    await age(resting, 29);
    expect(await conversations.read(resting)).toHaveLength(1);
    expect((await readdir(folder)).length).toBe(1);
    for (const id of others) await conversations.append(id, turn('Where?'));
    expect(await conversations.read(resting)).toBeNull();
    expect((await readdir(folder)).sort()).toEqual(others.map((id) => `${id}.jsonl`).sort());
  });

  it('lose no more than half a line to a crash', async () => {
    const folder = await temporaryFolder();
    const conversations = openConversations(folder, limits);
    const id = conversations.begin();
    await conversations.append(id, turn('Where?'));
    await appendFile(path.join(folder, `${id}.jsonl`), '\n{"askedAt":"2026-01');
    await conversations.append(id, turn('When?'));
    expect(await conversations.read(id)).toEqual([turn('Where?'), turn('When?')]);
  });

  it.each(['../../etc/passwd', '..', '', 'new', '00000000-0000-0000-0000-000000000000', 'x'.repeat(5000)])('are found by their names only: %s', async (id) => {
    const conversations = openConversations(await temporaryFolder({ 'other.txt': 'x' }), limits);
    expect(await conversations.read(id)).toBeNull();
    expect(await conversations.remove(id)).toBe(false);
  });

  it('have an end', () => {
    const conversations = openConversations('nowhere', limits);
    expect([conversations.hasRoom(0), conversations.hasRoom(199), conversations.hasRoom(200)]).toEqual([true, true, false]);
  });
});
