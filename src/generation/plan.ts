import path from 'node:path';
import type { Document } from '../documents/document.js';
import { passageCount } from './passage-table.js';
import type { Segment } from './segment.js';

/** Where a document lies: the segment, and its number in it. */
export interface Place {
  segment: Segment;
  index: number;
}

/** How a new generation is put together: segments that stay as they are, and documents that go into a new one. */
export interface Plan {
  kept: Segment[];
  /** For each document, its place in a kept segment; null where it goes into the new one. */
  places: (Place | null)[];
}

/** More dead passages than this share of a segment, and it is written anew: they take room in memory and in the searches. */
const MAX_DEAD_SHARE = 0.2;
/** Each segment is searched by itself; more than these are made into one. */
const MAX_SEGMENTS = 8;

/**
 * What makes two documents the same but for their names: the bytes, the kind of file, and the title, which may come
 * from the name.
 */
const contentKey = ({ source, sha256, title }: Document): string => `${sha256}\0${path.posix.extname(source).toLowerCase()}\0${title}`;

/** Places by content; each can be taken once, the one of the same name first. */
export function findByContent(segments: Segment[]): (document: Document) => Place | null {
  const places = new Map<string, Place[]>();
  for (const segment of segments)
    segment.documents.forEach((document, index) => {
      const key = contentKey(document);
      const known = places.get(key);
      if (known) known.push({ segment, index });
      else places.set(key, [{ segment, index }]);
    });
  return (document) => {
    const candidates = places.get(contentKey(document)) ?? [];
    const same = candidates.findIndex(({ segment, index }) => segment.documents[index]?.source === document.source);
    return candidates.splice(Math.max(0, same), 1)[0] ?? null;
  };
}

/** Passages of each segment that the documents at these places have. */
function livePassages(places: (Place | null)[]): Map<Segment, number> {
  const live = new Map<Segment, number>();
  for (const place of places) if (place) live.set(place.segment, (live.get(place.segment) ?? 0) + passageCount(place.segment.passages, place.index));
  return live;
}

/**
 * Plans a generation so that large segments are left as they are and everything else is written anew.
 *
 * @param segments Those of the generation before.
 * @param small A segment of fewer passages is written anew.
 * @param compact Whether large segments with many dead passages are written anew as well, which takes long.
 */
export function planGeneration(documents: Document[], segments: Segment[], small: number, compact: boolean): Plan {
  const large = segments.filter(({ entry }) => entry.passages >= small);
  const find = findByContent(large);
  const places = documents.map(find);
  const live = livePassages(places);
  const stays = new Set(live.keys());
  if (compact) for (const segment of worthCompacting(live)) stays.delete(segment);
  return { kept: large.filter((segment) => stays.has(segment)), places: places.map((place) => (place && stays.has(place.segment) ? place : null)) };
}

/** Segments to write anew: those with many dead passages, and where there are too many segments all but the largest. */
function worthCompacting(live: Map<Segment, number>): Segment[] {
  const segments = [...live.keys()].sort((a, b) => b.entry.passages - a.entry.passages);
  const crowded = segments.length > MAX_SEGMENTS ? segments.slice(1) : [];
  const sparse = segments.filter((segment) => (live.get(segment) ?? 0) < (1 - MAX_DEAD_SHARE) * segment.entry.passages);
  return [...new Set([...crowded, ...sparse])];
}

/** Whether a generation of these documents in these segments would gain by being written anew. */
export function needsCompaction(documents: Document[], segments: Segment[], small: number): boolean {
  const { places } = planGeneration(documents, segments, small, false);
  return worthCompacting(livePassages(places)).length > 0;
}
