import { setUp } from "./setup.mjs";

setUp({ redis: false });
