import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { settingsTable } from '../../src/config/settings-table.js';

it('the README lists every setting as it is', async () => {
  expect(await readFile('README.md', 'utf8')).toContain(settingsTable());
});
