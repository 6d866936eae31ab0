import { z } from 'zod';
import type { Outcome } from './judge.js';
import type { Run } from './run.js';
import { type Curves, curvesOf, type Estimates, estimate, estimateByCategory } from './summary.js';

/** Raised when the form of the report changes; reports of another form are not compared. */
const FORMAT = 1;

/** A run with its figures. */
export interface SetReport extends Run {
  metrics: Estimates;
  categories: Record<string, { questions: number; metrics: Estimates }>;
  curves: Curves;
}

/** What a run of the evaluation leaves behind. Apart from times, the same product and sets give the same report. */
export interface Report {
  format: number;
  createdAt: string;
  /** The machine that the times hold for. */
  machine: string;
  sets: SetReport[];
}

/** Works out the figures of a run. */
export function reportSet(run: Run): SetReport {
  return { ...run, metrics: estimate(run.outcomes), categories: estimateByCategory(run.outcomes), curves: curvesOf(run.outcomes) };
}

export const reportOf = (sets: SetReport[], { createdAt, machine }: Pick<Report, 'createdAt' | 'machine'>): Report => ({
  format: FORMAT,
  createdAt,
  machine,
  sets,
});

/** Only what a comparison reads. */
const oldReport = z.object({
  format: z.literal(FORMAT),
  createdAt: z.string(),
  sets: z.array(
    z.object({
      name: z.string(),
      fingerprint: z.string(),
      identity: z.looseObject({ where: z.string(), model: z.string(), corpus: z.string(), threshold: z.number().nullable() }),
      outcomes: z.array(
        z.looseObject({
          id: z.string(),
          category: z.string(),
          answerable: z.boolean(),
          answered: z.boolean(),
          citations: z.array(z.looseObject({ gold: z.boolean(), valid: z.boolean() })),
          regardless: z.object({ confidence: z.number(), correct: z.boolean() }).nullable(),
          measures: z.record(z.string(), z.number()),
          ms: z.number(),
        }),
      ),
    }),
  ),
});

/** The part of an earlier report that a comparison reads. */
export interface OldReport {
  createdAt: string;
  sets: { name: string; fingerprint: string; identity: Pick<Run['identity'], 'where' | 'model' | 'corpus' | 'threshold'>; outcomes: Outcome[] }[];
}

/** Thrown when a file is not a report of this form. */
export class ReportError extends Error {}

/** Parses an earlier JSON report. @throws ReportError when it is not one, or of another version. */
export function parseReport(text: string, file: string): OldReport {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ReportError(`${file} is not JSON; give the .json file that an earlier run wrote`);
  }
  const result = oldReport.safeParse(json);
  if (!result.success)
    throw new ReportError(
      `${file} is not a report of this version (${result.error.issues
        .slice(0, 3)
        .map(({ path }) => path.join('.'))
        .join(', ')}); run the old product again to compare with it`,
    );
  return result.data as unknown as OldReport;
}
