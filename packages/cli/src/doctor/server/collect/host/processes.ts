import { readdirSync, readlinkSync } from "node:fs";
import { readText } from "./read.ts";

const processesMax = 2_000;
const filesMax = 200_000;
/** A host with very many processes is looked at in part. */
const lookMs = 500;
// Linux counts a process's time in hundredths of a second for every reader (USER_HZ).
const ticksPerSecond = 100;

export interface OpenFiles {
  readonly pid: number;
  readonly count: number;
  /** Of the sockets among them. */
  readonly inodes: readonly number[];
}

/**
 * The open files of every process that we may look into. In one go, as nothing is measured
 * meanwhile: thousands of small reads take ten times as long one by one through the thread pool.
 */
export function openFiles(): readonly OpenFiles[] {
  const found: OpenFiles[] = [];
  const until = performance.now() + lookMs;
  let looked = 0;
  for (const pid of numericEntries("/proc").slice(0, processesMax)) {
    if (looked > filesMax || performance.now() > until) break;
    const folder = `/proc/${pid}/fd`;
    const files = numericEntries(folder);
    if (files.length === 0) continue;
    looked += files.length;
    const inodes = files.flatMap((file) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(linkOf(`${folder}/${file}`)) ?? [];
      return inode === undefined ? [] : [Number(inode)];
    });
    found.push({ pid, count: files.length, inodes });
  }
  return found;
}

export interface ProcessState {
  readonly name: string;
  readonly state: string;
  /** Of the processor, so far, in milliseconds. */
  readonly cpuMs: number;
}

export async function processState(pid: number): Promise<ProcessState | undefined> {
  return parseState((await readText(`/proc/${pid}/stat`)) ?? "");
}

/** The name stands in brackets and may itself contain some. */
export function parseState(text: string): ProcessState | undefined {
  const [, name, rest] = /^\d+ \((.*)\) (.+)$/s.exec(text) ?? [];
  const fields = rest?.split(" ");
  const state = fields?.[0];
  if (name === undefined || fields === undefined || state === undefined) return undefined;
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { name, state, cpuMs: (ticks * 1000) / ticksPerSecond };
}

/** The soft limit of open files. */
export async function openFilesMax(pid: number): Promise<number | undefined> {
  const [, limit] =
    /^Max open files\s+(\d+)/m.exec((await readText(`/proc/${pid}/limits`)) ?? "") ?? [];
  return limit === undefined ? undefined : Number(limit);
}

export async function swappedBytes(pid: number): Promise<number | undefined> {
  return kilobytes(await readText(`/proc/${pid}/status`), "VmSwap");
}

export async function hugePageBytes(pid: number): Promise<number | undefined> {
  return kilobytes(await readText(`/proc/${pid}/smaps_rollup`), "AnonHugePages");
}

/** The memory cgroup, in version 1 or 2. */
export async function memoryCgroup(pid: number): Promise<string | undefined> {
  const text = (await readText(`/proc/${pid}/cgroup`)) ?? "";
  return (/^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(text) ?? /^0::(.*)$/m.exec(text))?.[1];
}

function kilobytes(text: string | undefined, field: string): number | undefined {
  const [, count] = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text ?? "") ?? [];
  return count === undefined ? undefined : Number(count) * 1024;
}

function numericEntries(folder: string): number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
