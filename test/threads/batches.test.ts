import { describe, expect, it } from 'vitest';
import { batchesByLength } from '../../src/threads/batches.js';

const LENGTHS = [3, 90, 12, 90, 41, 12, 88, 7, 300, 12];
const batches = batchesByLength([...LENGTHS.keys()], (i) => LENGTHS[i] as number, 100);

describe('batches by length', () => {
  it('hold each input once', () => {
    expect(batches.flat().sort((a, b) => a - b)).toEqual([...LENGTHS.keys()]);
  });

  it('have at most so many tokens when all are as long as the longest, but for an input that is longer by itself', () => {
    for (const batch of batches) {
      const longest = Math.max(...batch.map((i) => LENGTHS[i] as number));
      expect(batch.length === 1 || batch.length * longest <= 100).toBe(true);
    }
  });

  it('put inputs of similar length together, longest first and equal ones in their order', () => {
    expect(batches.flat()).toEqual([8, 1, 3, 6, 4, 2, 5, 9, 7, 0]);
    expect(batches.length).toBe(6);
  });
});
