import { isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { DeadlineError, within } from "../deadline.ts";
import type { TlsFacts } from "../facts.ts";
import type { Settings } from "../options.ts";

/**
 * Shakes hands, whether or not the certificate can be trusted: what is wrong with it is what the
 * user wants to know. Whoever sends a password looks at {@link TlsFacts.untrusted} first.
 */
export async function secure(
  socket: Socket,
  host: string,
  settings: Settings,
): Promise<{ readonly facts: TlsFacts; readonly socket: TLSSocket | undefined }> {
  const { ca, certificate, key } = settings;
  const secured = connectTls({
    socket,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    host,
    rejectUnauthorized: false,
    ...(ca === undefined ? {} : { ca: [ca] }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
  });
  const handshake = new Promise<void>((resolve, reject) => {
    secured.once("secureConnect", resolve);
    secured.once("error", reject);
    secured.once("close", () => reject(new Error("the connection was closed in the handshake")));
  });
  try {
    await within(settings.timeoutMs, "TLS handshake", settings.signal, handshake);
  } catch (error) {
    secured.on("error", () => undefined);
    secured.destroy();
    settings.signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    const outcome = error instanceof DeadlineError ? "timed-out" : "failed";
    return { facts: { outcome, error: shorten(message) }, socket: undefined };
  }
  secured.removeAllListeners("error");
  secured.removeAllListeners("close");
  secured.on("error", () => undefined);
  return { facts: factsOf(secured), socket: secured };
}

function factsOf(secured: TLSSocket): TlsFacts {
  const certificate = secured.getPeerCertificate();
  const problem = secured.authorizationError as Error | string | null | undefined;
  return {
    outcome: "established",
    protocol: secured.getProtocol() ?? undefined,
    untrusted:
      problem === null || problem === undefined
        ? undefined
        : shorten(typeof problem === "string" ? problem : problem.message),
    validFrom: timeOf(certificate.valid_from),
    validTo: timeOf(certificate.valid_to),
    subject: certificate.subject?.CN?.toString(),
  };
}

function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}

/** OpenSSL's messages have a file and line in front of what matters. */
function shorten(message: string): string {
  const [, reason] = /error:[^:]*:SSL routines:[^:]*:([^:]+)/.exec(message) ?? [];
  return (reason ?? message).trim().slice(0, 200);
}
