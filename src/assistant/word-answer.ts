import type { Answer } from '../answering/answer.js';
import { LocalEmbeddings } from '../embedding/embeddings.js';
import type { EmbeddingModel } from '../embedding/load-model.js';
import type { Generation } from '../generation/open.js';
import { type LanguageModel, LanguageModelError } from '../generative/language-model.js';
import type { Prompts } from '../generative/prompt.js';
import { writeAnswer } from '../generative/write-answer.js';
import type { DraftSentence } from '../verification/verify.js';

/** A language model with what it is told. */
export interface Writer {
  model: LanguageModel;
  prompts: Prompts;
  /** Milliseconds it has for a question. */
  timeout: number;
  passageTokens: number;
}

/**
 * Extractive answers this sure are given although the language model found none: of 149 such answers to the questions in
 * eval/ 73 % were right, of 128 less sure ones 52 %. A model that was talked out of answering silences the latter only.
 */
const SURE = 0.6;

export interface WordOptions {
  generation: Generation;
  embedding: EmbeddingModel;
  writer: Writer;
  until: number;
  signal?: AbortSignal;
  onVerifying: () => void;
  say: (sentence: DraftSentence) => void;
  log: (level: 'warn', message: string) => void;
}

/** What became of the wording: who is heard in the end, and what the caller should know. */
export interface Worded {
  /** `model`: its sentences are said. `quotes`: nothing is said yet, the extractive answer stands. `nobody`: there is no answer. */
  answers: 'model' | 'quotes' | 'nobody';
  warnings: string[];
}

/** Passages of an answer for the model: those that the extractive answer quotes first, then the others, best first. */
function passagesOf({ candidates, sentences }: Answer, { passages }: Generation): number[] {
  const quoted = (id: number) =>
    sentences.some(({ quotes }) =>
      quotes.some(({ source, start, end }) => {
        const passage = passages[id];
        return passage?.source === source && passage.start <= start && end <= passage.end;
      }),
    );
  const ids = candidates.map(({ id }) => id);
  return [...ids.filter(quoted), ...ids.filter((id) => !quoted(id))];
}

/**
 * Has the language model word an answer that the documents carry, and says what is proved of it. Whatever goes wrong,
 * the caller learns what to say instead.
 */
export async function wordAnswer(question: string, answer: Answer, options: WordOptions): Promise<Worded> {
  const { generation, embedding, writer, signal, log } = options;
  const embeddings = new LocalEmbeddings(embedding.encoder, embedding.prefixes);
  let said = 0;
  let dropped = 0;
  const warnings: string[] = [];
  const droppedWarning = () =>
    dropped > 0
      ? [`${dropped} sentence${dropped === 1 ? '' : 's'} of the language model could not be proved and ${dropped === 1 ? 'was' : 'were'} left out`]
      : [];
  try {
    const writing = writeAnswer(question, passagesOf(answer, generation), {
      generation,
      model: writer.model,
      prompt: writer.prompts.answer,
      embed: async (text) => Float32Array.from((await embeddings.embedDocuments([text]))[0] as number[]),
      countTokens: embedding.encoder.countTokens,
      passageTokens: writer.passageTokens,
      until: options.until,
      ...(signal ? { signal } : {}),
      onFirst: options.onVerifying,
      onRejected: ({ sentence, reasons }) => {
        dropped++;
        log('warn', `refused to say "${sentence.text.slice(0, 120)}" of the language model: ${reasons.join('; ')}`);
      },
    });
    let step = await writing.next();
    for (; !step.done; step = await writing.next()) {
      options.say(step.value);
      said++;
    }
    warnings.push(...droppedWarning());
    if (said > 0) return { answers: 'model', warnings };
    if (step.value.declined) {
      if (answer.confidence < SURE) return { answers: 'nobody', warnings: ['the language model found no answer in the passages'] };
      return { answers: 'quotes', warnings: ['the language model found no answer in the passages; this one is quoted without it'] };
    }
    return { answers: 'quotes', warnings: [...warnings, 'the language model wrote nothing that could be proved; the answer is quoted without it'] };
  } catch (error) {
    if (!(error instanceof LanguageModelError)) throw error;
    const failure = `the language model failed: ${error.message}`;
    log('warn', failure);
    const instead = said > 0 ? 'the answer may lack what it had not written yet' : 'the answer is quoted without it';
    return { answers: said > 0 ? 'model' : 'quotes', warnings: [...droppedWarning(), `${failure}; ${instead}`] };
  }
}
