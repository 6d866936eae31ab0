import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readInputRanges, writeInputRanges } from '../../src/embedding/input-ranges.js';
import { MINILM_RANGES, MINILM_WEIGHTS } from '../../src/embedding/minilm.js';
import { temporaryFolder } from '../fixtures.js';

const LAYERS = 6;
const WIDTH = 384;

describe('the ranges of the inputs of linear layers', () => {
  let file: string;
  beforeEach(async () => {
    file = path.join(await temporaryFolder(), 'input-ranges.json');
  });

  it('come with the product for every layer of the embedding model', async () => {
    const ranges = await readInputRanges(MINILM_RANGES, MINILM_WEIGHTS);
    const parts = ['attention.self', 'attention.output.dense', 'intermediate.dense'];
    expect([...ranges.keys()].sort()).toEqual(
      Array.from({ length: LAYERS }, (_, i) => parts.map((part) => `encoder.layer.${i}.${part}`))
        .flat()
        .sort(),
    );
    for (const range of ranges.values()) expect(range).toHaveLength(WIDTH);
  });

  it('are read as they were written, to three digits', async () => {
    await writeInputRanges(file, 'abc', new Map([['a', Float32Array.of(1.23456, 0.00098765)]]));
    expect(await readInputRanges(file, 'abc')).toEqual(new Map([['a', Float32Array.of(1.23, 0.000988)]]));
  });

  it('are refused where they are missing, damaged or of other weights, saying what to do', async () => {
    const advice = /run `npm run calibrate`/;
    await expect(readInputRanges(file, 'abc')).rejects.toThrow(/is missing/);
    await writeFile(file, '{"weights": "abc", "ranges": {"a": [0]}}');
    await expect(readInputRanges(file, 'abc')).rejects.toThrow(/another form/);
    await writeFile(file, '{"weights": "abc", "ran');
    await expect(readInputRanges(file, 'abc')).rejects.toThrow(advice);
    await writeInputRanges(file, 'abc', new Map());
    await expect(readInputRanges(file, 'abd')).rejects.toThrow(advice);
  });
});
