import { expect, it } from "vitest";
import { addressText, endpointText } from "./address.ts";

it("writes addresses as people do", () => {
  expect(addressText(false, 0, 0, 0, 0x0a00ff01 | 0)).toBe("10.0.255.1");
  expect(addressText(true, 0x20010db8, 0, 0, 1)).toBe("2001:db8::1");
  expect(addressText(true, 0, 0, 0, 1)).toBe("::1");
  expect(addressText(true, 0, 0, 0, 0)).toBe("::");
  expect(addressText(true, 0xfe800000 | 0, 0, 0x00100000, 0x2f)).toBe("fe80::10:0:0:2f");
  expect(endpointText(true, "::1", 6379)).toBe("[::1]:6379");
});
