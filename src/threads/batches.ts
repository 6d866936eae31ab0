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

/** A batch as a BERT model takes it: row-major matrices with a row for each input. */
export interface PaddedBatch {
  dims: [rows: number, columns: number];
  ids: BigInt64Array;
  /** 1 for a token, 0 for padding. */
  mask: BigInt64Array;
  /** 1 for a token of the second segment. */
  types: BigInt64Array;
}

/**
 * Pads inputs to the length of the longest.
 *
 * @param batch Token ids of each input, and where its second segment begins if it has one.
 */
export function padBatch(batch: { ids: number[]; segment?: number }[], padId: number): PaddedBatch {
  const columns = Math.max(...batch.map(({ ids }) => ids.length));
  const size = batch.length * columns;
  const ids = new BigInt64Array(size).fill(BigInt(padId));
  const mask = new BigInt64Array(size);
  const types = new BigInt64Array(size);
  for (const [row, input] of batch.entries()) {
    const at = row * columns;
    const end = at + input.ids.length;
    for (const [column, id] of input.ids.entries()) ids[at + column] = BigInt(id);
    mask.fill(1n, at, end);
    if (input.segment !== undefined) types.fill(1n, at + input.segment, end);
  }
  return { dims: [batch.length, columns], ids, mask, types };
}
