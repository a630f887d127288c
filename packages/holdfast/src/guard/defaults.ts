/*
 * The defaults of a guard, each with where it comes from. Durations are in milliseconds.
 */

/** One attempt: a Redis in the same network answers in one, so a hundred is trouble. */
export const defaultAttemptTimeoutMs = 100;

/** The whole of a command: waiting, attempts and pauses. */
export const defaultDeadlineMs = 1_000;

/** Attempts, the first included. */
export const defaultAttempts = 3;

/** First upper bound of the pause before a retry; a refusing server needs longer than a packet. */
export const defaultRetryBaseMs = 25;

/** Upper bound of the pause before a retry: two of them fit into the default deadline. */
export const defaultRetryCapMs = 250;

/** Time-outs or connection losses in a row that open the breaker. */
export const defaultConsecutive = 3;

/** First pause before a probe. */
export const defaultOpenMs = 100;

/** Longest pause before a probe: so that recovery is noticed in half a second. */
export const defaultOpenCapMs = 500;

/** Commands that the client may hold at once, those included whose caller has given up. */
export const defaultMaxInFlight = 1_000;

/** Commands that may wait for a connection or a place. */
export const defaultMaxQueue = 100;

/** First pause between two attempts to connect. */
export const reconnectBaseMs = 25;

/** Longest pause between two attempts to connect. */
export const reconnectCapMs = 500;

/** A connection that lived this long ends a run of losses: the next pause is short again. */
export const stableConnectionMs = 1_000;

/** The shortest time that an attempt to connect has, handshake included. */
export const leastConnectMs = 500;

/** An attempt to connect takes several round trips (TCP, TLS, HELLO), each as long as a command. */
export const connectRoundTrips = 5;

/**
 * How long nothing may arrive, after a command is overdue and a PING has been sent after it, before
 * the connection counts as dead. With the default time-out a silent server is known after 250 ms.
 */
export const silenceMs = 150;

/**
 * How long bytes may arrive that make no reply before the connection is replaced, or a deadline where
 * that is longer. A parser that waits for what never comes swallows each PONG, so bytes alone are no
 * proof; five default deadlines leave a large reply on a slow line longer than its caller waits.
 */
export const leastReplylessMs = 5_000;

/** A timer this late means that this process was held up, and replies may wait unread. */
export const lateTimerMs = 20;

/** What the event loop has after a hold-up to write and to read, before anything is overdue. */
export const holdGraceMs = 50;

/** So often in a row judgement is put off at most: a loop that is never free must not hide an outage. */
export const holdGracesMax = 4;

/**
 * Bounds of the pause after which a connection that says nothing is asked for a sign of life; between
 * them it is the deadline. A pause that was begun, a whole one and the answer's time make three.
 */
export const heartbeatLeastMs = 500;
export const heartbeatMostMs = 5_000;

/** A server that says READONLY again and again is connected to anew this often at most. */
export const readonlyReconnectMs = 1_000;

/** One in this many commands is timed for the percentiles of `health()`. */
export const latencySampling = 16;

/** How long a command whose node has left waits before it is routed anew: less than a failover takes. */
export const reroutePauseMs = 25;
