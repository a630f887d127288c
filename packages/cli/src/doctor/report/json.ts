import type { Diagnosis } from "../diagnosis.ts";

/** What `--json` prints; `docs/doctor.md` has the fields. */
export function renderJson(diagnosis: Diagnosis): string {
  const { verdict, causes, findings, examined, skipped } = diagnosis;
  const data = {
    verdict,
    causes,
    findings,
    ...(examined.logs && { logs: examined.logs.logs }),
    ...(examined.packets && { pcap: examined.packets.pcap }),
    ...(examined.server && { server: examined.server.server }),
    ...(examined.settings && { settings: examined.settings.settings }),
    skipped,
  };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}
