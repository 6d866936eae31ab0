import { z } from 'zod';

/** Raised when the files of a generation change their form; other versions are rebuilt, never read. */
export const FORMAT_VERSION = 2;

export const manifestSchema = z.object({
  format: z.literal(FORMAT_VERSION),
  /** Name of the generation: its number, six digits. */
  generation: z.string(),
  builtAt: z.string(),
  /** Model and settings that made the vectors. */
  model: z.string(),
  dimensions: z.number().int(),
  /** SHA-256 over the sources and their contents: equal corpora have equal values. */
  corpus: z.string(),
  counts: z.object({ documents: z.number().int(), paragraphs: z.number().int(), passages: z.number().int(), sentences: z.number().int() }),
  skipped: z.array(z.object({ source: z.string(), reason: z.string() })),
  /** Whether a HNSW graph is among the files. */
  hnsw: z.boolean(),
  /** SHA-256 of each file of the generation. */
  files: z.record(z.string(), z.string()),
});

export type Manifest = z.infer<typeof manifestSchema>;
