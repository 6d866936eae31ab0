import { listGenerations, type Pointer, readPointer } from '../generation/layout.js';
import { type Generation, openGeneration, UnusableGenerationError } from '../generation/open.js';

/** An index as it is found on the disk. */
export interface FoundIndex {
  /** The generation to answer from, or null where there is none of use. */
  generation: Generation | null;
  pointer: Pointer | null;
  /** What is wrong with the index, in words for the maintainer. */
  problems: string[];
}

/** Generations in the order in which they are tried: the one pointed at, then the newest; after a rollback, older ones first. */
async function inOrder(indexFolder: string, pointer: Pointer | null): Promise<string[]> {
  const newestFirst = (await listGenerations(indexFolder)).reverse();
  if (!pointer) return newestFirst;
  const others = newestFirst.filter((name) => name !== pointer.generation);
  const isOlder = (name: string) => Number(name) < Number(pointer.generation);
  return [pointer.generation, ...(pointer.pinned ? [...others.filter(isOlder), ...others.filter((name) => !isOlder(name))] : others)];
}

/** Opens the generation that the index points at, or where it is damaged the best one that is whole. Changes nothing. */
export async function findIndex(indexFolder: string, fingerprint: string): Promise<FoundIndex> {
  const pointer = await readPointer(indexFolder);
  const problems: string[] = [];
  const names = await inOrder(indexFolder, pointer);
  if (!pointer && names.length > 0) problems.push('the file CURRENT of the index is missing or damaged; taking the newest generation that is whole');
  for (const name of names) {
    try {
      return { generation: await openGeneration(indexFolder, name, fingerprint), pointer, problems };
    } catch (error) {
      // A file that disappears or cannot be read between its check and its use is as bad as a damaged one.
      const code = (error as NodeJS.ErrnoException).code;
      if (!(error instanceof UnusableGenerationError) && !code) throw error;
      problems.push(`index generation ${name} cannot be used: ${(error as Error).message}`);
    }
  }
  return { generation: null, pointer, problems };
}
