import type { Generation } from '../generation/open.js';
import type { DraftSentence, Rejection } from '../verification/verify.js';
import type { LanguageModel } from './language-model.js';
import { passageBlock } from './passage-block.js';
import type { Prompt } from './prompt.js';
import { type EmbedText, prove } from './prove.js';
import { readStatements, type Statement } from './statements.js';

/** Sentences an answer may have; what a model writes after them is not waited for. */
const MAX_SENTENCES = 6;

export interface WriteOptions {
  generation: Generation;
  model: LanguageModel;
  prompt: Prompt;
  embed: EmbedText;
  countTokens: (text: string) => number;
  /** Tokens of passages that the model is given. */
  passageTokens: number;
  /** When the model must be done; milliseconds of `performance.now()`. */
  until: number;
  signal?: AbortSignal;
  /** Told when the model has written its first sentence. */
  onFirst: () => void;
  /** Told what was dropped. */
  onRejected: (rejection: Rejection) => void;
}

/** How the writing went; the model said that the passages have no answer, or not. */
export interface Written {
  declined: boolean;
}

/**
 * Has a language model answer a question from passages, and yields what is proved of it, sentence by sentence, while it
 * is still writing. Everything else is dropped.
 *
 * @param ids Numbers of the passages in the generation, best first.
 * @throws LanguageModelError when the model fails; what was yielded until then stays proved.
 */
export async function* writeAnswer(question: string, ids: number[], options: WriteOptions): AsyncGenerator<DraftSentence, Written, undefined> {
  const { generation, model, prompt, embed, signal } = options;
  const { text, byId } = passageBlock(generation, ids, options.passageTokens, options.countTokens);
  const reader = readStatements();
  const said = new Set<string>();
  let previous: DraftSentence | undefined;
  let first = true;

  async function* proved(statements: Statement[]): AsyncGenerator<DraftSentence, void, undefined> {
    for (const statement of statements) {
      if (said.size === MAX_SENTENCES) return;
      if (first) options.onFirst();
      first = false;
      const unknown = statement.ids.filter((id) => !byId.has(id));
      const cited = statement.ids.flatMap((id) => byId.get(id) ?? []);
      const proof =
        unknown.length > 0
          ? { reasons: [`it cites ${unknown.join(', ')}, which was not given`] }
          : await prove(statement.text, { generation, embed, cited, ...(previous ? { previous } : {}) });
      signal?.throwIfAborted();
      if (proof.reasons) options.onRejected({ sentence: { text: statement.text, quotes: [] }, reasons: proof.reasons });
      // What leans on a dropped sentence has nothing to lean on.
      previous = proof.reasons ? undefined : proof.sentence;
      if (proof.reasons || said.has(statement.text)) continue;
      said.add(statement.text);
      yield proof.sentence;
    }
  }

  for await (const piece of model.write(prompt.render({ passages: text, question }), { until: options.until, ...(signal ? { signal } : {}) })) {
    yield* proved(reader.push(piece));
    if (said.size === MAX_SENTENCES) break;
  }
  yield* proved(reader.end());
  return { declined: reader.declined() };
}
