import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createCertificates } from "./certificates.ts";
import { integer, objectIdentifier, octets, time } from "./der.ts";

describe("createCertificates", () => {
  it("makes a server certificate that its authority has signed", () => {
    const { ca, certificate, key } = createCertificates();
    const authority = new X509Certificate(ca);
    const server = new X509Certificate(certificate);
    expect(authority.ca).toBe(true);
    expect(server.ca).toBe(false);
    expect(server.verify(authority.publicKey)).toBe(true);
    expect(server.checkIssued(authority)).toBe(true);
    expect(server.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(server.checkHost("localhost")).toBe("localhost");
    expect(server.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(server.checkHost("example.org")).toBeUndefined();
  });

  it("makes it valid when it is told, in any century", () => {
    const validFrom = new Date("2001-02-03T04:05:06Z");
    const validTo = new Date("2051-12-31T23:59:59Z");
    const server = new X509Certificate(createCertificates({ validFrom, validTo }).certificate);
    expect(new Date(server.validFrom)).toEqual(validFrom);
    expect(new Date(server.validTo)).toEqual(validTo);
  });

  it("makes another authority each time", () => {
    const [one, two] = [createCertificates(), createCertificates()];
    const server = new X509Certificate(one.certificate);
    expect(server.verify(new X509Certificate(two.ca).publicKey)).toBe(false);
  });
});

describe("the encoding rules", () => {
  it("keep an integer positive and as short as can be", () => {
    expect(integer(Buffer.of(0, 0, 0x7f))).toEqual(Buffer.of(2, 1, 0x7f));
    expect(integer(Buffer.of(0x80))).toEqual(Buffer.of(2, 2, 0, 0x80));
    expect(integer(Buffer.of(0))).toEqual(Buffer.of(2, 1, 0));
  });

  it("write identifiers in base 128", () => {
    expect(objectIdentifier("1.2.840.10045.4.3.2").toString("hex")).toBe("06082a8648ce3d040302");
  });

  it.each([
    [0x7f, "047f"],
    [0x80, "048180"],
    [0xff, "0481ff"],
    [0x100, "04820100"],
    [0x10000, "0483010000"],
  ])("write a length of %i", (length, header) => {
    const encoded = octets(Buffer.alloc(length));
    expect(encoded.subarray(0, header.length / 2).toString("hex")).toBe(header);
    expect(encoded.length).toBe(length + header.length / 2);
  });

  it("write years with two digits until 2049", () => {
    expect(time(new Date("2049-12-31T00:00:00Z")).toString("latin1", 2)).toBe("491231000000Z");
    expect(time(new Date("2050-01-01T00:00:00Z")).toString("latin1", 2)).toBe("20500101000000Z");
  });
});
