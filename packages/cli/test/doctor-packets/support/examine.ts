import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import {
  examinePackets,
  type PacketsOptions,
  type PacketsReport,
} from "../../../src/doctor/packets/index.ts";
import type { Signal } from "../../../src/doctor/source.ts";
import { pcapOf } from "./capture-writer.ts";
import type { Dialogue } from "./dialogue.ts";

/** Writes a file for this test alone. */
export function captureFile(bytes: Uint8Array, name: string = "capture.pcap"): string {
  const directory = mkdtempSync(join(tmpdir(), "holdfast-packets-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, name);
  writeFileSync(file, bytes);
  return file;
}

export function examineBytes(bytes: Uint8Array, options?: PacketsOptions): Promise<PacketsReport> {
  return examinePackets([captureFile(bytes)], options);
}

export function examineDialogue(
  { packets }: Dialogue,
  options?: PacketsOptions,
): Promise<PacketsReport> {
  return examineBytes(pcapOf(packets), options);
}

export function signalOf(report: PacketsReport, id: Signal["id"]): Signal | undefined {
  return report.signals.find((signal) => signal.id === id);
}

export function signalIds(report: PacketsReport): string[] {
  return report.signals.map(({ id }) => id).sort();
}
