import { existsSync, writeFileSync } from 'node:fs';
import { serve } from '../../dist/threads/serve.js';

/** A model that waits and doubles; a number below zero ends its thread, and with `onlyOne` a second copy cannot be opened. */
await serve(async ({ threads, onlyOne }) => {
  if (onlyOne === 'never' || (onlyOne && existsSync(onlyOne))) throw new Error('no room');
  if (onlyOne) writeFileSync(onlyOne, '');
  return {
    opened: { threads },
    async run({ number, wait = 0 }) {
      if (number < 0) process.exit(1);
      if (Number.isNaN(number)) throw new Error('not a number');
      await new Promise((resolve) => setTimeout(resolve, wait));
      return { result: 2 * number, hand: [] };
    },
    dispose: async () => {},
  };
});
