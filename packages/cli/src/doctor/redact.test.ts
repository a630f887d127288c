import * as fc from "fast-check";
import { expect, it } from "vitest";
import { quote, quoteMax, redact } from "./redact.ts";

it("hides passwords, tokens and what commands were called with", () => {
  for (const text of [
    "connect redis://user:hunter2@host:6379/0",
    "connect rediss://:hunter2@host",
    "AUTH hunter2",
    "AUTH default hunter2",
    '"AUTH" "hunter2"',
    "HELLO 3 AUTH default hunter2 SETNAME x",
    "0 -> auth([ 'hunter2' ])",
    "password=hunter2&x=1",
    '{"password":"hunter2","a":1}',
    "requirepass hunter2",
    "command: { name: 'set', args: [ 'key', 'hunter2' ] }",
    "command: (SET), params: [key, hunter2]",
    "Timeout performing GET hunter2 (5000ms), next: SET hunter2, inst: 1",
    "ERR unknown command 'x', with args beginning with: 'hunter2'",
  ]) {
    expect(redact(text), text).not.toContain("hunter2");
  }
});

it("leaves what tells the failure", () => {
  for (const text of [
    "NOAUTH Authentication required.",
    "WRONGPASS invalid username-password pair or user is disabled.",
    "AUTH failed: WRONGPASS invalid username-password pair",
    "ERR AUTH <password> called without any password configured for the default user.",
    "redis.exceptions.ConnectionError: Error 111 connecting to 10.0.0.5:6379. Connection refused.",
    "https://host:8080/path",
  ]) {
    expect(redact(text)).toBe(text);
  }
});

it("quotes one bounded line that drives no terminal", () => {
  expect(quote("a\n\u001b[31mb\u001b[0m\u0007c")).toBe("a b c");
  void fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 2000 }), (text) => {
      const quoted = quote(text);
      expect(quoted.length).toBeLessThanOrEqual(quoteMax);
      expect(quoted).not.toMatch(/\p{Cc}/u);
    }),
  );
});
