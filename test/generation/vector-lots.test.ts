import { describe, expect, it } from 'vitest';
import type { KnownVectors } from '../../src/generation/known-vectors.js';
import type { PassageTexts } from '../../src/generation/passage-vectors.js';
import { type Item, vectorLots } from '../../src/generation/vector-lots.js';

const item = (i: number): Item => ({ key: `key ${i}`, context: '', sentences: [`Sentence ${i}.`] });
const items = Array.from({ length: 1000 }, (_, i) => item(i));
const vectorsOf = (text: string): KnownVectors => ({ passage: new TextEncoder().encode(text), sentences: new Uint8Array() });
const textOf = ({ passage }: KnownVectors): string => new TextDecoder().decode(passage);
const nothing = async () => new Map<string, () => KnownVectors>();

/** An encoder that keeps what it was asked for and makes a passage's text its vector. */
function encoder() {
  const asked: string[][] = [];
  const encode = async (passages: PassageTexts[]) => {
    const texts = passages.map(({ sentences }) => sentences.join(' '));
    asked.push(texts);
    return texts.map(vectorsOf);
  };
  return { asked, encode };
}

describe('vectorLots', () => {
  it('gives the vectors in the order of the items, each once', async () => {
    const lots = vectorLots(nothing, encoder().encode);
    for (const each of items) await lots.add(each);
    expect(await lots.end()).toBe(items.length);
    const texts: string[] = [];
    for await (const { vectors, embedded } of lots.take()) {
      expect(embedded).toBe(vectors.length);
      texts.push(...vectors.map(textOf));
    }
    expect(texts).toEqual(items.map(({ sentences }) => sentences[0]));
    expect(lots.items).toEqual(items);
  });

  it('begins before the last item is there, and is never more than two lots ahead', async () => {
    const { asked, encode } = encoder();
    const lots = vectorLots(nothing, encode);
    for (const each of items) await lots.add(each);
    expect(asked).toHaveLength(2);
    await lots.end();
    const begun: number[] = [];
    for await (const _ of lots.take()) begun.push(asked.length);
    expect(begun).toEqual([3, 4, 5, 5, 5]);
  });

  it('encodes only what is not known', async () => {
    const { asked, encode } = encoder();
    const search = async (wanted: ReadonlySet<string>) =>
      new Map([...wanted].filter((key) => !key.endsWith('7')).map((key) => [key, () => vectorsOf(`known ${key}`)]));
    const lots = vectorLots(search, encode);
    for (const each of items.slice(0, 20)) await lots.add(each);
    expect(await lots.end()).toBe(2);
    const all: KnownVectors[] = [];
    for await (const { vectors } of lots.take()) all.push(...vectors);
    expect(asked).toEqual([['Sentence 7.', 'Sentence 17.']]);
    expect(all.map(textOf).slice(5, 9)).toEqual(['known key 5', 'known key 6', 'Sentence 7.', 'known key 8']);
  });

  it('of nothing are none', async () => {
    const { asked, encode } = encoder();
    const lots = vectorLots(nothing, encode);
    expect(await lots.end()).toBe(0);
    for await (const _ of lots.take()) throw new Error('there is a lot');
    expect(asked).toEqual([]);
  });

  it('fails where the lot is taken that failed', async () => {
    const lots = vectorLots(nothing, async () => Promise.reject(new Error('no memory')));
    for (const each of items) await lots.add(each);
    await lots.end();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(lots.take()[Symbol.asyncIterator]().next()).rejects.toThrow('no memory');
  });
});
