import { describe, expect, it } from 'vitest';
import { statedDate, temporalFit } from '../../src/answering/temporal.js';

describe('statedDate', () => {
  it('is the latest date that a sentence states as having come', () => {
    expect(statedDate('It met on 3 May 2019 and on 7 September 2021.')).toBe(20210907);
    expect(statedDate('It met in 2020.')).toBe(20200000);
    expect(statedDate('It met on 3 May.')).toBeNull();
    expect(statedDate('The next forum will be held on 3 May 2030.')).toBeNull();
  });
});

describe('temporalFit', () => {
  it('prefers the asked end of the dates given', () => {
    expect(temporalFit('latest', [20190503, null, 20210907, 20200101])).toEqual([0, 0, 1, 0.5]);
    expect(temporalFit('earliest', [20190503, 20210907])).toEqual([1, 0]);
  });

  it('says nothing where nothing is asked or there is nothing to compare', () => {
    expect(temporalFit(null, [20190503, 20210907])).toEqual([0, 0]);
    expect(temporalFit('latest', [20190503, null])).toEqual([0, 0]);
  });
});
