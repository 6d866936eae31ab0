import { createHash } from 'node:crypto';
import { z } from 'zod';

/**
 * Raised when the files of a generation change their form, or when passages, their vectors, identities or names of one
 * thing are made from documents in another way; other versions are rebuilt, never read.
 */
export const FORMAT_VERSION = 6;

const wholeNumber = z.number().int().nonnegative();

const segmentSchema = z.object({
  /** Name of its folder within the generation; made from its content. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  documents: wholeNumber,
  passages: wholeNumber,
  sentences: wholeNumber,
  /** Length of the candidate list with which its HNSW graph is searched; null where there is no graph. */
  hnsw: wholeNumber.nullable(),
});

const manifestSchema = z.object({
  format: z.literal(FORMAT_VERSION),
  /** Name of the generation: its number, six digits. */
  generation: z.string(),
  builtAt: z.string(),
  /** Model and settings that made the vectors. */
  model: z.string(),
  dimensions: wholeNumber,
  /** Version of the parsers that made the texts. */
  extraction: wholeNumber,
  /** SHA-256 over the sources and their contents: equal corpora have equal values. */
  corpus: z.string(),
  counts: z.object({ documents: wholeNumber, paragraphs: wholeNumber, passages: wholeNumber, sentences: wholeNumber }),
  skipped: z.array(z.object({ source: z.string(), reason: z.string() })),
  segments: z.array(segmentSchema),
  /** SHA-256 of each file of the generation, by its path within it. */
  files: z.record(z.string(), z.string()),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type SegmentEntry = z.infer<typeof segmentSchema>;

const checksumOf = (manifest: unknown): string => createHash('sha256').update(JSON.stringify(manifest)).digest('hex');

/** The manifest as it is written: with a checksum of itself. */
export const serializeManifest = (manifest: Manifest): string => JSON.stringify({ ...manifest, checksum: checksumOf(manifest) }, null, 2);

/** Reads what {@link serializeManifest} wrote. @throws Error that says why the manifest cannot be used. */
export function parseManifest(json: string): Manifest {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(json) as Record<string, unknown>;
  } catch {
    throw new Error('its manifest is not JSON');
  }
  if (value?.format !== FORMAT_VERSION) throw new Error('its manifest has another form; it was written by another version');
  const { checksum, ...rest } = value;
  const manifest = manifestSchema.safeParse(rest);
  if (!manifest.success || checksum !== checksumOf(rest)) throw new Error('its manifest is damaged');
  return manifest.data;
}
