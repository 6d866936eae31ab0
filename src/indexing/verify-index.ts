import { readAliasFile } from '../aliases/file.js';
import { type ReadLimits, readFolder } from '../documents/read-folder.js';
import type { EmbeddingModel } from '../embedding/load-model.js';
import { corpusFingerprint } from '../generation/build.js';
import { generationFolder, listGenerations, readPointer } from '../generation/layout.js';
import { openGeneration } from '../generation/open.js';
import { verifyGeneration } from '../generation/verify.js';

/** What a check of a whole index found. */
export interface IndexCheck {
  /** Lines for the maintainer, one a finding. */
  lines: string[];
  /** Whether the current generation is whole and holds the documents as they are. */
  whole: boolean;
}

/** Checks every generation's files and searches, and every document against the current generation. Changes nothing. */
export async function verifyIndex(
  indexFolder: string,
  corpusFolder: string,
  limits: ReadLimits,
  model: EmbeddingModel,
  aliasFile?: string,
): Promise<IndexCheck> {
  const lines: string[] = [];
  const pointer = await readPointer(indexFolder);
  let whole = pointer !== null;
  if (!pointer) lines.push(`fail  there is no current generation in ${indexFolder}; npm run index builds one`);
  else if (pointer.pinned) lines.push(`note  a rollback pinned generation ${pointer.generation}; npm run index ends that`);
  for (const name of await listGenerations(indexFolder)) {
    const isCurrent = name === pointer?.generation;
    const label = `generation ${name}${isCurrent ? ', the current one,' : ''}`;
    try {
      const generation = await openGeneration(indexFolder, name, model.fingerprint);
      await verifyGeneration(generationFolder(indexFolder, name), generation);
      const { documents, passages } = generation.manifest.counts;
      lines.push(`ok    ${label} is whole: ${documents} documents, ${passages} passages`);
      if (!isCurrent) continue;
      const corpus = await readFolder(corpusFolder, limits);
      const same = corpusFingerprint({ ...corpus, aliases: aliasFile ? await readAliasFile(aliasFile) : '' }) === generation.manifest.corpus;
      lines.push(
        same
          ? `ok    it holds the documents of ${corpusFolder} as they are`
          : `fail  the documents of ${corpusFolder} changed since; npm run index takes them in`,
      );
      whole &&= same;
    } catch (error) {
      lines.push(`fail  ${label} cannot be used: ${(error as Error).message}`);
      if (isCurrent) whole = false;
    }
  }
  if (pointer && !lines.some((line) => line.includes(pointer.generation))) {
    lines.push(`fail  generation ${pointer.generation}, the current one, is missing; npm run index builds a new one`);
    whole = false;
  }
  return { lines, whole };
}
