import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import {
  bits,
  boolean,
  context,
  implicit,
  integer,
  objectIdentifier,
  octets,
  sequence,
  set,
  time,
  utf8,
} from "./der.ts";

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const COMMON_NAME = "2.5.4.3";
const BASIC_CONSTRAINTS = "2.5.29.19";
const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";

/** An authority of the test's own, and a certificate of a server on this machine that it signed. PEM. */
export interface Certificates {
  /** What a client must trust. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** Default: a day ago. */
  readonly validFrom?: Date;
  /** Default: in a day. In the past: an expired certificate. */
  readonly validTo?: Date;
}

/** Makes keys and certificates for `localhost` and 127.0.0.1. For tests: they live a day. */
export function createCertificates(options: CertificateOptions = {}): Certificates {
  const now = Date.now();
  const always: Validity = { from: new Date(now - 365 * DAY_MS), to: new Date(now + DAY_MS) };
  const authority = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const server = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = "Holdfast test authority";
  const isAuthority = extension(BASIC_CONSTRAINTS, sequence(boolean(true)), true);
  const ca = certify(
    issuer,
    issuer,
    always,
    authority.publicKey,
    isAuthority,
    authority.privateKey,
  );
  const names = extension(
    SUBJECT_ALTERNATIVE_NAME,
    sequence(implicit(2, Buffer.from("localhost")), implicit(7, Buffer.of(127, 0, 0, 1))),
    false,
  );
  const validity: Validity = {
    from: options.validFrom ?? new Date(now - DAY_MS),
    to: options.validTo ?? new Date(now + DAY_MS),
  };
  const certificate = certify(
    issuer,
    "localhost",
    validity,
    server.publicKey,
    names,
    authority.privateKey,
  );
  return {
    ca,
    certificate,
    key: server.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

interface Validity {
  readonly from: Date;
  readonly to: Date;
}

/** An X.509 version 3 certificate (RFC 5280, 4.1). */
function certify(
  issuer: string,
  subject: string,
  validity: Validity,
  publicKey: KeyObject,
  extensions: Buffer,
  signingKey: KeyObject,
): string {
  const algorithm = sequence(objectIdentifier(ECDSA_WITH_SHA256));
  const content = sequence(
    context(0, integer(Buffer.of(2))),
    integer(randomBytes(8)),
    algorithm,
    name(issuer),
    sequence(time(validity.from), time(validity.to)),
    name(subject),
    publicKey.export({ type: "spki", format: "der" }),
    context(3, sequence(extensions)),
  );
  const certificate = sequence(content, algorithm, bits(sign("sha256", content, signingKey)));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function name(commonName: string): Buffer {
  return sequence(set(sequence(objectIdentifier(COMMON_NAME), utf8(commonName))));
}

function extension(identifier: string, content: Buffer, critical: boolean): Buffer {
  const criticality = critical ? [boolean(true)] : [];
  return sequence(objectIdentifier(identifier), ...criticality, octets(content));
}
