/** A thread with a network of its own. */
import { serve } from '../threads/serve.js';
import { type NetworkOptions, openNetwork, type Tokenized } from './network.js';

await serve(async (options: NetworkOptions) => {
  const { dimensions, positions, run, dispose } = await openNetwork(options);
  return {
    opened: { dimensions, positions },
    async run(batch: Tokenized[]) {
      const result = await run(batch);
      return { result, hand: [result.buffer] };
    },
    dispose,
  };
});
