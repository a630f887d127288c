import { conformance } from "./conformance.ts";
import { redlock } from "./libraries/redlock.ts";

conformance(redlock);
