/**
 * Inputs in batches of similar length, longest first, so that little is padded.
 *
 * @param length Tokens of an input.
 * @param most Padded tokens of a batch; an input that is longer is a batch by itself.
 */
export function batchesByLength<T>(inputs: T[], length: (input: T) => number, most: number): T[][] {
  const batches: T[][] = [];
  for (const input of [...inputs].sort((a, b) => length(b) - length(a))) {
    const batch = batches.at(-1);
    if (batch && (batch.length + 1) * length(batch[0] as T) <= most) batch.push(input);
    else batches.push([input]);
  }
  return batches;
}
