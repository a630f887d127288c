import { conformance } from "./conformance.ts";
import {
  graphqlSubscriptions,
  graphqlSubscriptionsIoredis5,
} from "./libraries/graphql-redis-subscriptions.ts";

conformance(graphqlSubscriptions);
conformance(graphqlSubscriptionsIoredis5);
