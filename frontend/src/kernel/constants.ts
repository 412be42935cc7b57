/**
 * Names for the numbers of mm: flags and array indices, read from the text that runs.
 *
 * The wire has no table of constants, and needs none: the definitions are in the source that it carries.
 */
import type { TextFile } from '../lib/wire';

export interface Constants {
  /** VM_SHARED and its like: bit value to name. */
  vmFlags: { name: string; value: number }[];
  /** Members of the enum that indexes mm_struct.rss. */
  rssMembers: string[];
}

export function constantsOf(files: readonly TextFile[]): Constants {
  const text = files.map((file) => file.text).join('\n');
  // What a fault answers (VM_FAULT_RETRY) is named alike and is no flag of a VMA.
  const vmFlags = definesWith('VM_', text).filter((flag) => !flag.name.startsWith('VM_FAULT_'));
  return { vmFlags, rssMembers: enumWith('MM_FILEPAGES', text) };
}

function definesWith(prefix: string, text: string): Constants['vmFlags'] {
  const define = new RegExp(`^[ \\t]*#define[ \\t]+(${prefix}\\w+)[ \\t]+(0x[0-9a-fA-F]+|\\d+)\\b`, 'gm');
  const found = [...text.matchAll(define)].map((match) => ({
    name: match[1] ?? '',
    value: Number(match[2]),
  }));
  return found.filter((flag) => flag.value > 0);
}

function enumWith(member: string, text: string): string[] {
  for (const match of text.matchAll(/\benum\s+\w*\s*\{([^}]*)\}/g)) {
    const members = (match[1] ?? '')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .split(',')
      .map((item) => item.trim().split(/\s*=/)[0] ?? '');
    if (members.includes(member)) return members.filter((name) => name !== '');
  }
  return [];
}

/** "shared", "uffd wp"; "private" where it could be shared and is not; bits without a name are left as a number. */
export function flagNames(value: number, constants: Constants): string[] {
  const names: string[] = [];
  let rest = value;
  for (const flag of constants.vmFlags) {
    if ((value & flag.value) === flag.value) {
      names.push(spelled(flag.name));
      rest &= ~flag.value;
    }
  }
  const shared = constants.vmFlags.find((flag) => flag.name === 'VM_SHARED');
  if (shared && (value & shared.value) === 0) names.push('private');
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return names;
}

function spelled(flag: string): string {
  return flag.replace(/^VM_/, '').toLowerCase().replaceAll('_', ' ');
}

/** "anon" for MM_ANONPAGES; the index itself when it has no name. */
export function rssName(index: number, constants: Constants): string {
  const name = constants.rssMembers[index];
  return name
    ? name
        .replace(/^MM_/, '')
        .replace(/PAGES$/, '')
        .toLowerCase()
    : String(index);
}
