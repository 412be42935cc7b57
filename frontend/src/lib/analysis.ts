/**
 * An analysis that takes a while: asked over HTTP, answered line by line (see the server's `api/analyses.py`).
 */
import { sentence } from './format';
import type { AnalysisRequest, Problem } from './wire';

export type Told = Record<string, unknown>;

type Line =
  { type: 'progress'; told: Told } | { type: 'done'; result: Told } | { type: 'failed'; problem: Problem };

/** The server could not do it; `problem` says why, in words for a person. */
export class AnalysisFailed extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** The result. Aborting the signal ends the work on the server. Throws AnalysisFailed, or what `fetch` throws. */
export async function analyse(
  base: string,
  request: AnalysisRequest,
  progress: (told: Told) => void,
  signal: AbortSignal,
): Promise<Told> {
  const answer = await fetch(new URL('api/analyses', base), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(request),
    signal,
  });
  if (!answer.ok || !answer.body) throw new AnalysisFailed((await answer.json()) as Problem);
  for await (const text of linesOf(answer.body)) {
    const line = JSON.parse(text) as Line;
    if (line.type === 'done') return line.result;
    if (line.type === 'failed') throw new AnalysisFailed(advised(line.problem));
    progress(line.told);
  }
  throw new AnalysisFailed({
    code: 'cut-off',
    message: 'The answer ended early.',
    hint: null,
    diagnostics: [],
  });
}

/** What can be done stands in the message too: a tool shows that alone. */
function advised(problem: Problem): Problem {
  const { message, hint } = problem;
  return hint ? { ...problem, message: `${sentence(message)} ${sentence(hint)}` } : problem;
}

async function* linesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    rest += value;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
  if (rest) yield rest;
}
