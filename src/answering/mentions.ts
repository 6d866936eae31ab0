import { type AliasFinder, type AliasMention, aliasFinder } from '../aliases/expand.js';
import type { Generation } from '../generation/open.js';

const finders = new WeakMap<Generation, AliasFinder>();

/** Names in a question that the documents of a generation also call otherwise. */
export function mentionsIn(generation: Generation, question: string): AliasMention[] {
  let finder = finders.get(generation);
  if (!finder) {
    finder = aliasFinder(generation.aliases, generation.isCommonWord);
    finders.set(generation, finder);
  }
  return finder(question);
}
