/** Microseconds of the monotonic clock, which all processes of a machine share. */
export const nowMicros = (): number => Number(process.hrtime.bigint() / 1000n);
