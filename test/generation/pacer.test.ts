import { describe, expect, it } from 'vitest';
import { inTurns, pacer } from '../../src/generation/pacer.js';

/** Keeps the event loop for a while. */
function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('long work in small steps', () => {
  it('gives all that was made, in order', async () => {
    expect(await inTurns([3, 1, 2], pacer())).toEqual([3, 1, 2]);
  });

  it('lets others in before it is over', async () => {
    const order: string[] = [];
    setImmediate(() => order.push('question'));
    await inTurns(
      (function* () {
        for (let i = 0; i < 5; i++) {
          work(10);
          yield i;
        }
      })(),
      pacer(),
    );
    order.push('work');
    expect(order).toEqual(['question', 'work']);
  });
});
