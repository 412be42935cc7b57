/** What the server knows of texts: the files of a variant, what the compiler says, what to begin with. */
import { AnalysisFailed } from './analysis';
import type { CompileRequest, Compiled, Problem, Sources, SourcesRequest, TemplateList } from './wire';

/** Each throws AnalysisFailed, or what `fetch` throws. */
export function compile(base: string, request: CompileRequest, signal?: AbortSignal): Promise<Compiled> {
  return ask<Compiled>(base, 'api/compile', request, signal);
}

export function sourcesOf(base: string, request: SourcesRequest, signal?: AbortSignal): Promise<Sources> {
  return ask<Sources>(base, 'api/sources', request, signal);
}

export function templates(base: string): Promise<TemplateList> {
  return ask<TemplateList>(base, 'api/templates', null);
}

async function ask<T>(base: string, path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(new URL(path, base), {
    ...(body === null
      ? {}
      : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  if (!answer.ok) throw new AnalysisFailed((await answer.json()) as Problem);
  return (await answer.json()) as T;
}
