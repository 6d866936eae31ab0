import { z } from 'zod';

const wholeNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** Every setting, by the name of its environment variable. The README's table is made from this. */
export const settings = {
  HOST: z.string().min(1).default('127.0.0.1').describe('Address the server listens on'),
  PORT: wholeNumber(0, 65535).default(3000).describe('Port the server listens on; 0 takes any free one'),
  ALLOWED_HOSTS: z.string().default('').describe('Host names, by commas, that the server answers to beside addresses and local names'),
  CORPUS_DIR: z.string().min(1).default('corpus').describe('Folder of the documents'),
  INDEX_DIR: z.string().min(1).default('index').describe('Folder of the index generations'),
  MODEL_CACHE_DIR: z.string().min(1).default('.cache/models').describe('Folder where the prepared model is kept'),
  EMBEDDING_MODEL: z.string().min(1).default('all-MiniLM-L6-v2').describe('The built-in model, or the folder or hub id of a transformers.js model'),
  EMBEDDING_DTYPE: z.enum(['fp32', 'int8']).default('int8').describe('Precision of the embedding model'),
  EMBEDDING_POOLING: z.enum(['mean', 'cls']).default('mean').describe('How token vectors become one vector; E5 and MiniLM want mean, BGE wants cls'),
  EMBEDDING_WINDOW: wholeNumber(32, 8192).default(256).describe('Tokens the model reads at once; longer paragraphs are split'),
  QUERY_PREFIX: z.string().default('').describe('Text the model wants before a question, such as "query: " for E5'),
  PASSAGE_PREFIX: z.string().default('').describe('Text the model wants before a passage, such as "passage: " for E5'),
  THREADS: wholeNumber(1, 64).default(2).describe('Threads of the model'),
  READER: z.enum(['on', 'off']).default('on').describe('Whether the trained reader reads the passages found; off is faster and less exact'),
  MAX_FILE_BYTES: wholeNumber(1, 2 ** 30)
    .default(20 * 2 ** 20)
    .describe('Larger files are left out of the index'),
  EXTRACT_TIMEOUT_MS: wholeNumber(100, 3_600_000).default(60_000).describe('Milliseconds after which the reading of a PDF, DOCX or the like is given up'),
  EXTRACT_MEMORY_MB: wholeNumber(64, 65_536).default(1024).describe('Megabytes of memory after which it is given up'),
  MAX_EXTRACTED_CHARACTERS: wholeNumber(1, 2 ** 29)
    .default(20 * 2 ** 20)
    .describe('Documents with more text are left out of the index'),
  ANSWER_THRESHOLD: z.coerce.number().min(0).max(1).default(0.31).describe('Confidence below which the answer is "not in the documents"'),
  ALIASES_FILE: z.string().min(1).default('aliases.txt').describe('File in which you correct the names that the index takes for one thing; it need not exist'),
  WATCH: z.enum(['true', 'false']).default('false').describe('Whether a running server indexes documents as they come, change and go'),
  ADMIN_KEY: z.string().default('').describe('Secret that uploads, deletions and reindexes over HTTP must carry; without one, only reindexes are possible'),
  LLM_BASE_URL: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .describe('Address of an OpenAI-compatible server, such as `http://127.0.0.1:11434/v1`; with it a language model words the answers'),
  LLM_MODEL: z.string().default('').describe('Name of the language model on that server'),
  LLM_API_KEY: z.string().default('').describe('Key for that server, where it wants one'),
  LLM_TIMEOUT_MS: wholeNumber(100, 600_000).default(30_000).describe('Milliseconds for the language model, retries included; then the answer is extractive'),
  LLM_RETRIES: wholeNumber(0, 10).default(2).describe('Further tries after a failure of the language model that may pass'),
  LLM_PASSAGE_TOKENS: wholeNumber(100, 100_000).default(2000).describe('Tokens of passages that the language model is given'),
  LLM_ANSWER_TOKENS: wholeNumber(16, 10_000).default(400).describe('Tokens that the language model may write'),
  CONVERSATIONS: z.enum(['on', 'off']).default('off').describe('Whether conversations are kept for callers who ask for it; off keeps nothing'),
  CONVERSATIONS_DIR: z.string().min(1).default('conversations').describe('Folder of the kept conversations'),
  CONVERSATION_DAYS: wholeNumber(1, 3650).default(30).describe('Days after its last question that a conversation is kept'),
  CONVERSATION_COUNT: wholeNumber(1, 100_000).default(1000).describe('Conversations that are kept; the one that rested longest goes first'),
  LOG_LEVEL: z.enum(['silent', 'warn', 'info']).default('info').describe('How much is logged'),
} as const;

const schema = z.object(settings);

export type Config = z.infer<typeof schema>;

/** Thrown when a setting is wrong; the message has a line for each, with its name, value and what is allowed. */
export class ConfigError extends Error {}

const allowed = (name: keyof typeof settings): string => {
  const {
    type,
    enum: values,
    minimum,
    maximum,
  } = z.toJSONSchema(settings[name], { io: 'output' }) as { type?: string; enum?: string[]; minimum?: number; maximum?: number };
  if (values) return `one of ${values.join(', ')}`;
  if (name === 'LLM_BASE_URL') return 'an address that begins with http:// or https://';
  if (minimum !== undefined) return `${type === 'integer' ? 'a whole number' : 'a number'} from ${minimum} to ${maximum}`;
  return 'a text that is not empty';
};

/**
 * Reads the settings from the environment. An empty or blank variable counts as unset.
 *
 * @throws ConfigError that names each wrong variable.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.keys(settings).flatMap((name) => (environment[name]?.trim() ? [[name, environment[name]]] : [])));
  const result = schema.safeParse(given);
  if (result.success) {
    const { LLM_BASE_URL, LLM_MODEL } = result.data;
    if (LLM_BASE_URL && !LLM_MODEL) throw new ConfigError('LLM_BASE_URL is set and LLM_MODEL is not; set it to the name of a model on that server');
    if (LLM_MODEL && !LLM_BASE_URL)
      throw new ConfigError('LLM_MODEL is set and LLM_BASE_URL is not; set it to the address of the server, such as http://127.0.0.1:11434/v1');
    return result.data;
  }
  const names = [...new Set(result.error.issues.map(({ path: [name] }) => name as keyof typeof settings))];
  throw new ConfigError(names.map((name) => `${name}=${JSON.stringify(given[name])} is not allowed; it must be ${allowed(name)}`).join('\n'));
}
