import type { KnownVectorSearch, KnownVectors } from './known-vectors.js';
import type { PassageEncoder, PassageTexts } from './passage-vectors.js';

/** A passage to be stored, and the key of its vectors. */
export interface Item extends PassageTexts {
  key: string;
}

/** Vectors of some items in their order, and how many of them were not known. */
export interface VectorLot {
  vectors: KnownVectors[];
  embedded: number;
}

/** Vectors of the items of a segment, made a lot at a time, in order. */
export interface VectorLots {
  items: Item[];
  /** Gives a further item. The first lots are begun as soon as they are full, while documents are still read. */
  add(item: Item): Promise<void>;
  /** There are no more items. @returns How many of them have no vectors yet. */
  end(): Promise<number>;
  /** The lots one after the other; the model goes on with the next while one is written. */
  take(): AsyncIterable<VectorLot>;
}

/** Items of a lot: enough to batch them by length, few enough to hold. The first one is small, as nothing else is to do. */
const LOT = 256;
const FIRST_LOT = 64;

/** Lots that are begun before they are asked for. */
const AHEAD = 2;

/**
 * Plans and makes the vectors of a segment's items.
 *
 * @param search Finds those that were made before.
 * @param encode Makes the others.
 */
export function vectorLots(search: KnownVectorSearch, encode: PassageEncoder): VectorLots {
  const items: Item[] = [];
  const planned: (() => Promise<VectorLot>)[] = [];
  const begun: Promise<VectorLot>[] = [];
  let lot: Item[] = [];
  let unknownItems = 0;

  const begin = () => {
    for (let run = planned[0]; run && begun.length < AHEAD; run = planned[0]) {
      planned.shift();
      const made = run();
      // A failure is met where the lot is taken; until then it must not end the process.
      made.catch(() => {});
      begun.push(made);
    }
  };

  const plan = async () => {
    const complete = lot;
    lot = [];
    const known = await search(new Set(complete.map(({ key }) => key)));
    const unknown = complete.filter(({ key }) => !known.has(key));
    unknownItems += unknown.length;
    planned.push(async () => {
      const made = unknown.length > 0 ? await encode(unknown) : [];
      let at = 0;
      return { vectors: complete.map(({ key }) => known.get(key)?.() ?? (made[at++] as KnownVectors)), embedded: unknown.length };
    });
    begin();
  };

  return {
    items,
    async add(item) {
      items.push(item);
      lot.push(item);
      if (lot.length === (items.length <= FIRST_LOT ? FIRST_LOT : LOT)) await plan();
    },
    async end() {
      if (lot.length > 0) await plan();
      return unknownItems;
    },
    async *take() {
      for (let first = begun[0]; first; first = begun[0]) {
        const made = await first;
        begun.shift();
        begin();
        yield made;
      }
    },
  };
}
