import { expect, it } from 'vitest';
import { soak } from '../../src/bench/soak.js';
import { readConfig } from '../../src/config/config.js';
import { HARBOURS, temporaryFolder } from '../fixtures.js';

it('questions are answered from one whole generation each while the index is built anew', async () => {
  const config = readConfig({ CORPUS_DIR: await temporaryFolder(HARBOURS), READER: 'off' });
  const questions = [
    'When was the Varna Pact signed?',
    'Who drafted the text of the pact?',
    'When was the 3rd Harbour Forum held?',
    'Where is the training centre?',
  ];
  const result = await soak(config, { reindexes: 6, questionsPerSecond: 50, questions });
  expect(result.failures).toEqual([]);
  expect(result.questions).toBeGreaterThan(10);
  expect(result.answered).toBeGreaterThan(result.questions / 2);
  expect(result.generations).toBeGreaterThan(2);
});
