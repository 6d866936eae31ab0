import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { InputRanges } from './integer-layers.js';

const fileSchema = z.object({
  /** SHA-256 of the weights they were measured with. */
  weights: z.string(),
  ranges: z.record(z.string(), z.array(z.number().positive())),
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Reads the input ranges that `npm run calibrate` measured.
 *
 * @param weights SHA-256 of the weights they are to be used with.
 * @throws Error when the file is missing, has another form, or was measured with other weights.
 */
export async function readInputRanges(file: string, weights: string): Promise<InputRanges> {
  const advice = 'restore it, or run `npm run calibrate`';
  const json = await readFile(file, 'utf8').catch(() => {
    throw new Error(`${file} is missing; ${advice}`);
  });
  const parsed = fileSchema.safeParse(parseJson(json));
  if (!parsed.success) throw new Error(`${file} has another form than this version reads; ${advice}`);
  if (parsed.data.weights !== weights) throw new Error(`${file} was measured with other weights; ${advice}`);
  return new Map(Object.entries(parsed.data.ranges).map(([name, range]) => [name, Float32Array.from(range)]));
}

/** Writes input ranges with three digits, which is as much as they matter. */
export async function writeInputRanges(file: string, weights: string, ranges: InputRanges): Promise<void> {
  const rounded = [...ranges].map(([name, range]): [string, number[]] => [name, [...range].map((x) => Number(x.toPrecision(3)))]);
  const lines = rounded.map(([name, range]) => `    ${JSON.stringify(name)}: ${JSON.stringify(range)}`);
  await writeFile(file, `{\n  "weights": ${JSON.stringify(weights)},\n  "ranges": {\n${lines.join(',\n')}\n  }\n}\n`);
}
