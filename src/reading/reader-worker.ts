/** A thread with a reader's network of its own. */
import { serve } from '../threads/serve.js';
import { openReaderNetwork, type ReaderInput, type ReaderNetworkOptions } from './reader-network.js';

await serve(async (options: ReaderNetworkOptions) => {
  const { run, dispose } = await openReaderNetwork(options);
  return {
    opened: null,
    async run(batch: ReaderInput[]) {
      const result = await run(batch);
      return { result, hand: [result.span.buffer, result.scores.buffer] };
    },
    dispose,
  };
});
