/** Where thresholds come from, as `holdfast checks` names them. */
export const redis = "Redis";
export const redisDoctor = "pjuwyD/redis-doctor";
export const netdata = "netdata";
