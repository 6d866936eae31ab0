import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

const frontMatterSchema = z.strictObject({
  name: z.string().min(1),
  version: z.number().int().positive(),
  variables: z.array(z.string().regex(/^[a-z]\w*$/i, 'must be a word')),
});

/** Who speaks, and what; chat models of LangChain take it as it is. */
export type Message = ['system' | 'human', string];

/** A prompt file: what the model is told, with places for variables. */
export interface Prompt {
  /** Name and version, `answer@1`, as replies give it. */
  id: string;
  /** Messages with every variable filled in. */
  render(variables: Record<string, string>): Message[];
}

/** Folder of the prompts that come with the product. */
const PROMPT_FOLDER = fileURLToPath(new URL('../../prompts/', import.meta.url));

const FILE = /^---\n([\s\S]*?)\n---\n\s*# System\n([\s\S]+?)\n# User\n([\s\S]+)$/;
const PLACE = /\{\{\s*(\w+)\s*\}\}/g;

/**
 * Reads a prompt from the text of its file.
 *
 * @param expected Variables that the program has for it.
 * @throws Error that says what is wrong with the file.
 */
export function parsePrompt(file: string, text: string, expected: readonly string[]): Prompt {
  const wrong = (what: string) => new Error(`${file} cannot be used: ${what}`);
  const [, head, system, user] = FILE.exec(text.replace(/\r\n/g, '\n')) ?? [];
  if (!head || !system || !user) throw wrong('it must have front matter, "# System" and "# User"');
  let yaml: unknown;
  try {
    yaml = parse(head);
  } catch (error) {
    throw wrong(`its front matter is not YAML (${(error as Error).message.split('\n')[0]})`);
  }
  const front = frontMatterSchema.safeParse(yaml);
  if (!front.success) throw wrong(front.error.issues.map(({ path, message }) => `${path.join('.') || 'front matter'}: ${message}`).join('; '));
  const { name, version, variables } = front.data;
  const used = new Set([...`${system}\n${user}`.matchAll(PLACE)].map(([, variable]) => variable as string));
  for (const variable of used) if (!variables.includes(variable)) throw wrong(`it uses {{${variable}}}, which its variables do not list`);
  for (const variable of variables) if (!used.has(variable)) throw wrong(`it lists the variable ${variable} and does not use it`);
  for (const variable of variables) if (!expected.includes(variable)) throw wrong(`there is no variable ${variable}; there are ${expected.join(', ')}`);
  for (const variable of expected) if (!used.has(variable)) throw wrong(`it must use {{${variable}}}`);
  const fill = (part: string, values: Record<string, string>) => part.trim().replace(PLACE, (_, variable: string) => values[variable] as string);
  return {
    id: `${name}@${version}`,
    render: (values) => [
      ['system', fill(system, values)],
      ['human', fill(user, values)],
    ],
  };
}

export interface Prompts {
  answer: Prompt;
  rewrite: Prompt;
}

/** Reads and checks all prompts. @throws Error that names the file and what is wrong with it. */
export async function loadPrompts(folder: string = PROMPT_FOLDER): Promise<Prompts> {
  const load = async (name: string, variables: readonly string[]) => {
    const file = `${folder}${name}.md`;
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new Error(`${file} cannot be read (${error.code})`);
    });
    return parsePrompt(`prompts/${name}.md`, text, variables);
  };
  const [answer, rewrite] = await Promise.all([load('answer', ['passages', 'question']), load('rewrite', ['conversation', 'question'])]);
  return { answer, rewrite };
}
