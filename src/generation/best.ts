/** A passage's number and how well it fits. */
export interface Scored {
  id: number;
  score: number;
}

export const byScore = (a: Scored, b: Scored): number => b.score - a.score || a.id - b.id;

/** Collects scored passages and keeps the best `count`, ties by number, without ever sorting all. */
export function bestOf(count: number): { least(): number; add(id: number, score: number): void; sorted(): Scored[] } {
  let kept: Scored[] = [];
  let least = Number.NEGATIVE_INFINITY;
  const cut = () => {
    kept = kept.sort(byScore).slice(0, count);
    if (kept.length === count) least = kept.at(-1)?.score ?? least;
  };
  return {
    /** Scores below this are not among the best; adding them does nothing. */
    least: () => least,
    add(id, score) {
      if (score < least) return;
      kept.push({ id, score });
      if (kept.length >= 2 * count + 64) cut();
    },
    sorted() {
      cut();
      return kept;
    },
  };
}
