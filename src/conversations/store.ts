import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** A question of a conversation with its reply. */
export interface KeptTurn<R> {
  /** ISO 8601, UTC. */
  askedAt: string;
  question: string;
  reply: R;
}

/** Conversations that are kept on disk, one file each. */
export interface Conversations<R> {
  /** Name for a new conversation; nothing is kept before its first turn. */
  begin(): string;
  /** Its turns, oldest first; null where there is none of this name, or it is too old. */
  read(id: string): Promise<KeptTurn<R>[] | null>;
  /** Whether it may have a further turn. @param turns Turns it has. */
  hasRoom(turns: number): boolean;
  append(id: string, turn: KeptTurn<R>): Promise<void>;
  /** Removes it; false where there was none. */
  remove(id: string): Promise<boolean>;
}

export interface ConversationLimits {
  /** Milliseconds that a conversation is kept after its last turn. */
  maxAge: number;
  /** Conversations that are kept; the one that rested longest goes first. */
  maxCount: number;
}

/** Turns of a conversation. More than a reader scrolls back, and it keeps a file below some megabytes. */
const MAX_TURNS = 200;

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const EXTENSION = '.jsonl';

/**
 * Keeps conversations in a folder. A file a conversation and a line a turn need no database: what is deleted is gone from
 * the disk, a crash costs at most the last line, and several processes may write.
 *
 * @param now Milliseconds since 1970.
 */
export function openConversations<R>(folder: string, { maxAge, maxCount }: ConversationLimits, now: () => number = Date.now): Conversations<R> {
  const fileOf = (id: string) => path.join(folder, `${id}${EXTENSION}`);
  const absent = (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  };

  /** When a conversation had its last turn; null where there is none. */
  const lastTurn = async (id: string): Promise<number | null> => (await stat(fileOf(id)).catch(absent))?.mtimeMs ?? null;

  /** Removes what is too old, and the oldest where there are too many. */
  async function prune(): Promise<void> {
    const names = (await readdir(folder).catch(absent)) ?? [];
    const ids = names.filter((name) => name.endsWith(EXTENSION)).map((name) => name.slice(0, -EXTENSION.length));
    const kept = await Promise.all(ids.filter((id) => ID.test(id)).map(async (id) => ({ id, at: (await lastTurn(id)) ?? 0 })));
    const newestFirst = kept.sort((a, b) => b.at - a.at || a.id.localeCompare(b.id));
    const gone = newestFirst.filter(({ at }, i) => i >= maxCount || at < now() - maxAge);
    await Promise.all(gone.map(({ id }) => rm(fileOf(id), { force: true })));
  }

  return {
    begin: () => randomUUID(),
    hasRoom: (turns) => turns < MAX_TURNS,
    async read(id) {
      if (!ID.test(id)) return null;
      const at = await lastTurn(id);
      if (at === null || at < now() - maxAge) return null;
      const text = await readFile(fileOf(id), 'utf8').catch(absent);
      return (
        text?.split('\n').flatMap((line) => {
          try {
            return line ? [JSON.parse(line) as KeptTurn<R>] : [];
          } catch {
            // A crash left half a line; the turns before and after it are whole.
            return [];
          }
        }) ?? null
      );
    },
    async append(id, turn) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // The line end comes first, so that it also ends what a crash left.
      await appendFile(fileOf(id), `\n${JSON.stringify(turn)}`, { mode: 0o600 });
      await prune();
    },
    async remove(id) {
      if (!ID.test(id) || (await lastTurn(id)) === null) return false;
      await rm(fileOf(id), { force: true });
      return true;
    },
  };
}
