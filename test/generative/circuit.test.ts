import { expect, it } from 'vitest';
import { openCircuit } from '../../src/generative/circuit.js';

it('a circuit opens after three failures in a row, and lets one call try when it has rested', () => {
  let now = 0;
  const circuit = openCircuit(() => now);
  circuit.failed();
  circuit.failed();
  circuit.succeeded();
  circuit.failed();
  circuit.failed();
  expect([circuit.allows(), circuit.isOpen()]).toEqual([true, false]);
  circuit.failed();
  expect([circuit.allows(), circuit.isOpen()]).toEqual([false, true]);
  now = 29_999;
  expect(circuit.allows()).toBe(false);
  now = 30_000;
  expect([circuit.allows(), circuit.allows()]).toEqual([true, false]);
  circuit.failed();
  now = 59_999;
  expect(circuit.allows()).toBe(false);
  now = 60_000;
  expect(circuit.allows()).toBe(true);
  circuit.succeeded();
  expect([circuit.allows(), circuit.allows(), circuit.isOpen()]).toEqual([true, true, false]);
});
