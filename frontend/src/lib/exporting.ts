/** A run as a file, made by the server (see `api/export.py`). */
import { AnalysisFailed } from './analysis';
import type { ExportRequest, Problem } from './wire';

export type Form = ExportRequest['to'];

/** Without a link where none is asked for; which server it is, is added here. */
export type RunRequest = Omit<ExportRequest, 'link' | 'server'> & { link?: string };

export interface Made {
  blob: Blob;
  /** What the file is called when it is kept. */
  name: string;
}

/** Throws AnalysisFailed, or what `fetch` throws. An offline page names this server as the one to go on at. */
export async function exportRun(base: string, request: RunRequest): Promise<Made> {
  const answer = await fetch(new URL('api/export', base), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      link: null,
      server: new URL('.', base).href,
      ...request,
    } satisfies ExportRequest),
  });
  if (!answer.ok) throw new AnalysisFailed((await answer.json()) as Problem);
  return { blob: await answer.blob(), name: nameIn(answer.headers.get('Content-Disposition') ?? '') };
}

/** The name that the server gives a file; a plain one where it gives none. */
export function nameIn(disposition: string): string {
  return /filename="([\w.-]+)"/.exec(disposition)?.[1] ?? 'run';
}

/** Hand a file to the browser's downloads. */
export function download({ blob, name }: Made): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
